"""Notices about what people say to one another: mentions and answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from plans.models import Comment, Item, Membership, Notice, Plan, Thread, User
from plans.notifications.outbox import add_notices

# Of an item, newest first: whoever asked before so many edits is not looked for.
MAX_CHANGES = 200
LONGEST_QUESTION = 600


def tell_mentioned(
    plan: Plan, comment: Comment, people: Iterable[int], label: str
) -> None:
    """`people`: the ids of those whom the comment did not mention before."""
    ids = set(people) - {comment.author_id}
    if ids:
        add_notices(
            kind=Notice.Kind.MENTION,
            plan=plan,
            actor=comment.author,
            to={user: {} for user in User.objects.filter(pk__in=ids)},
            topic=f"mention {plan.pk} {comment.author_id}",
            facts={"comment": comment.pk, "label": label[:200]},
        )


def tell_of_answer(
    plan: Plan, comment: Comment, mentioned: Collection[int], label: str
) -> None:
    """Tell the others who wrote in the thread and who asked the question that it is
    about, unless the comment mentions them."""
    thread = comment.thread
    writers = _writers_of(thread, before=comment.pk)
    if thread.is_question and thread.item:
        asker = _asker_of(plan, thread.item, thread.quote)
    else:
        asker = writers[0] if writers else None
    ids = {*writers, asker} - {*mentioned, comment.author_id, None}
    _tell(plan, comment.author, ids, asker, {"comment": comment.pk}, label)


def tell_question_resolved(
    item: Item, question: str, thread: Thread | None, actor: User, label: str
) -> None:
    """An edit of the text took the place of an open question."""
    plan = item.block.section.plan
    asker = _asker_of(plan, item, question)
    writers = _writers_of(thread) if thread else []
    facts: dict[str, Any] = {"item": item.pk, "question": question[:LONGEST_QUESTION]}
    if thread:
        facts = {"thread": thread.pk}
    ids = {*writers, asker} - {actor.pk, None}
    _tell(plan, actor, ids, asker, facts, label)


def _writers_of(thread: Thread, before: int | None = None) -> list[int]:
    """The ids of those who wrote in a thread, the first one first."""
    comments = Comment.objects.filter(thread=thread, removed_by=None).order_by("pk")
    if before is not None:
        comments = comments.filter(pk__lt=before)
    return list(dict.fromkeys(comments.values_list("author", flat=True)))


def _asker_of(plan: Plan, item: Item, question: str) -> int | None:
    """Whose edit put a question into an item; None for one that came with a file."""
    words = json.dumps(question, ensure_ascii=False)[1:-1]
    changes = plan.changes.filter(item=item).order_by("-number")
    for actor, edits in changes.values_list("actor", "edits")[:MAX_CHANGES]:
        for edit in edits:
            before = json.dumps(edit["before"], ensure_ascii=False)
            after = json.dumps(edit["after"], ensure_ascii=False)
            if words in after and words not in before:
                return int(actor)
    return None


def _tell(
    plan: Plan,
    actor: User,
    ids: Collection[int | None],
    asker: int | None,
    facts: Mapping[str, Any],
    label: str,
) -> None:
    """`asker`: to whom it is an answer; the others took part."""
    if not ids:
        return
    members = Membership.objects.filter(team=plan.team_id, user__in=ids)
    people = [member.user for member in members.select_related("user")]
    if people:
        add_notices(
            kind=Notice.Kind.ANSWER,
            plan=plan,
            actor=actor,
            to={user: {"is_yours": user.pk == asker} for user in people},
            topic=f"answer {plan.pk} {actor.pk}",
            facts={**facts, "label": label[:200]},
        )
