"""An owner says where sign-offs stand, and everything that is signed follows."""

import pytest

from plans import document as doc
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.reviews import request_review
from plans.actions.sections import rename_section
from plans.actions.signing import sign
from plans.actions.signing_places import decide_signing_place
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.errors import NotAllowed, Refused
from plans.models import Approval, Change, Membership, Plan
from plans.reviews.approved_file import approved_file
from plans.reviews.identify import identify_versions
from plans.reviews.verify import verify_evidence
from tests import make

TEXT = """\
# Plan: Tides

## Approval workflow

- **Goal**: alice
- **Way**: emil

## {heading}

- **Technical Design**: alice
"""


@pytest.fixture
def olive(team):
    return make.make_user("olive", team=team, role=Membership.Role.OWNER)


def plan_with(team, actor, heading="Approvals"):
    text = TEXT.replace("{heading}", heading)
    return make.make_plan(team=team, actor=actor, text=text)


def decide(plan, actor, heading, signs):
    section = make.section_of(plan, heading)
    decide_signing_place(plan=plan, section=section, actor=actor, signs=signs)


def roles_of(plan):
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    return [slot.role for slot in slots.order_by("item__block__section__position")]


def lines_of(plan):
    """As a text that is read alone shows them."""
    document = storage.load(Plan.objects.get(pk=plan.pk)).document
    lines = doc.approval_lines(doc.write(document), places=document.places)
    return [line.role for line in lines]


def test_a_workflow_asks_nobody_to_sign(team, bob, olive):
    plan = plan_with(team, olive)
    assert roles_of(plan) == lines_of(plan) == ["Technical Design"]
    assert request_review(plan=plan, actor=bob).places == {}


def test_an_owner_says_where_sign_offs_stand(team, alice, bob, olive):
    plan = plan_with(team, olive, heading="Who says yes")
    assert roles_of(plan) == []
    with pytest.raises(Refused, match="no Approvals section"):
        request_review(plan=plan, actor=bob)
    before = make.text_of(plan)
    decide(plan, olive, "Who says yes", signs=True)
    assert make.text_of(plan) == before
    assert roles_of(plan) == lines_of(plan) == ["Technical Design"]
    assert make.slot_of(plan).seats.get().user == alice
    make.edit(plan, bob, label="Goal", value="the sea")
    version = request_review(plan=plan, actor=bob)
    assert version.places == {"Who says yes": True}
    make.sign(plan, alice)
    signed = approved_file(plan).text
    assert "alice — approved by Alice (alice) of" in signed
    (match,) = identify_versions(signed)
    assert (match.version, [named.problem for named in match.signatures]) == (
        version,
        [""],
    )
    assert verify_evidence(plan).is_valid


def test_an_owner_says_that_none_stand_there(team, bob, olive):
    plan = plan_with(team, olive)
    decide(plan, olive, "Approvals", signs=False)
    assert roles_of(plan) == lines_of(plan) == []
    decide(plan, olive, "Approval workflow", signs=True)
    assert roles_of(plan) == lines_of(plan) == ["Goal", "Way"]
    version = request_review(plan=plan, actor=bob)
    assert version.places == {"Approvals": False, "Approval workflow": True}
    assert make.find(plan, label="Technical Design").field.value == "alice"


def test_it_is_taken_back_with_what_was_typed_meanwhile(team, olive):
    plan = plan_with(team, olive, heading="Who says yes")
    decide(plan, olive, "Who says yes", signs=True)
    make.edit(plan, olive, label="Technical Design", value="olive")
    undo(plan=plan, actor=olive)
    undo(plan=plan, actor=olive)
    assert (roles_of(plan), lines_of(plan)) == ([], [])
    assert make.find(plan, label="Technical Design").field.value == "alice"
    redo(plan=plan, actor=olive)
    assert roles_of(plan) == lines_of(plan) == ["Technical Design"]
    assert make.slot_of(plan).name == "alice"


def test_a_new_heading_takes_no_sign_off_away(team, bob, olive):
    plan = plan_with(team, olive)
    section = make.section_of(plan, "Approvals")
    rename_section(plan=plan, section=section, actor=bob, heading="The end", seen=0)
    assert roles_of(plan) == lines_of(plan) == ["Technical Design"]
    assert request_review(plan=plan, actor=bob).places == {"The end": True}


def test_it_is_for_owners_and_where_fields_are(team, bob, olive):
    plan = plan_with(team, olive)
    with pytest.raises(NotAllowed):
        decide(plan, bob, "Approvals", signs=False)
    with pytest.raises(Refused, match="no fields"):
        decide(plan, olive, "Plan: Tides", signs=True)
    count = Change.objects.count()
    decide(plan, olive, "Approvals", signs=True)
    assert Change.objects.count() == count


def test_the_person_who_decides_asks_again(team, alice, bob, olive):
    """The text is the same; who is asked is not."""
    plan = plan_with(team, olive)
    first = request_review(plan=plan, actor=bob)
    decide(plan, olive, "Approval workflow", signs=True)
    second = request_review(plan=plan, actor=bob)
    assert (first.number, second.number) == (1, 2)
    assert first.markdown == second.markdown
    assert len(second.slots) == 3


# --- Tables ---------------------------------------------------------------------------

TABLE = """\
# Plan: Tides

- **Goal**: the sea

## {heading}

| Role | Name | Signature | Date |
|------|------|-----------|------|
| Technical Design | alice | [Signature] | [Date] |
| Launch | Emil or [Name] |  |  |
"""


def table_with(team, actor, heading="Sign-off", names="Signature"):
    text = TABLE.replace("{heading}", heading).replace("Signature |", f"{names} |", 1)
    text = text.replace("Emil or [Name]", "dana")
    return make.make_plan(team=team, actor=actor, text=text)


def slot_called(plan, role):
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    return slots.get(role=role)


def test_a_table_is_signed_like_a_list(team, alice, bob, dana, olive):
    plan = table_with(team, olive)
    assert [slot_called(plan, r).name for r in ("Technical Design", "Launch")] == [
        "alice",
        "dana",
    ]
    make.edit(plan, bob, label="Goal", value="the tides")
    version = request_review(plan=plan, actor=bob)
    assert "[" not in version.markdown
    for person, role in ((alice, "Technical Design"), (dana, "Launch")):
        sign(
            plan=plan,
            actor=person,
            decision="approved",
            proof="password",
            approval=slot_called(plan, role),
            version=version,
        )
    text = approved_file(plan).text
    assert "| Technical Design | alice | — approved by Alice (alice) of" in text
    assert doc.strip_signatures(text) == version.markdown
    (match,) = identify_versions(text)
    assert match.is_valid and match.version == version
    assert verify_evidence(plan).is_valid


def test_rows_come_and_go_and_change_names(team, alice, bob, dana, olive):
    plan = table_with(team, olive)
    slot = slot_called(plan, "Launch")
    item = make.row_of(plan, slot.pk)
    save_item(plan=plan, item=item, actor=bob, values={"cell-1": "bob"}, seen=None)
    assert slot_called(plan, "Launch").seats.get().user == bob
    values = {"cell-0": "Legal", "cell-1": "dana"}
    add_item(plan=plan, block=item.block, actor=bob, values=values)
    assert slot_called(plan, "Legal").seats.get().user == dana
    remove_item(plan=plan, item=make.row_of(plan, slot.pk), actor=bob)
    assert lines_of(plan) == ["Technical Design", "Legal"]
    undo(plan=plan, actor=bob)
    assert lines_of(plan) == ["Technical Design", "Launch", "Legal"]


def test_an_owner_says_of_a_table_too_whether_it_is_signed(team, alice, bob, olive):
    plan = table_with(team, olive, heading="Annex", names="Mail")
    assert lines_of(plan) == []
    decide(plan, olive, "Annex", signs=True)
    assert lines_of(plan) == ["Technical Design", "Launch"]
    assert slot_called(plan, "Technical Design").seats.get().user == alice
    undo(plan=plan, actor=olive)
    assert lines_of(plan) == []
    assert make.find(plan, cell="alice").cells["1"] == "alice"
