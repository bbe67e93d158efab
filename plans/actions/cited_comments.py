"""A decision takes the signer's open comments along: as a list in the record's text,
which stays as it is when a comment is edited later."""

from __future__ import annotations

from collections.abc import Collection

from plans import formats
from plans.actions.comments import label_of_place
from plans.content.limits import MAX_COMMENT_CHARACTERS
from plans.content.rows import DETAILS
from plans.errors import Refused
from plans.models import Comment, Plan, User


def with_comments(
    *, plan: Plan, actor: User, text: str, thread_ids: Collection[int]
) -> str:
    """`text` and a line for each of the open threads that the actor started.

    Raises Refused when that is longer than a record's text can be.
    """
    if not thread_ids:
        return text
    lines = [
        f"- {label_of_place(start.thread.place)}: {' '.join(start.text.split())}"
        for start in _starts(plan, actor, thread_ids)
    ]
    whole = "\n".join([text.strip(), "", "Comments on the plan:", *lines]).strip()
    if len(whole) > MAX_COMMENT_CHARACTERS:
        raise Refused(
            f"With your comments, the text has {formats.number(len(whole))} "
            "characters; the limit is "
            f"{formats.number(MAX_COMMENT_CHARACTERS)}. Leave some of them out."
        )
    return whole if lines else text


def _starts(plan: Plan, actor: User, thread_ids: Collection[int]) -> list[Comment]:
    """The first comment of each of these threads that is open and the actor's."""
    places = ("section", "item__block__section", *(f"item__{name}" for name in DETAILS))
    comments = Comment.objects.filter(
        thread__plan=plan, thread__in=thread_ids, thread__resolved_at=None
    ).select_related(*(f"thread__{name}" for name in places))
    starts: dict[int, Comment] = {}
    for comment in comments.filter(removed_by=None).order_by("pk"):
        starts.setdefault(comment.thread_id, comment)
    return [start for start in starts.values() if start.author_id == actor.pk]
