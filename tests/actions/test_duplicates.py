"""That a duplicate says the same, once more, and undo takes it back."""

import pytest

from plans import document as doc
from plans.actions.duplicates import duplicate_item, duplicate_section
from plans.actions.items import save_item
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.errors import NotAllowed, Refused
from plans.models import Approval, Change, Item, Phase, Plan, Risk
from tests.make import (
    SMALL,
    make_plan,
    make_plan_from_template,
    row_of,
    section_of,
    text_of,
)


def reads_back(plan):
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    return doc.outline(doc.read(doc.write(stored))) == doc.outline(stored)


def plan_of(text, team):
    return make_plan(team=team, text=text)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("# A\n\n- one\n- two\n\nEnd\n", "one", "# A\n\n- one\n- one\n- two\n\nEnd\n"),
        ("# A\n\n- one\n- two", "two", "# A\n\n- one\n- two\n- two"),
        ("# A\n\n1. one\n2. two\n", "one", "# A\n\n1. one\n2. one\n3. two\n"),
        ("# A\n\n* [x] one\n", "one", "# A\n\n* [x] one\n* [ ] one\n"),
        (
            "# A\n\n- one\n  - deep\n    more\n- two\n",
            "one",
            "# A\n\n- one\n  - deep\n    more\n- one\n  - deep\n    more\n- two\n",
        ),
        (
            "# A\r\n\r\n| a  | b |\r\n|--|:-:|\r\n| one |  x|\r\n",
            "one",
            "# A\r\n\r\n| a  | b |\r\n|--|:-:|\r\n| one |  x|\r\n| one |  x|\r\n",
        ),
        ("# A\n\n- **L**: one\n", "one", "# A\n\n- **L**: one\n- **L**: one\n"),
    ],
)
def test_a_duplicate_has_the_bytes_of_its_original(team, bob, text, line, expected):
    plan = plan_of(text, team)
    for row in storage.load(plan).document.walk():
        if line in doc.values_of(row[2]):
            item = row_of(plan, row[2].id)
            break
    duplicate_item(plan=plan, item=item, actor=bob)
    assert text_of(plan) == expected
    assert reads_back(plan)
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text
    redo(plan=plan, actor=bob)
    assert text_of(plan) == expected


def test_a_duplicated_risk_gets_an_id_of_its_own(plan, bob):
    risk = Risk.objects.filter(item__block__section__plan=plan).first()
    new = duplicate_item(plan=plan, item=row_of(plan, risk.pk), actor=bob)
    new = row_of(plan, new.pk)
    assert new.risk.code != risk.code
    assert new.risk.description == risk.description
    assert new.updated_by == bob
    change = Change.objects.get(plan=plan, verb="item.added")
    assert change.item_id == new.pk


def test_a_duplicated_approval_has_no_approver(team, bob):
    plan = make_plan_from_template(actor=bob)
    slot = Approval.objects.filter(item__block__section__plan=plan).first()
    save_item(
        plan=plan,
        item=row_of(plan, slot.pk),
        actor=bob,
        values={"value": "Alice"},
        seen=None,
    )
    new = duplicate_item(plan=plan, item=row_of(plan, slot.pk), actor=bob)
    new = row_of(plan, new.pk).approval
    assert (new.role, new.name, new.seats.count()) == (slot.role, "", 0)


def test_what_was_removed_is_not_duplicated(plan, bob):
    item = Item.objects.filter(block__section__plan=plan, kind="row").first()
    Item.objects.filter(pk=item.pk).update(removed=True)
    with pytest.raises(Refused, match="has been removed"):
        duplicate_item(plan=plan, item=row_of(plan, item.pk), actor=bob)


def test_a_reader_duplicates_nothing(plan, dana):
    item = Item.objects.filter(block__section__plan=plan, kind="row").first()
    with pytest.raises(NotAllowed):
        duplicate_item(plan=plan, item=row_of(plan, item.pk), actor=dana)
    with pytest.raises(NotAllowed):
        duplicate_section(plan=plan, section=section_of(plan, "Summary"), actor=dana)
    assert text_of(plan) == SMALL


def test_a_section_is_duplicated_with_its_subsections(team, bob):
    text = "# A\n\n## B\n\nText\n\n### C\n\n- [x] c\n\n---\n\n## D\n"
    plan = plan_of(text, team)
    duplicate_section(plan=plan, section=section_of(plan, "B"), actor=bob)
    copied = "## B\n\nText\n\n### C\n\n- [x] c\n\n---\n\n## B (copy)\n\nText\n\n"
    assert copied + "### C\n\n- [ ] c\n\n---\n\n## D\n" in text_of(plan)
    assert reads_back(plan)
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text


def test_a_duplicated_phase_has_the_next_number(team, bob):
    text = "# A\n\n## Phase 1: B\n\nb\n\n## Phase 2: C\n\nc\n\n## Phase 4: D\n"
    plan = plan_of(text, team)
    section_of(plan, "Phase 1: B")
    new = duplicate_section(
        plan=plan, section=section_of(plan, "Phase 1: B"), actor=bob
    )
    assert text_of(plan) == (
        "# A\n\n## Phase 1: B\n\nb\n\n## Phase 2: B\n\nb\n\n## Phase 3: C\n\nc\n\n"
        "## Phase 4: D\n"
    )
    assert Phase.objects.get(section=new).code == "2"
    assert Phase.objects.get(section__heading="Phase 3: C").code == "3"
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text


def test_a_section_with_sign_offs_is_not_duplicated(team, bob):
    plan = make_plan_from_template(actor=bob)
    slot = Approval.objects.filter(item__block__section__plan=plan).first()
    with pytest.raises(Refused, match="asked twice"):
        duplicate_section(plan=plan, section=slot.item.block.section, actor=bob)
