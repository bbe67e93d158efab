"""What a plan's sign-offs are worth, worked out a second time for the tests.

From the records, the bytes of the versions and the rows of the slots alone; nothing of
plans.reviews is called. Simple where that one is quick: it reads everything each time.
"""

import hashlib
import re
from functools import cached_property

from plans.content import export, storage
from plans.models import (
    Approval,
    Approver,
    AuditRecord,
    Block,
    Item,
    Plan,
    ReviewRules,
    Section,
)

OBJECTIONS = ("changes_requested", "declined")
DECISIONS = ("approved", "approved_if", *OBJECTIONS)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def text_now(plan):
    """What would be frozen at this moment."""
    plan = Plan.objects.get(pk=plan.pk)
    return export.snapshot_of(plan, storage.load(plan).document).text


def parts_of(markdown):
    """The text under each heading of level 1 and 2. For texts without fences."""
    parts, heading = {}, ""
    for line in markdown.splitlines(keepends=True):
        if opened := re.match(r"##? (.*)\n", line):
            heading = opened[1]
        parts[heading] = parts.get(heading, "") + line
    return parts


def without_ticks(markdown):
    """For texts whose Definition of Done is their last list of checks."""
    above, done = markdown.split("### Definition of Done")
    return above + done.replace("[x]", "[ ]")


def ticks_of(markdown):
    return re.findall(r"\[[ x]\]", markdown.split("### Definition of Done")[1])


def slots_of(plan):
    rows = Approval.objects.filter(
        item__block__section__plan=plan,
        item__removed=False,
        item__block__removed=False,
        item__block__section__removed=False,
    )
    return sorted(rows, key=lambda slot: slot.pk)


def writers_of(version):
    """Who wrote a version's text, and who of them last: what everybody did to each
    column, without the detours that led back to what it said before.

    For texts whose words nobody else writes again, as those of the law are.
    """
    paths, origin, first = {}, {}, None
    for change in version.plan.changes.order_by("number"):
        if change.number >= version.change_number:
            break
        first = first or change.actor_id
        for edit in change.edits:
            row = edit["row"], edit["id"]
            new = bool(edit["before"].get("removed"))
            origin.setdefault(row, change.actor_id if new else first)
            for name in edit["after"].keys() - {"tail", "source"}:
                start = [(edit["before"].get(name, ""), origin[row], 0)]
                path = paths.setdefault((*row, name), start)
                path.append((edit["after"][name], change.actor_id, change.number))
    writers, newest = {first}, (0, first)
    for (kind, pk, name), path in paths.items():
        path = without_loops(path)
        if len(path) == 1 or not (
            name == "removed" and not path[0][0] or is_present(kind, pk)
        ):
            continue
        newest = max(newest, (path[-1][2], path[-1][1]))
        writers |= {path[-1][1]} | authors_of_words(path)
    return writers, newest[1]


def without_loops(path):
    straight = []
    for step in path:
        values = [value for value, *_ in straight]
        if step[0] in values:
            del straight[values.index(step[0]) + 1 :]
        else:
            straight.append(step)
    return straight


def is_present(kind, pk):
    if kind == "section":
        return not Section.objects.get(pk=pk).removed
    if kind == "block":
        block = Block.objects.get(pk=pk)
        return not block.removed and is_present("section", block.section_id)
    item = Item.objects.get(pk=pk)
    return not item.removed and is_present("block", item.block_id)


def authors_of_words(path):
    """Who brought each word that the last text has, and that stayed since."""
    last = path[-1][0]
    if not isinstance(last, str):
        return set()
    authors = set()
    for word in last.split():
        for value, actor, _ in reversed(path):
            if word not in value.split():
                break
            author = actor
        authors.add(author)
    return authors


class Oracle:
    def __init__(self, plan):
        self.plan = plan
        records = plan.records.select_related("actor")
        self.records = sorted(records, key=lambda record: record.number)
        self.versions = {version.pk: version for version in plan.versions.all()}
        numbers = {version.number: version for version in self.versions.values()}
        self.newest = numbers[max(numbers)] if numbers else None
        self.rules = ReviewRules.objects.filter(plan=plan).first() or ReviewRules()
        self.slots = slots_of(plan)
        self.seats = {
            slot.pk: [
                seat.user_id for seat in Approver.objects.filter(approval_id=slot.pk)
            ]
            for slot in self.slots
        }

    @cached_property
    def is_as_frozen(self):
        return self.newest is not None and text_now(self.plan) == self.newest.markdown

    def word_of(self, slot, user_id):
        """What somebody says of the newest version: a kind, or None."""
        decision, is_met = None, False
        for record in self.records:
            if (record.approval_id, record.actor_id) != (slot.pk, user_id):
                continue
            if record.kind in DECISIONS:
                decision, is_met = record, False
            elif record.kind == "withdrawn":
                decision = None
            elif record.kind == "condition_met":
                is_met = True
        if decision is None or not self.is_of_newest(decision, slot):
            return None
        if decision.kind == "approved_if" and is_met:
            return "approved"
        return decision.kind

    def is_of_newest(self, record, slot):
        if record.version_id == self.newest.pk:
            return True
        if record.role != slot.role:
            return False
        signed, newest = self.versions[record.version_id], self.newest
        if signed.markdown == newest.markdown:
            return True
        if record.kind in OBJECTIONS:
            return False
        return self.is_same_for(slot, signed.markdown, newest.markdown)

    def is_same_for(self, slot, before, after):
        """Whether two texts that differ are the same in what a slot covers."""
        has_launch = any("Launch" in one.role for one in self.slots)
        is_strict = self.rules.stale_on == "exact" or not has_launch
        looks_at_ticks = is_strict or "Launch" in slot.role
        if looks_at_ticks and ticks_of(before) != ticks_of(after):
            return False
        before, after = without_ticks(before), without_ticks(after)
        if self.rules.stale_on != "covered" or not slot.covers:
            return before == after
        before, after = parts_of(before), parts_of(after)
        return all(
            heading in before and heading in after and before[heading] == after[heading]
            for heading in slot.covers
        )

    def words(self, slot):
        return [self.word_of(slot, user_id) for user_id in self.seats[slot.pk]]

    @property
    def is_objected_to(self):
        return any(
            word in OBJECTIONS for slot in self.slots for word in self.words(slot)
        )

    def is_signed(self, slot):
        words = self.words(slot)
        if any(word in OBJECTIONS for word in words):
            return False
        approvals = [word == "approved" for word in words]
        return (
            any(approvals)
            if slot.needs == "any"
            else bool(approvals) and all(approvals)
        )

    @property
    def has_all(self):
        """Whether the slots that there are give the newest version all it needs."""
        required = [slot for slot in self.slots if slot.is_required]
        if self.newest is None or not required or self.is_objected_to:
            return False
        return all(self.is_signed(slot) for slot in required)

    @property
    def is_approved(self):
        """And the plan says just that."""
        return self.has_all and self.is_as_frozen

    @property
    def was_completed(self):
        return any(
            record.kind == AuditRecord.Kind.COMPLETED
            and record.version_id == self.newest.pk
            for record in self.records
        )
