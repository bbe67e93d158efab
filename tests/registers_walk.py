"""What the registers list, found by a plain walk over whole documents.

For the tests: nothing that keeps the entries is called. Simple where that is quick.
"""

import re
from dataclasses import dataclass
from datetime import date

from plans import document as doc
from plans.content import storage
from plans.models import Membership, Plan, RegisterEntry
from plans.reviews.open_approvals import KINDS

TABLES = {
    doc.BlockKind.RISKS: "risk",
    doc.BlockKind.DEPENDENCIES: "dependency",
    doc.BlockKind.METRICS: "metric",
}
NO_ONE = ("", "-", "–", "—", "n/a", "none", "tbd", "tba", "?")


@dataclass(frozen=True)
class Found:
    register: str
    plan: int
    item: int
    cells: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()

    def __getitem__(self, role):
        return dict(self.cells).get(role, "")

    def lacks(self, role):
        return self[role].strip().casefold() in NO_ONE


def walk(plan) -> list[Found]:
    """All that is in a plan's document, in the order of the text."""
    rows = []
    for _, block, item in storage.load(plan).document.walk():
        asked = tuple(
            question
            for text in doc.values_of(item)
            if isinstance(text, str)
            for question in doc.questions(text)
        )
        if asked:
            rows.append(Found("question", plan.pk, item.id, questions=asked))
        register = TABLES.get(block.kind)
        if register and isinstance(item, doc.Row):
            roles = doc.roles_of(block.kind, doc.columns_of(block))
            cells = dict(zip(roles, item.cells, strict=False))
            beside = ("code", None) if register == "risk" else (None,)
            if register == "dependency":
                beside = (None, "scope")
            if any(text.strip() for role, text in cells.items() if role not in beside):
                named = tuple((role, text) for role, text in cells.items() if role)
                rows.append(Found(register, plan.pk, item.id, named))
    return rows


def visible_rows(user, register) -> list[Found]:
    """All that a person may see of a register."""
    teams = Membership.objects.filter(user=user).values_list("team", flat=True)
    return [
        found
        for plan in Plan.objects.filter(archived=False)
        if plan.is_open or plan.team_id in teams
        for found in walk(plan)
        if found.register == register
    ]


def date_of(text):
    for year, month, day in re.findall(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return date.max


def assert_registers_are_true(plan):
    """That each entry is of something that the walk finds, and the other way round."""
    stored = {
        (entry.register, entry.item_id): entry
        for entry in RegisterEntry.objects.filter(plan=plan)
        if entry.register != "approval"  # computed before a list is shown
    }
    rows = {(found.register, found.item): found for found in walk(plan)}
    assert stored.keys() == rows.keys()
    levels = ["", "low", "medium", "high"]
    statuses = ["green", "", "yellow", "red"]
    for key, entry in stored.items():
        found, lacks = rows[key], 0
        match entry.register:
            case "risk":
                pair = [
                    levels.index(doc.parse_level(found[role]))
                    for role in ("impact", "likelihood")
                ]
                assert entry.rank // 16 == sum(pair)
                assert [entry.rank % 16 // 4, entry.rank % 4] == pair
                lacks = found.lacks("owner") + 2 * found.lacks("mitigation")
            case "dependency":
                status = doc.parse_status(found["status"])
                assert entry.rank == statuses.index(status)
                assert entry.date == date_of(found["timeline"])
                lacks = int(found.lacks("owner"))
            case "metric":
                target = found["target"]
                waits = doc.is_question(target) or re.search(r"\[[XYZ]\]", target)
                lacks = 4 * bool(found.lacks("target") or waits)
        assert entry.lacks == lacks, found


def open_approvals_of(state) -> dict[int, str]:
    """What keeps each approval of a plan open, by item; said again, as plainly as can
    be, of a status that the law of sign-off has compared with the records."""
    kinds = {}
    for slot in state.slots if state.version else []:
        words = [approver.state for approver in slot.approvers]
        before = list(slot.waits_for)
        if state.rules.done_first and "launch approval" in slot.approval.role.lower():
            before += [other for other in state.required if other is not slot]
        if "declined" in words or "changes" in words:
            kind = "declined" if "declined" in words else "changes"
        elif slot.is_approved:
            kind = "stale" if slot.is_stale else ""
        elif "condition" in words:
            kind = "condition"
        elif not words:
            kind = "nobody" if slot.approval.is_required else ""
        else:
            is_turn = all(other.is_approved for other in before)
            kind = "waiting" if is_turn else "turn"
        if kind:
            kinds[slot.approval.pk] = kind
    return kinds


def stored_approvals_of(plan) -> dict[int, str]:
    entries = RegisterEntry.objects.filter(plan=plan, register="approval")
    return {entry.item_id: KINDS[entry.rank] for entry in entries}
