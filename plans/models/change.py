"""The change log: history, undo, audit trail and live feed at once."""

from __future__ import annotations

from typing import Any

from django.db import models

from plans.models.content import Item, Section
from plans.models.people import User
from plans.models.plan import Plan

# What one change did to one row: {"row": "item", "id": 7, "before": {}, "after": {}}.
Edit = dict[str, Any]


class Change(models.Model):
    """What one action did, written in the same transaction.

    `edits` lists the rows it wrote: `{"row": "item", "id": 7, "before": {...},
    "after": {...}}` with the attributes that changed. `label` names the place for
    people.
    """

    class Verb(models.TextChoices):
        """What an action did; the label precedes the change's own label in a sentence,
        as in "Alice edited Storage"."""

        PLAN_CREATED = "plan.created", "created"
        PLAN_IMPORTED = "plan.imported", "imported"
        PLAN_COPIED = "plan.copied", "made this plan as a copy of"
        PLAN_MOVED = "plan.moved", "moved to another team:"
        PLAN_TAGGED = "plan.tagged", "changed the tags of"
        PLAN_ARCHIVED = "plan.archived", "archived"
        PLAN_RESTORED = "plan.restored", "restored"
        PLAN_LOCKED = "plan.locked", "locked"
        PLAN_UNLOCKED = "plan.unlocked", "unlocked"
        PLAN_OPENED = "plan.opened", "opened to everyone signed in:"
        PLAN_CLOSED = "plan.closed", "limited to the team:"
        PLAN_SHARED = "plan.shared", "created a link to"
        PLAN_UNSHARED = "plan.unshared", "revoked a link to"
        GUEST_INVITED = "guest.invited", "invited as a guest:"
        GUEST_ENDED = "guest.ended", "ended the guest access of"
        SECTION_ADDED = "section.added", "added section"
        SECTION_RENAMED = "section.renamed", "renamed section"
        SECTION_MOVED = "section.moved", "moved section"
        SECTION_REMOVED = "section.removed", "removed section"
        SECTION_BLOCK_ADDED = "section.block_added", "added to"
        SECTION_BLOCK_REMOVED = "section.block_removed", "removed from"
        SECTION_COLUMNS = "section.columns", "changed the columns in"
        SECTION_SIGNS = "section.signs", "turned on sign-offs in"
        SECTION_SIGNS_NOT = "section.signs_not", "turned off sign-offs in"
        SECTION_ASSIGNED = "section.assigned", "changed the assignment of"
        ITEM_ADDED = "item.added", "added to"
        ITEM_EDITED = "item.edited", "edited"
        ITEM_TICKED = "item.ticked", "ticked in"
        ITEM_MOVED = "item.moved", "moved in"
        ITEM_REMOVED = "item.removed", "removed from"
        ITEM_RESTORED = "item.restored", "restored"
        ITEM_ASSIGNED = "item.assigned", "changed the assignment of"
        COMMENT_ADDED = "comment.added", "commented on"
        COMMENT_RESOLVED = "comment.resolved", "resolved a comment on"
        COMMENT_REOPENED = "comment.reopened", "reopened a comment on"
        COMMENT_EDITED = "comment.edited", "edited a comment on"
        COMMENT_REMOVED = "comment.removed", "removed a comment on"
        SUGGESTION_ADDED = "suggestion.added", "suggested a change of"
        SUGGESTION_ACCEPTED = "suggestion.accepted", "accepted a suggestion for"
        SUGGESTION_DECLINED = "suggestion.declined", "declined a suggestion for"
        SUGGESTION_WITHDRAWN = "suggestion.withdrawn", "withdrew a suggestion for"
        QUESTION_ANSWERED = "question.answered", "used an answer for"
        QUESTION_DISMISSED = "question.dismissed", "dismissed a question in"
        REVIEW_REQUESTED = "review.requested", "submitted"
        REVIEW_APPROVED = "review.approved", "approved"
        REVIEW_APPROVED_IF = "review.approved_if", "approved on a condition"
        REVIEW_CHANGES_REQUESTED = "review.changes_requested", "asked for changes in"
        REVIEW_DECLINED = "review.declined", "declined"
        REVIEW_WITHDRAWN = "review.withdrawn", "withdrew a decision on"
        REVIEW_CONDITION_MET = "review.condition_met", "confirmed the condition for"
        REVIEW_REPLACED = "review.replaced", "replaced an approver of"
        REVIEW_COMPLETED = "review.completed", "gave the last sign-off to"
        REVIEW_EXPIRED = "review.expired", "ended the request for"
        REVIEW_REMINDED = "review.reminded", "reminded the approvers of"
        REVIEW_SLOT_CHANGED = "review.slot_changed", "changed the sign-off setup of"
        REVIEW_RULES_CHANGED = "review.rules_changed", "changed the"
        VERSION_SAVED = "version.saved", "saved the version"
        VERSION_NAMED = "version.named", "named"
        VERSION_RESTORED = "version.restored", "restored the whole text of"
        PLAN_UPDATED = "plan.updated", "took changes from"
        PLAN_UP_TO_DATE = "plan.up_to_date", "brought the plan up to"
        PLAN_FOLLOWS = "plan.follows", "made the plan follow"
        PLAN_FOLLOWS_NOT = "plan.follows_not", "stopped the plan following"
        APPROVER_CONFIRMED = "approver.confirmed", "confirmed an approver for"
        APPROVER_INVITED = "approver.invited", "invited someone to sign"
        APPROVER_JOINED = "approver.joined", "joined to sign"
        PERSON_RENAMED = "person.renamed", "was renamed:"
        UNDO = "undo", "undid a change of"
        REDO = "redo", "redid a change of"

    # Verbs of changes that reverse another change.
    REVERSALS = (Verb.UNDO, Verb.REDO)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40, choices=Verb)
    label = models.CharField(max_length=200, blank=True)
    # Every query also filters by plan and uses that index; one for each of these keys
    # would only slow down saves.
    section = models.ForeignKey(
        Section,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    item = models.ForeignKey(
        Item, models.RESTRICT, null=True, blank=True, related_name="+", db_index=False
    )
    edits = models.JSONField(default=list)
    suggested_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Whose suggestion or answer the actor decided on.",
    )
    note = models.TextField(
        blank=True, db_default="", help_text="Why, in the words of the actor."
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="change_number_unique_in_plan"
            )
        ]
        indexes = [
            # A user's latest changes of a plan, for undo.
            models.Index(fields=["plan", "actor", "-number"], name="changes_of_actor"),
            # Since when a section or an item is somebody's (plans.page.inbox). A save
            # has nothing to do with them.
            models.Index(
                fields=["section", "-number"],
                condition=models.Q(verb="section.assigned"),
                name="assignments_of_section",
            ),
            models.Index(
                fields=["item", "-number"],
                condition=models.Q(verb="item.assigned"),
                name="assignments_of_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.actor} {self.verb} {self.label}"

    @property
    def deed(self) -> str:
        """What was done, and whose suggestion it was: precedes `label`."""
        verb = self.get_verb_display()
        if self.suggested_by is None or self.suggested_by_id == self.actor_id:
            return verb
        name = self.suggested_by.name
        verb = verb.replace("an answer", f"{name}’s answer")
        return verb.replace("a suggestion", f"{name}’s suggestion")
