"""The help page, rendered from the guide."""

import pytest

pytestmark = pytest.mark.once


def test_the_guide_is_there_for_whoever_is_signed_in(client, bob):
    client.force_login(bob)
    page = client.get("/help/").content.decode()
    assert "<h1>How the planner works</h1>" in page
    assert '<h2 id="signing-off">' in page
    assert '<a href="#signing-off">' in page
    assert "Ctrl K (on a Mac Cmd K) goes" in page


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert client.get("/help/").status_code == 302
