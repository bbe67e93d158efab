"""Taking changes into a plan from another text of it: a file that was edited elsewhere,
or the newer version of a template.

All that is taken is one change of the plan, and undone as one. Where the plan was
edited meanwhile, the other text becomes a suggestion for the item.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_if_overfull
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.membership import membership
from plans.actions.outline import form_edit, retitle
from plans.actions.outside_copies import note_copy
from plans.actions.partners import find_partners
from plans.actions.suggestions import suggest
from plans.actions.whole_text import write_whole
from plans.content import limits, storage
from plans.document.diff.changes import ItemChange
from plans.document.diff.joining import Joined
from plans.document.diff.pieces import pieces_of
from plans.document.diff.three_way import PlanChanges, plan_changes
from plans.errors import NotAllowed, Outdated, Refused
from plans.models import (
    Change,
    Item,
    Membership,
    OutsideCopy,
    Plan,
    Suggestion,
    User,
)
from plans.models.change import Edit

OUTDATED = (
    "The plan was edited since you saw this list. It’s compared again: check what you "
    "chose."
)
NOTHING_CHOSEN = "Choose at least one change."


@dataclass
class Applied:
    """`change`: None where all that was taken became suggestions. `refused`: clashes
    that could not be suggested, each with the reason."""

    change: Change | None = None
    suggestions: list[Suggestion] = field(default_factory=list)
    refused: list[tuple[ItemChange, str]] = field(default_factory=list)


def compare_with(plan: Plan, base: str | None, theirs: str) -> PlanChanges:
    """What `theirs` would change in the plan as it is now. `base`: the text that both
    began from; None if that is not known."""
    return _compare(storage.load(plan), base, theirs)


def _compare(loaded: storage.Loaded, base: str | None, theirs: str) -> PlanChanges:
    mine = doc.write(loaded.document)
    places = loaded.document.places
    return plan_changes(mine if base is None else base, mine, theirs, places=places)


def apply_changes(
    *,
    plan: Plan,
    actor: User,
    base: str | None,
    theirs: str,
    keys: Collection[str],
    source: str,
    verb: Change.Verb = Change.Verb.PLAN_UPDATED,
    columns: Mapping[str, Any] | None = None,
    member: Membership | None = None,
) -> Applied:
    """Take those changes of `theirs` that have these keys (`compare_with`). `source`:
    what it is, in a few words, such as the file's name. `columns`: of the plan's row,
    which are part of the same change, even if no key is given.

    Raises Outdated if the plan was edited so that one of them is another by now,
    Refused for a text that the plan cannot hold.
    """
    member = membership(plan, actor, member)
    require(permissions.may_write(member, plan))
    refuse_if_archived(plan)
    if not keys and not columns:
        raise Refused(NOTHING_CHOSEN)
    # Comparing takes long, so it is done before others have to wait.
    prepared = _prepare(plan, base, theirs, keys)
    with transaction.atomic():
        number = lock_plan(plan)
        if prepared.change_number != number - 1:
            prepared = _prepare(plan, base, theirs, keys)
        edits = [form_edit(plan, dict(columns))] if columns else []
        if prepared.is_text_changed:
            edits += _write(plan, actor, prepared)
        applied = Applied()
        if edits:
            applied.change = log_change(
                plan=plan,
                actor=actor,
                number=number,
                verb=verb,
                edits=edits,
                label=source,
            )
        for change in prepared.clashes:
            item = prepared.items_by_start.get(change.start or 0)
            _suggest(applied, plan, actor, member, change, item, source)
        if applied.change and applied.suggestions:
            made = [suggestion.pk for suggestion in applied.suggestions]
            Suggestion.objects.filter(pk__in=made).update(made_in=applied.change)
        if not edits and not applied.suggestions:
            reasons = [reason for _, reason in applied.refused]
            raise Refused([*reasons, "The plan already says all that you chose."][0])
        if verb == Change.Verb.PLAN_UPDATED and prepared.compared.keys == set(keys):
            note_copy(plan, theirs, OutsideCopy.Form.FILE, actor)
    return applied


def refuse_if_archived(plan: Plan) -> None:
    if plan.archived:
        raise Refused("This plan is archived. Restore it before you update it.")


@dataclass(frozen=True)
class _Prepared:
    """What is to be written. `change_number`: the plan's last change before it was
    compared; `joined`: its new text, `document` what that says; `clashes`: those that
    become suggestions."""

    change_number: int
    loaded: storage.Loaded
    compared: PlanChanges
    joined: Joined
    document: doc.Document
    clashes: list[ItemChange]

    @property
    def is_text_changed(self) -> bool:
        return self.joined.text != self.compared.mine

    @cached_property
    def items_by_start(self) -> dict[int, Item]:
        """The rows of the plan's items by where they begin in its text."""
        _, pieces = pieces_of(self.loaded.document)
        return {
            piece.start: self.loaded.items[piece.part.id or 0]
            for piece in pieces
            if isinstance(piece.part, doc.Item)
        }


def _prepare(
    plan: Plan, base: str | None, theirs: str, keys: Collection[str]
) -> _Prepared:
    numbers = Plan.objects.filter(pk=plan.pk).values_list("change_number", flat=True)
    change_number = numbers.get()
    loaded = storage.load(plan)
    compared = _compare(loaded, base, theirs)
    if not compared.keys.issuperset(keys):
        raise Outdated(OUTDATED)
    chosen = [change for change in compared.changes if change.key in keys]
    clashes = [change for change in chosen if change.can_be_suggested]
    joined = compared.text_with({c.key for c in chosen if not c.can_be_suggested})
    document = doc.read(joined.text, places=loaded.document.places)
    try:
        limits.check_size(joined.text)
        limits.check_items(document)
    except limits.Unreadable as error:
        raise Refused(str(error)) from None
    return _Prepared(change_number, loaded, compared, joined, document, clashes)


def _write(plan: Plan, actor: User, prepared: _Prepared) -> list[Edit]:
    joined, document = prepared.joined, prepared.document
    present = prepared.loaded.document
    for is_careful in (False, True):
        point = transaction.savepoint()
        loaded = storage.load_with_removed(plan)
        partners = find_partners(present, loaded.document, joined.origins, document)
        if is_careful:  # how a section is written may depend on what now follows it
            partners.unchanged = frozenset()
        edits = write_whole(plan, actor, loaded, document, partners)
        if doc.write(storage.load(plan).document) == joined.text:
            break
        transaction.savepoint_rollback(point)
        plan.refresh_from_db(fields=["newline", "bom"])
    else:
        raise Refused(
            "These changes can’t be put into the plan as they are. Choose fewer of "
            "them, and copy the rest by hand."
        )
    retitle(plan)
    refuse_if_overfull(plan)
    return edits


def _suggest(
    applied: Applied,
    plan: Plan,
    actor: User,
    member: Membership | None,
    change: ItemChange,
    item: Item | None,
    source: str,
) -> None:
    """The values of a clash, each as a suggestion for the item in the plan."""
    for key, text in change.suggestions:
        try:
            if item is None:
                raise Refused("The item is written in another way by now.")
            suggestion = suggest(
                plan=plan,
                item=item,
                actor=actor,
                key=key,
                text=text,
                reason=f"From {source}",
                member=member,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            applied.refused.append((change, str(refusal)))
        else:
            applied.suggestions.append(suggestion)
