"""What people ask of a person in words: mentions without an answer, open questions, and
suggestions to decide on.

A question waits for whoever the item, or else its section, is assigned to; a suggestion
for the same person, if they may edit, and for whoever created the plan. Answers to a
question that nobody is assigned wait for the plan's creator, who can use one.
"""

from __future__ import annotations

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from plans.models import Comment, Item, Mention, RegisterEntry, Suggestion, User
from plans.models.suggestion import SuggestionQuerySet
from plans.page.inbox.entries import Entry, Kind
from plans.permissions import TeamIds


def mention_entries(user: User, teams: TeamIds) -> list[Entry]:
    """The newest mention in each open thread; a thread with a question to the person
    that waits for them is asked. One query."""
    section = Q(comment__thread__section__removed=False)
    item = _present("comment__thread__item__")
    threads = (
        Mention.objects.waiting_for(user)
        .filter(section | item, comment__thread__plan__team__in=teams.see)
        .order_by()
        .values("comment__thread", "comment__thread__plan")
        .annotate(
            newest=Max("comment"),
            at=Max("comment__created_at"),
            question=Max("comment", filter=Q(comment__asks=True)),
        )
        .order_by("-newest")
    )
    rows = threads.values_list(
        *("comment__thread", "newest", "at", "comment__thread__plan", "question")
    )
    return [
        Entry(
            Kind.ASKED if question else Kind.MENTION,
            *(str(thread), str(newest), at, plan),
            comment=newest,
        )
        for thread, newest, at, plan, question in rows
    ]


def question_entries(user: User, teams: TeamIds) -> list[Entry]:
    """One for each item with an open question. One query."""
    answers = Comment.objects.filter(
        thread__item=OuterRef("pk"),
        thread__is_question=True,
        thread__resolved_at=None,
        removed_by=None,
    ).order_by("-pk")
    plan = "block__section__plan"
    items = (
        Item.objects.present()
        .filter(questions__gt=0, **{f"{plan}__archived": False})
        # Found by the register: an index of the items has those of all plans.
        .filter(
            register_entries__register=RegisterEntry.Register.QUESTION,
            register_entries__plan__team__in=teams.comment,
        )
        .filter(
            _is_assigned(user)
            | (_is_nobodys() & Q(**{f"{plan}__created_by": user}) & Exists(answers))
        )
        .annotate(
            answer=Subquery(answers.values("pk")[:1]),
            answered_by=Subquery(answers.values("author")[:1]),
            answered_at=Subquery(answers.values("created_at")[:1]),
            asked_at=Coalesce("updated_at", f"{plan}__created_at"),
            owner=Coalesce("assignee", "block__section__assignee"),
        )
    )
    rows = items.order_by("-pk").values_list(
        *("pk", "version", "answer", "answered_at", "answered_by", "asked_at"),
        *(plan, f"{plan}__team", "owner"),
    )
    entries = []
    for (
        pk,
        version,
        answer,
        answered_at,
        author,
        asked_at,
        plan_id,
        team,
        owner,
    ) in rows:
        # Compared here: the query would look for the newest answer each time.
        # Theirs waits for them if they can use an answer, or another one is the last;
        # nobody's, if they can use that.
        is_others = author != user.pk
        may_use = team in teams.edit
        if (is_others or may_use) if owner else (is_others and may_use):
            entries.append(
                Entry(
                    Kind.QUESTION,
                    str(pk),
                    f"{version}.{answer or 0}",
                    max(asked_at, answered_at or asked_at),
                    plan_id,
                    row=pk,
                    comment=answer or 0,
                    who=author if author != user.pk else None,
                )
            )
    return entries


def suggestion_entries(user: User, teams: TeamIds) -> list[Entry]:
    """The open suggestions of others. One query."""
    rows = (
        SuggestionQuerySet(Suggestion)
        .open()
        .filter(
            _present("item__"),
            _is_assigned(user, "item__") | Q(plan__created_by=user),
            plan__archived=False,
            plan__team__in=teams.edit,
        )
        .exclude(author=user)
        .order_by("-pk")
        .values_list("pk", "created_at", "author", "plan")
    )
    return [
        Entry(Kind.SUGGESTION, str(pk), "", at, plan, row=pk, who=author)
        for pk, at, author, plan in rows
    ]


def _present(prefix: str) -> Q:
    """That an item is in its plan, as PlacedQuerySet.present."""
    return Q(
        **{
            f"{prefix}removed": False,
            f"{prefix}block__removed": False,
            f"{prefix}block__section__removed": False,
        }
    )


def _is_assigned(user: User, prefix: str = "") -> Q:
    """The item is the person's, or it is nobody's in a section of theirs."""
    return Q(**{f"{prefix}assignee": user}) | Q(
        **{f"{prefix}assignee": None, f"{prefix}block__section__assignee": user}
    )


def _is_nobodys() -> Q:
    return Q(assignee=None, block__section__assignee=None)
