"""A file is dropped, and the page says which version it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plans.reviews.approved_file import approved_file
from tests import make
from tests.kept import kept_plan
from tests.views.asking import signed_in, soup, words_of

pytestmark = pytest.mark.once

URL = "/identify/"


def make_approved(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    return plan


team, approved = kept_plan(make_approved)


def drop(user, data):
    data = data.encode() if isinstance(data, str) else data
    return signed_in(user).post(URL, {"file": SimpleUploadedFile("plan.md", data)})


def test_it_says_which_version_it_is_and_who_signed(approved, victor):
    words = words_of(drop(victor, approved_file(approved).text))
    assert f"Version 1 of {approved.title}" in words
    assert "Approved, and every sign-off stands." in words
    assert "approved by Dana (dana) of Harbour" in words
    words = words_of(drop(victor, approved.versions.get().markdown))
    assert "The file names no decision" in words
    assert "Launch Approval : approved by Alice (alice) on" in words


def test_it_says_why_a_file_is_none(approved, victor):
    text = approved.versions.get().markdown
    assert "no byte-for-byte match" in words_of(drop(victor, "# Else\n"))
    assert "Something converted the file" in words_of(
        drop(victor, text.replace("\n", "\r\n"))
    )


def test_nothing_is_told_of_plans_that_one_cannot_see(approved, charlie):
    for data in (
        approved.versions.get().markdown,
        approved.versions.get().markdown.replace("\n", "\r\n"),
        approved_file(approved).text.replace("approved by", "approved  by"),
    ):
        answer = drop(charlie, data)
        assert approved.title not in words_of(answer).replace("plan.md", "")
        assert "no byte-for-byte match" in words_of(answer)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"PK\x03\x04"], ids=repr)
def test_a_file_that_is_no_text_is_refused_in_a_sentence(approved, victor, data):
    answer = drop(victor, data)
    assert answer.status_code == 422
    assert soup(answer).select_one(".has-error, [role=alert]")


def test_without_a_file_one_is_asked_for(victor):
    answer = signed_in(victor).post(URL, {})
    assert answer.status_code == 422


def test_who_is_signed_out_signs_in_first(client):
    assert client.get(URL)["Location"].startswith(reverse("account_login"))


def test_other_methods_are_refused(victor):
    assert signed_in(victor).put(URL).status_code == 405
