"""Passkeys, in a real browser with an authenticator that answers by itself."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from planner_evidence.verify import verify_files
from plans.actions.reviews import request_review
from plans.models import AuditRecord
from tests import make
from tests.evidence_files import files_of

pytestmark = pytest.mark.once


def with_authenticator(page):
    """As a phone or a laptop has it: asks for the finger, and finds it right."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


@pytest.fixture
def page(visit, asgi_server, alice):
    """A passkey is of a name, and 127.0.0.1 is none."""
    visit.server.url = asgi_server.url.replace("127.0.0.1", "localhost")
    page = with_authenticator(visit())
    page.goto("/accounts/login/")
    return page


def sign_in(page, name):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(name)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url("/accounts/login/")


def add_passkey(page, name):
    page.goto("/accounts/2fa/webauthn/add/")
    if page.get_by_role("heading", name="Confirm it’s you").is_visible():
        page.get_by_label("Password").fill(name)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Sign in without a password").check()
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_label("Unused codes")).to_be_visible()


def test_a_passkey_is_made_and_lets_in_without_a_password(page, alice):
    sign_in(page, "alice")
    add_passkey(page, "alice")
    assert Authenticator.objects.filter(user=alice, type="webauthn").count() == 1
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("already. Use another")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Account menu")).to_be_attached()


def test_with_a_passkey_a_password_is_not_enough(page, alice):
    sign_in(page, "alice")
    add_passkey(page, "alice")
    page.context.clear_cookies()
    sign_in(page, "alice")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Account menu")).to_be_attached()


def test_a_passkey_that_is_not_there_is_told_in_a_sentence(page):
    page.evaluate(
        "() => { navigator.credentials.get = async () => {"
        " throw new DOMException('no', 'NotAllowedError') } }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")


@pytest.fixture
def dana_at_review(page, team, alice, dana):
    """Signed in by her passkey a moment ago, which is no signature."""
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    request_review(plan=plan, actor=alice)
    sign_in(page, "dana")
    add_passkey(page, "dana")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Account menu")).to_be_attached()
    return f"{plan.get_absolute_url()}review/"


def show_passkey(page):
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()


def test_a_passkey_signs_a_plan(page, dana_at_review):
    page.goto(dana_at_review)
    page.get_by_role("link", name="verify another way").click()
    show_passkey(page)
    expect(page.get_by_text("You’ve just verified your identity").first).to_be_visible()
    page.locator("form.decision input[value=approved]").check()
    page.get_by_role("button", name="Sign as Dana").click()
    expect(page.get_by_text("You’ve just verified your identity")).to_have_count(0)
    assert AuditRecord.objects.decisions().get().proof == "passkey"


def test_who_has_a_passkey_alone_signs_in_one_go(page, dana, dana_at_review):
    type(dana).objects.filter(pk=dana.pk).update(password="!")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Account menu")).to_be_attached()
    page.goto(dana_at_review)
    page.locator("form.decision input[value=approved]").check()
    page.get_by_label("Comment (optional)").fill("Fine.")
    page.get_by_role("button", name="Sign as Dana").click()
    show_passkey(page)
    expect(page).to_have_url(re.compile(f"{dana_at_review}$"))
    signed = AuditRecord.objects.decisions().get()
    assert (signed.proof, signed.comment) == ("passkey", "Fine.")


def test_a_passkey_signs_the_decision_itself(page, dana_at_review):
    """No password, no other page; and whoever has the file can verify it."""
    page.goto(dana_at_review)
    form = page.locator("form.decision").first
    button = form.get_by_role("button", name="Sign with your passkey")
    button.click()
    assert AuditRecord.objects.count() == 1, "what is missing is asked for first"
    form.locator("input[value=declined]").check()
    form.get_by_label("Why you decline").fill("Not at low tide.")
    page.evaluate(
        "() => { window.get = navigator.credentials.get.bind(navigator.credentials);"
        " navigator.credentials.get = async () => {"
        " throw new DOMException('no', 'NotAllowedError') } }"
    )
    button.click()
    expect(form.get_by_role("alert").last).to_contain_text("Nothing was signed")
    page.evaluate("() => { navigator.credentials.get = window.get }")
    button.click()
    expect(page.get_by_text("Declined: Technical Design, version 1.")).to_be_visible()
    signed = AuditRecord.objects.decisions().get()
    assert (signed.proof, signed.comment) == ("passkey", "Not at low tide.")
    report = verify_files(*files_of(signed.plan))
    assert report.is_genuine
    assert report.decisions[0].own_key.origin == page.evaluate("location.origin")
