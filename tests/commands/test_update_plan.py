"""Taking changes from a file by command: what is printed, and how it ends."""

import io

import pytest
from django.core.management import CommandError, call_command

from plans.actions.items import save_item
from plans.actions.locks import lock_editing
from plans.models import Suggestion
from tests import make

pytestmark = pytest.mark.once


def run(plan, path, **options):
    """What is printed, and what the command ends with."""
    out = io.StringIO()
    try:
        call_command("update_plan", plan.slug, path, stdout=out, stderr=out, **options)
    except CommandError as error:
        return f"{out.getvalue()}{error}", error.returncode
    return out.getvalue(), 0


@pytest.fixture
def base(plan, tmp_path):
    path = tmp_path / "base.md"
    call_command("export_plan", plan.slug, output=path)
    return path


@pytest.fixture
def edited(base, tmp_path):
    path = tmp_path / "plan.md"
    text = base.read_text().replace("- **Category**: Plan", "- **Category**: F")
    path.write_text(text)
    return path


def test_what_was_changed_in_the_file_comes_in(plan, edited, bob):
    printed, code = run(plan, edited, dry_run=True)
    assert code == 0
    assert "Compared with the file that Alice brought in on" in printed
    assert (
        "changed\t1. OBJECTIVE\tCategory\n    - Value: Plan\n    + Value: F" in printed
    )
    assert make.text_of(plan) != edited.read_text()
    assert run(plan, edited, username="bob")[1] == 0
    assert make.text_of(plan) == edited.read_text()
    change = plan.changes.first()
    assert change.actor == bob and change.label == "plan.md"
    printed, code = run(plan, edited)
    assert "Nothing to take" in printed and code == 0


def test_a_clash_is_suggested_and_ends_with_1(plan, base, edited, alice):
    item = make.find(plan, label="Category")
    save_item(plan=plan, item=item, actor=alice, values={"value": "Mine"}, seen=None)
    before = make.text_of(plan)
    for is_dry in (True, False):
        printed, code = run(plan, edited, dry_run=is_dry)
        assert "suggested\t1. OBJECTIVE\tCategory" in printed and code == 1
    assert Suggestion.objects.get().text == "F"
    assert make.text_of(plan) == before
    # Against the plan as it is now it is no clash; against the file itself, no change.
    assert run(plan, edited, base="now", dry_run=True)[1] == 0
    assert "Nothing to take" in run(plan, edited, base=str(edited), dry_run=True)[0]
    assert "suggested" in run(plan, edited, base=str(base), dry_run=True)[0]
    assert run(plan, edited, base="change-1", dry_run=True)[1] == 1
    # At the end of a day to come it said what it says now.
    assert run(plan, edited, base="2999-12-31", dry_run=True)[1] == 0


def test_what_cannot_be_done_ends_with_2(plan, edited, tmp_path, alice, victor):
    for path, options, sentence in (
        (tmp_path / "none.md", {}, "No such file"),
        (edited, {"base": "saved-7"}, "saved-7: No such file"),
        (edited, {"username": "nobody"}, "There is no user nobody"),
        (edited, {"username": "victor"}, "You can read this plan but not edit it"),
    ):
        printed, code = run(plan, path, **options)
        assert code == 2 and sentence in printed
    lock_editing(plan=plan, actor=alice)
    printed, code = run(plan, edited)
    assert code == 2 and "locked this plan" in printed
    plan.slug = "none"
    assert run(plan, edited)[1] == 2
