"""That a version is frozen as it is, and that its approvers are asked."""

import hashlib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from plans.actions.reviews import expire_request, remind, request_review
from plans.actions.slots import change_rules
from plans.errors import NotAllowed, Refused, Unfinished
from plans.models import Change, Version
from plans.notifications.sender import Outbox
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.kept import kept_plan, small_plan
from tests.make import FINISHED, edit, make_plan

team, plan = kept_plan(small_plan)


@pytest.fixture
def finished(team, alice, bob, dana):
    """A plan whose slots name dana and alice."""
    return make_plan(team=team, actor=alice, text=FINISHED)


@pytest.fixture
def version(finished, bob):
    return request_review(plan=finished, actor=bob)


def test_a_version_is_the_finished_text_and_its_digest(version, bob):
    assert version.number == 1
    assert version.markdown == FINISHED
    assert version.sha256 == hashlib.sha256(FINISHED.encode()).hexdigest()
    assert (version.author, version.problems) == (bob, [])
    assert Change.objects.first().verb == "review.requested"


def test_a_version_knows_who_wrote_it(finished, alice, bob):
    edit(finished, bob, value="Plan of tides")
    version = request_review(plan=finished, actor=alice)
    assert version.writers == sorted([alice.pk, bob.pk])
    assert version.last_writer == bob


def test_a_version_states_no_decision_that_came_with_a_file(team, alice, dana):
    decided = "- **Technical Design**: Dana"
    mark = " — approved by Dana on 2026-11-24, version 3, sha256 1a2b3c4d5e6f"
    text = FINISHED.replace(decided, decided + mark)
    plan = make_plan(team=team, actor=alice, text=text)
    assert request_review(plan=plan, actor=alice).markdown == FINISHED
    assert make.text_of(plan) == text
    assert [slot.approvers[0].user for slot in review_status(plan).slots] == [
        dana,
        alice,
    ]


def test_a_plan_that_is_not_finished_is_not_frozen(plan, bob):
    with pytest.raises(Unfinished, match="5 issues are still blocking") as refusal:
        request_review(plan=plan, actor=bob)
    codes = {problem.code for problem in refusal.value.problems}
    assert codes == {"blank", "question", "not_ready"}
    assert not Version.objects.exists()
    assert not Change.objects.filter(actor=bob).exists()


def test_an_unfinished_plan_is_frozen_where_its_rules_allow_it(plan, alice, bob):
    change_rules(plan=plan, actor=alice, rules={"check_clean": False})
    version = request_review(plan=plan, actor=bob)
    assert len(version.errors) == 5
    assert "NEEDS CLARIFICATION" in version.markdown


def test_a_plan_without_approvals_is_not_submitted(team, alice):
    text = FINISHED[: FINISHED.index("### Approvals")]
    plan = make_plan(team=team, actor=alice, text=text)
    with pytest.raises(Refused, match="has no Approvals section"):
        request_review(plan=plan, actor=alice)


def test_approvals_under_another_heading_are_still_asked_for(finished, bob):
    from plans.actions.sections import rename_section

    section = make.section_of(finished, "Approvals")
    rename_section(
        plan=finished, section=section, actor=bob, heading="People", seen=None
    )
    version = request_review(plan=finished, actor=bob)
    assert (len(version.slots), version.places) == (2, {"People": True})


def test_a_plan_that_says_the_same_keeps_its_version(finished, version, bob):
    number = finished.change_number
    assert request_review(plan=finished, actor=bob) == version
    finished.refresh_from_db()
    assert finished.change_number == number


def test_a_plan_that_says_something_else_gets_the_next_version(finished, version, bob):
    edit(finished, bob, value="Service")
    assert request_review(plan=finished, actor=bob).number == 2
    assert Version.objects.get(number=1).markdown == FINISHED


def test_only_who_edits_submits_ends_and_reminds(finished, version, dana):
    for action in (request_review, expire_request, remind):
        with pytest.raises(NotAllowed):
            action(plan=finished, actor=dana)


# --- Being asked ---


def mails():
    Outbox().send_due()
    return [(message.to, message.subject) for message in mail.outbox]


def test_the_approvers_are_asked_by_mail_when_it_is_stored(finished, bob, dana, alice):
    dana.email = "dana@example.org"
    dana.save()
    request_review(plan=finished, actor=bob)
    assert mails() == [(["dana@example.org"], f"Please sign: {finished.title}")]
    body = mail.outbox[0].body
    version = finished.versions.get()
    place = "the planner at http://127.0.0.1"
    for words in (
        "Technical Design",
        "Version 1",
        version.sha256,
        finished.slug,
        place,
    ):
        assert words in body
    assert "Launch Approval" not in body


def test_nobody_is_told_of_what_was_refused(plan, bob):
    with pytest.raises(Unfinished):
        request_review(plan=plan, actor=bob)
    assert mails() == []


def test_a_mail_server_that_is_away_takes_nothing_with_it(
    finished, bob, dana, settings, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    dana.email = "dana@example.org"
    dana.save()
    request_review(plan=finished, actor=bob)
    outbox = Outbox()
    assert outbox.send_due()["later"] == 1
    assert finished.versions.count() == 1
    assert "were not sent" in caplog.text
    # It is not asked for each mail, and what it missed is sent when it is back.
    assert outbox.send_due() == {}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails() == [(["dana@example.org"], f"Please sign: {finished.title}")]


def test_those_whose_turn_it_is_are_reminded_once_an_hour(finished, version, bob, dana):
    dana.email = "dana@example.org"
    dana.save()
    assert remind(plan=finished, actor=bob) == [dana]
    assert mails() == [
        (["dana@example.org"], f"Reminder: please sign: {finished.title}")
    ]
    with pytest.raises(Refused, match="within the last hour"):
        remind(plan=finished, actor=bob)


def test_nobody_is_reminded_of_what_was_not_submitted_or_needs_no_word(
    team, finished, alice, bob, dana
):
    with pytest.raises(Refused, match="hasn’t been submitted yet"):
        remind(plan=finished, actor=bob)
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    with pytest.raises(Refused, match="no one to remind"):
        remind(plan=plan, actor=bob)


# --- The end of a request ---


def test_a_request_that_ended_cannot_be_signed_until_it_is_made_again(
    finished, version, bob, dana
):
    expire_request(plan=finished, actor=bob, comment="Holidays")
    assert review_status(finished).has_expired
    with pytest.raises(Refused, match="request for version 1 has ended"):
        make.sign(finished, dana)
    with pytest.raises(Refused, match="has ended"):
        expire_request(plan=finished, actor=bob)
    assert request_review(plan=finished, actor=bob) == version
    make.sign(finished, dana)
    assert verify_evidence(finished).is_valid


def test_a_request_lasts_as_long_as_the_plan_says(finished, alice, bob, dana):
    change_rules(plan=finished, actor=alice, rules={"expires_after": 7})
    version = request_review(plan=finished, actor=bob)
    assert version.expires_at - version.created_at == timedelta(days=7)
    late = timezone.now() - timedelta(seconds=1)
    Version.objects.filter(pk=version.pk).update(expires_at=late)
    with pytest.raises(Refused, match="has ended"):
        make.sign(finished, dana)


def test_what_was_signed_stands_when_the_request_ends(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    expire_request(plan=plan, actor=bob)
    assert review_status(plan).name == "approved"
