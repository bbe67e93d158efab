"""That the browser tests stand on firm ground."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.once


def test_sign_in_page_is_whole_and_complains_of_nothing(visit):
    page = visit()
    page.goto("/accounts/login/")
    assert page.locator("form input[name=login]").is_visible()


def test_people_are_signed_in_side_by_side(visit):
    users = get_user_model().objects
    people = [users.create_user(username=name) for name in ("alice", "bob")]
    for person in people:
        page = visit(person)
        # Whoever is signed in is sent on from here.
        page.goto("/accounts/login/")
        assert "/accounts/login/" not in page.url


def test_refusals_by_the_policy_are_noticed(visit):
    page = visit()
    page.goto("/accounts/login/")
    page.evaluate("document.body.setAttribute('onclick', 'go()')")
    page.evaluate("document.body.click()")
    assert any("Content Security Policy" in text for text in visit.complaints)
    visit.complaints.clear()
