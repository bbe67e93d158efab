"""What the registers list, found by a plain walk over whole documents.

For the tests: nothing of plans.content.registers is called. Simple where that is quick.
"""

import re
from dataclasses import dataclass
from datetime import date

from plans import document as doc
from plans.content import storage
from plans.models import Membership, Plan, RegisterEntry

KINDS = {
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
        register = KINDS.get(block.kind)
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
                lacks = 4 * found.lacks("target")
        assert entry.lacks == lacks, found
