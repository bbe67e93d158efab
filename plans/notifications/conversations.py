"""Notices about what people say to one another: mentions and answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from plans.models import Comment, Membership, Notice, Plan, Thread, User
from plans.notifications.outbox import add_notices


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
    """Tell the others who wrote in the thread, unless the comment mentions them."""
    others = _writers_of(plan, comment.thread, comment.author, before=comment.pk)
    ids = others.keys() - set(mentioned)
    if ids:
        _tell(plan, comment.thread, comment.author, others, ids, label, comment.pk)


def tell_question_resolved(plan: Plan, thread: Thread, actor: User, label: str) -> None:
    """An edit of the text took the place of an open question."""
    others = _writers_of(plan, thread, actor)
    if others:
        _tell(plan, thread, actor, others, others.keys(), label)


def _writers_of(
    plan: Plan, thread: Thread, actor: User, before: int | None = None
) -> dict[int, bool]:
    """Who else wrote in a thread and is in the team, and whether they began it."""
    comments = Comment.objects.filter(thread=thread, removed_by=None)
    if before is not None:
        comments = comments.filter(pk__lt=before)
    members = Membership.objects.filter(team=plan.team_id).values("user")
    authors = comments.filter(author__in=members).order_by("pk")
    ids = list(authors.values_list("author", flat=True))
    return {pk: pk == ids[0] for pk in ids if pk != actor.pk}


def _tell(
    plan: Plan,
    thread: Thread,
    actor: User,
    writers: dict[int, bool],
    ids: Collection[int],
    label: str,
    comment_id: int | None = None,
) -> None:
    people = User.objects.filter(pk__in=list(ids))
    what = {"comment": comment_id} if comment_id else {"thread": thread.pk}
    add_notices(
        kind=Notice.Kind.ANSWER,
        plan=plan,
        actor=actor,
        to={user: {"is_yours": writers[user.pk]} for user in people},
        topic=f"answer {plan.pk} {actor.pk}",
        facts={**what, "label": label[:200]},
    )
