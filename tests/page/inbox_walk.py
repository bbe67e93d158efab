"""What waits for a person, found by a plain walk over everything that is stored.

For the tests: nothing of plans.page.inbox is called. Simple where that one is quick.
"""

import re

from django.utils import timezone

from plans.content import storage
from plans.models import Membership, Plan
from plans.page.thread_texts import asked_in, is_gone
from tests.reviews.oracle import OBJECTIONS, Oracle, text_now

TALKERS = ("owner", "editor", "reviewer")
EDITORS = ("owner", "editor")


def waiting_for(user) -> set[str]:
    """The kinds and numbers of all that waits for them, now or later."""
    keys = set()
    for plan in Plan.objects.filter(archived=False):
        member = Membership.objects.filter(team=plan.team_id, user=user).first()
        role = member.role if member else None
        walks = (signing, objections, mentions, questions, suggestions, assigned)
        for walk in walks:
            keys |= {f"{kind}:{about}" for kind, about in walk(plan, user, role)}
    return keys


def signing(plan, user, role):
    oracle = SignOffNow(plan)
    if role not in TALKERS or oracle.newest is None:
        return
    for slot in oracle.slots:
        if user.pk not in oracle.seats[slot.pk]:
            continue
        word = oracle.word_of(slot, user.pk)
        if word in ("approved", "approved_if") and oracle.is_stale(slot):
            yield "stale", slot.pk
        elif word == "approved_if" and not oracle.has_expired:
            yield "condition", slot.pk
        elif word is None and not oracle.is_signed(slot) and not oracle.has_expired:
            yield ("sign" if oracle.is_turn_of(slot) else "turn"), slot.pk


class SignOffNow(Oracle):
    """And what an edit since the newest version makes of it."""

    @property
    def has_expired(self):
        until = self.newest.expires_at
        return until is not None and until <= timezone.now()

    def is_stale(self, slot):
        if self.is_as_frozen:
            return False
        before, after = self.newest.markdown, text_now(self.plan)
        were = lines_of(before, self.newest.slots)
        are = lines_of(after, slots_in_order(self.plan))
        is_same_line = slot.pk in were and were[slot.pk] == are.get(slot.pk)
        return not is_same_line or not self.is_same_for(slot, before, after)

    def is_turn_of(self, slot):
        by_id = {one.pk: one for one in self.slots}
        before = [by_id[one.pk] for one in slot.after.all() if one.pk in by_id]
        if self.rules.done_first and "launch approval" in slot.role.lower():
            before += [one for one in self.slots if one.is_required and one != slot]
        return not self.is_stale(slot) and all(map(self.is_signed, before))


def lines_of(markdown, slots):
    """By slot, what its line in the Approvals says."""
    lines = re.findall(
        r"^- \*\*(.+?)\*\*:(.*)$", markdown.split("# Approvals")[1], re.M
    )
    return dict(zip(slots, lines, strict=True)) if len(slots) == len(lines) else {}


def slots_in_order(plan):
    items = storage.load(plan).items.values()
    return [item.pk for item in items if hasattr(item, "approval")]


def objections(plan, user, role):
    oracle = Oracle(plan)
    if role not in EDITORS or oracle.newest is None:
        return
    if user not in (plan.created_by, oracle.newest.author):
        return
    for slot in oracle.slots:
        for other in oracle.seats[slot.pk]:
            if other != user.pk and oracle.word_of(slot, other) in OBJECTIONS:
                yield "changes", f"{slot.pk}-{other}"


def mentions(plan, user, role):
    if role is None:
        return
    for thread in plan.threads.all():
        comments = [one for one in thread.comments.all() if not one.is_removed]
        own = [one.pk for one in comments if one.author == user]
        asking = [one.pk for one in comments if one.mentions.filter(user=user).exists()]
        is_open = thread.resolved_at is None and not is_gone(thread.place)
        waiting = [pk for pk in asking if pk > max(own, default=0)]
        if is_open and waiting:
            is_asked = any(one.asks for one in comments if one.pk in waiting)
            yield "asked" if is_asked else "mention", thread.pk


def questions(plan, user, role):
    for item in storage.load(plan).items.values():
        if not asked_in(item):
            continue
        answers = [
            comment.author
            for thread in item.threads.filter(is_question=True, resolved_at=None)
            for comment in thread.comments.all()
            if not comment.is_removed
        ]
        newest = answers[-1] if answers else None
        owner = assignee_of(item)
        if owner == user and role in TALKERS:
            if newest != user or role in EDITORS:
                yield "question", item.pk
        elif owner is None and plan.created_by == user and role in EDITORS:
            yield from [("question", item.pk)] * (newest not in (None, user))


def assignee_of(item):
    return item.assignee or item.block.section.assignee


def suggestions(plan, user, role):
    for one in plan.suggestions.all():
        if not one.is_open or one.author == user or role not in EDITORS:
            continue
        is_theirs = assignee_of(one.item) == user or plan.created_by == user
        if is_theirs and not is_gone(one.item):
            yield "suggestion", one.pk


def assigned(plan, user, role):
    if role is None and not plan.is_open:
        return
    loaded = storage.load(plan)
    for section in loaded.sections.values():
        if section.assignee == user:
            yield "assigned", f"section-{section.pk}"
    for item in loaded.items.values():
        is_done = hasattr(item, "checklist_item") and item.checklist_item.done
        if item.assignee == user and not is_done:
            yield "assigned", f"item-{item.pk}"
