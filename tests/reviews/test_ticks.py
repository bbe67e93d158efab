"""That ticking a point of the Definition of Done costs nobody's sign-off but Launch
Approval's, to which that list belongs, and that a tick is named by what was ticked."""

import pytest

from plans import document as doc
from plans.actions.items import save_item
from plans.actions.reviews import request_review
from plans.actions.slots import change_rules, change_slot
from plans.errors import Outdated
from plans.models import Change
from plans.reviews.approved_file import approved_file
from plans.reviews.identify import identify_versions
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.client import CheckingClient
from tests.kept import kept_plan

DONE = """\
### Definition of Done

- [ ] Shown to the harbour master
- [x] Tried in a storm

"""
TEXT = (
    make.FINISHED.replace("| Violation", f"{DONE}| Violation")
    + "- **Security Review**: Emil\n- **Product Sign-off**: Frida\n"
)
EARLIER = {
    "Technical Design": "dana",
    "Security Review": "emil",
    "Product Sign-off": "frida",
}


def make_signed(team, alice, bob, dana):
    """Signed by all but Launch Approval, which waits for the last tick."""
    people = {"dana": dana, **{name: of(name, team) for name in ("emil", "frida")}}
    carol = make.make_user("carol", team=team)
    plan = make.make_submitted(team=team, actor=carol, editor=bob, text=TEXT)
    for role, name in EARLIER.items():
        make.sign(plan, people[name], role)
    return plan


def of(name, team):
    return make.cast(name, team=team, role="reviewer")


team, plan = kept_plan(make_signed)


@pytest.fixture
def people(team, alice, bob, dana):
    emil, frida = of("emil", team), of("frida", team)
    return {"alice": alice, "bob": bob, "dana": dana, "emil": emil, "frida": frida}


def tick(plan, actor, text="Shown to the harbour master", *, done=True):
    check = make.find(plan, text=text)
    save_item(plan=plan, item=check, actor=actor, values={"done": done}, seen=None)


def stale(plan):
    return {slot.approval.role for slot in review_status(plan).slots if slot.is_stale}


def carried(plan):
    return {
        slot.approval.role
        for slot in review_status(plan).slots
        for approver in slot.approvers
        if approver.is_carried
    }


def test_four_signatures_are_enough(plan, people):
    tick(plan, people["bob"])
    assert stale(plan) == {"Launch Approval"}
    request_review(plan=plan, actor=people["bob"])
    assert carried(plan) == set(EARLIER)
    make.sign(plan, people["alice"], "Launch Approval")
    state = review_status(plan)
    assert state.name == "approved"
    assert plan.records.decisions().count() == 4
    assert verify_evidence(plan).is_valid
    (match,) = identify_versions(approved_file(plan).text)
    assert match.is_valid
    assert [named.signature.version for named in match.signatures] == [1, 2, 1, 1]


def test_whoever_reads_it_is_told_why_it_is_carried(plan, people):
    tick(plan, people["bob"])
    request_review(plan=plan, actor=people["bob"])
    client = CheckingClient()
    client.force_login(people["bob"])
    answer = client.get(f"/plans/{plan.slug}/review/")
    page = " ".join(answer.content.decode().split())
    assert page.count("Carried over from version 1") == 3


def test_anything_else_that_changed_makes_all_stale(plan, people):
    tick(plan, people["bob"])
    make.edit(plan, people["bob"], value="Chart")
    assert stale(plan) == {*EARLIER, "Launch Approval"}
    request_review(plan=plan, actor=people["bob"])
    assert carried(plan) == set()


def test_chapters_in_another_order_make_all_stale(team, plan, people):
    """Each part says what it said, and yet the text is another one."""
    text = make.text_of(plan)
    _, middle = text.split("## 6. SUCCESS METRICS")
    metrics = "## 6. SUCCESS METRICS" + middle.split("## 7.")[0]
    moved = text.replace(metrics, "").replace("## 9.", metrics + "## 9.")
    now, then = doc.split_chapters(moved), doc.split_chapters(text)
    assert now == then
    assert doc.split_done_ticks(moved)[0] != doc.split_done_ticks(text)[0]


def test_a_tick_elsewhere_is_any_change(plan, people):
    tick(plan, people["bob"], "Problem statement clear", done=False)
    assert stale(plan) == {*EARLIER, "Launch Approval"}


def test_an_owner_may_count_ticks_as_any_change(plan, people):
    change_rules(plan=plan, actor=people["alice"], rules={"stale_on": "exact"})
    tick(plan, people["bob"])
    assert stale(plan) == {*EARLIER, "Launch Approval"}


def test_without_launch_approval_a_tick_is_everybodys(team, people):
    text = TEXT.replace("Launch Approval", "Release")
    plan = make.make_submitted(
        team=team, actor=people["alice"], editor=people["bob"], text=text
    )
    make.sign(plan, people["dana"])
    tick(plan, people["bob"])
    assert "Technical Design" in stale(plan)


def test_launch_approval_that_covers_other_parts_is_asked_again(plan, people):
    alice, bob = people["alice"], people["bob"]
    rules = {"stale_on": "covered", "done_first": False}
    change_rules(plan=plan, actor=alice, rules=rules)
    for role in ("Launch Approval", "Technical Design"):
        change_slot(
            plan=plan,
            approval=make.slot_of(plan, role),
            actor=alice,
            is_required=True,
            after=[],
            covers=["2. QUALITY GATES"] if "Tech" in role else ["1. OBJECTIVE"],
        )
    make.sign(plan, alice, "Launch Approval")
    tick(plan, bob)
    assert stale(plan) == {"Launch Approval"}
    with pytest.raises(Outdated, match="already"):
        make.sign(plan, people["dana"])


def test_a_tick_is_named_by_what_was_ticked(plan, people):
    before = doc.read(make.text_of(plan))
    tick(plan, people["bob"])
    ((change,),) = [s.items for s in doc.compare(before, doc.read(make.text_of(plan)))]
    assert change.label == "Shown to the harbour master"
    assert [value.name for value in change.values] == ["Done"]
    ticked = Change.objects.get(verb="item.ticked")
    assert ticked.label == "Definition of Done › Shown to the harbour master"


def test_a_row_without_a_code_is_named_by_its_first_cell(plan, people):
    before = doc.read(make.text_of(plan))
    row = make.find(plan, cell="Gauge feed")
    values = {"cell-3": "Green"}
    save_item(plan=plan, item=row, actor=people["bob"], values=values, seen=None)
    ((change,),) = [s.items for s in doc.compare(before, doc.read(make.text_of(plan)))]
    assert change.label == "Gauge feed"
