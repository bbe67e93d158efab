"""What `verify_plan` ends with: 0 for an approved version whose sign-offs stand, and a
number and a sentence of its own for everything else that a file can be."""

import io

import pytest
from django.core.management import call_command

from plans import document as doc
from plans.actions.items import save_item
from plans.actions.plans import import_plan
from plans.actions.reviews import expire_request, request_review
from plans.actions.signing import withdraw
from plans.content import export
from plans.reviews.approved_file import approved_file
from tests import make
from tests.commands.test_verify import written

pytestmark = pytest.mark.slow

UNSIGNED, HALF_SIGNED, OBJECTED, SUPERSEDED = 3, 4, 5, 6


@pytest.fixture
def plan(team, alice, bob, dana):
    return make.make_submitted(team=team, actor=alice, editor=bob)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plan.md"


def frozen(plan, path):
    """What the command says of the plan's newest version as it was frozen."""
    return written(path, plan.versions.first().markdown)


def sign_all(plan, alice, dana):
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")


def test_a_version_that_nobody_signed(plan, path):
    words, code = frozen(plan, path)
    assert code == UNSIGNED
    assert "no one has signed it yet" in words


def test_a_version_that_some_have_signed(plan, path, dana):
    make.sign(plan, dana)
    words, code = frozen(plan, path)
    assert code == HALF_SIGNED
    assert "not approved: Launch Approval is missing" in words


@pytest.mark.parametrize("decision", ["declined", "changes_requested"])
def test_a_version_that_somebody_objected_to(plan, path, dana, decision):
    make.sign(plan, dana, decision=decision)
    words, code = frozen(plan, path)
    assert code == OBJECTED
    assert "not approved: Dana" in words
    assert "for Technical Design" in words


def test_an_approved_version(plan, path, alice, dana):
    sign_all(plan, alice, dana)
    words, code = frozen(plan, path)
    assert code == 0
    assert "approved, and every sign-off stands" in words


def test_an_approved_version_of_a_plan_that_was_edited_since(
    plan, path, alice, bob, dana
):
    sign_all(plan, alice, dana)
    make.edit(plan, bob, value="Chart")
    words, code = frozen(plan, path)
    assert code == SUPERSEDED
    assert "approved, but the plan was edited since" in words
    make.edit(plan, bob, value="Plan of tides")
    assert frozen(plan, path)[1] == 0


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_version_after_which_a_newer_one_was_submitted(
    plan, path, alice, bob, dana, is_approved
):
    if is_approved:
        sign_all(plan, alice, dana)
    old = plan.versions.get().markdown
    make.edit(plan, bob, value="Chart")
    request_review(plan=plan, actor=bob)
    words, code = written(path, old)
    assert code == SUPERSEDED
    assert "version 2 was submitted since" in words
    assert ("it was approved" in words) == is_approved


def test_a_request_that_ended(plan, path, bob, dana):
    make.sign(plan, dana)
    expire_request(plan=plan, actor=bob)
    words, code = frozen(plan, path)
    assert code == HALF_SIGNED
    assert "the request has ended" in words


def test_a_sign_off_that_was_withdrawn(plan, path, alice, dana):
    sign_all(plan, alice, dana)
    slot = make.slot_of(plan)
    withdraw(plan=plan, approval=slot, actor=dana, comment="No", proof="password")
    words, code = frozen(plan, path)
    assert code == HALF_SIGNED
    assert "Technical Design is missing" in words


# --- every form that the planner gives out -------------------------------------------

FORMS = [
    {"dialect": dialect, "compatible": compatible}
    for dialect in (None, *doc.Dialect)
    for compatible in (False, True)
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_signed_version_is_known(plan, path, alice, dana, form):
    sign_all(plan, alice, dana)
    signed = export.in_form(approved_file(plan).text, **form)
    words, code = written(path, signed)
    assert code == 0, words
    assert f"version 1 of {plan.slug}" in words
    assert "Technical Design: approved by Dana" in words
    unsigned = export.in_form(plan.versions.get().markdown, **form)
    words, code = written(path, unsigned)
    assert code == 0, words
    assert "names no decision" in words


@pytest.mark.parametrize("form", FORMS[1:])
def test_any_changed_letter_of_a_form_is_told(plan, path, alice, dana, form):
    sign_all(plan, alice, dana)
    signed = export.in_form(approved_file(plan).text, **form)
    for place in ("Show the tides", "by Dana", "sha256 ", "Gauge feed"):
        at = signed.index(place) + len(place) - 1
        words, code = written(path, signed[:at] + "q" + signed[at + 1 :])
        assert code == 1, words


def test_a_form_of_another_version_is_not_taken_for_the_signed_one(
    plan, path, alice, bob, dana
):
    sign_all(plan, alice, dana)
    item = make.find(plan, cell="Keep UTC")
    values = {"cell-4": "Keep UTC everywhere"}
    save_item(plan=plan, item=item, actor=bob, values=values, seen=None)
    draft = export.draft_text(plan, dialect=doc.Dialect.UPSTREAM)
    assert written(path, draft)[1] == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_signed_file_is_clean_and_comes_back_in(plan, path, alice, dana, team, form):
    sign_all(plan, alice, dana)
    signed = export.in_form(approved_file(plan).text, **form)
    path.write_text(signed)
    printed = io.StringIO()
    call_command("check_plan", path, stdout=printed)
    assert printed.getvalue() == ""
    again = import_plan(team=team, actor=alice, text=signed)
    assert make.text_of(again) == signed
    version = request_review(plan=again, actor=alice)
    assert not version.errors
