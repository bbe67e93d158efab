"""Comments: written, answered, resolved, reopened, edited, removed.

They are not part of the plan's text: no version of an item changes, undo skips them,
and no export has them. Each action counts `open_threads` of the place again.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from django.db import transaction
from django.utils import timezone

from plans import formats, permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.actions.reading import mark_read
from plans.actions.threads import count_open_threads, set_resolved
from plans.content.anchors import (
    MAX_CONTEXT_CHARACTERS,
    MAX_QUOTE_CHARACTERS,
    About,
    questions_in,
)
from plans.content.limits import MAX_COMMENT_CHARACTERS
from plans.content.values import attributes, change_label, value_of, values_of_row
from plans.errors import Refused
from plans.markdown.comments import mentioned_in
from plans.models import (
    Change,
    Comment,
    Item,
    Membership,
    Mention,
    Plan,
    Section,
    Thread,
    User,
)
from plans.notifications import conversations


@transaction.atomic
def comment(
    *,
    plan: Plan,
    actor: User,
    item: Item | None = None,
    section: Section | None = None,
    thread: Thread | None = None,
    about: About | None = None,
    text: str,
    asks: bool = False,
    member: Membership | None = None,
) -> Comment:
    """Say something in a thread, or in a new one on an item or a section.

    `about`: a text of the item that a new thread is about. An open question has one
    thread: who answers it answers there. An answer in a resolved thread reopens it.
    `asks`: it begins a thread with a question to whoever looks after the place.
    Raises Refused for a text that cannot be stored, or a place that is gone.
    """
    if sum(place is not None for place in (item, section, thread)) != 1:
        raise TypeError("a comment is on one item, on one section or in one thread")
    require(permissions.may_comment(membership(plan, actor, member)))
    text = _sound(text)
    turn = lock_plan(plan)
    is_answer = thread is not None or (about is not None and about.is_question)
    if thread is None:
        _refuse_if_gone(plan, item or section)
        thread = _thread_about(plan, item, section, about)
    else:
        thread.refresh_from_db(fields=["resolved_at", "resolved_by"])
        if thread.resolved_at and not _is_settled(thread):
            set_resolved(thread, None)
    comment_row = Comment.objects.create(
        thread=thread, author=actor, text=text, asks=asks and not is_answer
    )
    mentioned = _keep_mentions(plan, comment_row)
    label = label_of_place(thread.place)
    conversations.tell_mentioned(plan, comment_row, mentioned, label)
    if is_answer:
        conversations.tell_of_answer(plan, comment_row, mentioned, label)
    mark_read(user=actor, until={thread.pk: comment_row.pk})
    _finish(plan, actor, turn, thread, Change.Verb.COMMENT_ADDED)
    return comment_row


@transaction.atomic
def resolve(
    *, plan: Plan, actor: User, thread: Thread, member: Membership | None = None
) -> None:
    """Nothing is left to say. A thread that is resolved already stays as it is."""
    require(permissions.may_comment(membership(plan, actor, member)))
    turn = lock_plan(plan)
    thread.refresh_from_db(fields=["resolved_at", "resolved_by"])
    if thread.resolved_at:
        return unlock_unchanged(plan)
    if thread.is_question and not _is_settled(thread):
        raise Refused(
            "The question is still open in the plan. Use an answer as the text, edit "
            "the text, or dismiss the question: that resolves this thread."
        )
    set_resolved(thread, actor)
    _finish(plan, actor, turn, thread, Change.Verb.COMMENT_RESOLVED)


@transaction.atomic
def reopen(
    *, plan: Plan, actor: User, thread: Thread, member: Membership | None = None
) -> None:
    """Something is left to say after all."""
    require(permissions.may_comment(membership(plan, actor, member)))
    turn = lock_plan(plan)
    thread.refresh_from_db(fields=["resolved_at", "resolved_by"])
    if not thread.resolved_at:
        return unlock_unchanged(plan)
    set_resolved(thread, None)
    _finish(plan, actor, turn, thread, Change.Verb.COMMENT_REOPENED)


@transaction.atomic
def edit_comment(
    *,
    plan: Plan,
    actor: User,
    comment: Comment,
    text: str,
    member: Membership | None = None,
) -> None:
    """Edit the actor's own comment; the page says that it was edited."""
    require(permissions.may_change_comment(membership(plan, actor, member), comment))
    text = _sound(text)
    turn = lock_plan(plan)
    comment.refresh_from_db(fields=["text", "removed_by"])
    if comment.is_removed:
        raise Refused("This comment has been removed. Write a new one.")
    if text == comment.text:
        return unlock_unchanged(plan)
    comment.text, comment.edited_at = text, timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    mentioned = _keep_mentions(plan, comment)
    label = label_of_place(comment.thread.place)
    conversations.tell_mentioned(plan, comment, mentioned, label)
    _finish(plan, actor, turn, comment.thread, Change.Verb.COMMENT_EDITED)


@transaction.atomic
def remove_comment(
    *, plan: Plan, actor: User, comment: Comment, member: Membership | None = None
) -> None:
    """Take back an own comment; an owner may take back any.

    Its row stays, and the page says that it was there. An open thread with nothing
    left in it is resolved, or it would be counted as open for ever.
    """
    require(permissions.may_remove_comment(membership(plan, actor, member), comment))
    turn = lock_plan(plan)
    comment.refresh_from_db(fields=["text", "removed_by"])
    if comment.is_removed:
        return unlock_unchanged(plan)
    comment.removed_by = actor
    comment.save(update_fields=["removed_by"])
    thread = comment.thread
    thread.refresh_from_db(fields=["resolved_at", "resolved_by"])
    if not thread.resolved_at and not thread.comments.filter(removed_by=None).exists():
        set_resolved(thread, actor)
    _finish(plan, actor, turn, thread, Change.Verb.COMMENT_REMOVED)


def _sound(text: str) -> str:
    """The text as it is stored. Raises Refused with what is wrong with it."""
    text = text.replace("\r\n", "\n").strip()  # browsers rewrite line ends
    if not text:
        raise Refused("Enter a comment.")
    if "\0" in text:
        raise Refused("The comment contains NUL characters. Remove them and try again.")
    if len(text) > MAX_COMMENT_CHARACTERS:
        raise Refused(
            f"The comment has {formats.number(len(text))} characters; the limit is "
            f"{formats.number(MAX_COMMENT_CHARACTERS)}. Shorten it, or write two."
        )
    return text


def _thread_about(
    plan: Plan, item: Item | None, section: Section | None, about: About | None
) -> Thread:
    """A new thread, or the one that an open question has already."""
    if item is None or about is None:
        return Thread.objects.create(plan=plan, item=item, section=section)
    about = _sound_about(item, about)
    thread = Thread(plan=plan, item=item, **asdict(about))
    if about.is_question:
        if _is_settled(thread):
            raise Refused("That question is gone: it has already been answered.")
        place = {"is_question": True, "key": about.key, "quote": about.quote}
        known = Thread.objects.filter(item=item, **place).first()
        if known is not None:
            if known.resolved_at:
                set_resolved(known, None)
            known.item = item
            return known
    thread.save()
    return thread


def _sound_about(item: Item, about: About) -> About:
    """Raises Refused for a stretch that cannot be kept."""
    if "\0" in "".join((about.quote, about.prefix, about.suffix)):
        raise Refused("The selected text contains NUL characters. Remove them first.")
    part, _ = values_of_row(item)
    if not isinstance(value_of(part, about.key), str):
        raise Refused("This item has no such text. Reload the page.")
    if about.is_question:
        return About(about.key, about.quote, is_question=True)
    if not 0 < len(about.quote) <= MAX_QUOTE_CHARACTERS:
        raise Refused(
            f"Select up to {formats.number(MAX_QUOTE_CHARACTERS)} characters to "
            "comment on them."
        )
    return replace(
        about,
        prefix=about.prefix[-MAX_CONTEXT_CHARACTERS:],
        suffix=about.suffix[:MAX_CONTEXT_CHARACTERS],
        position=about.position or 0,
    )


def _is_settled(thread: Thread) -> bool:
    """Whether it is about a question that the text of now does not ask."""
    if not thread.is_question or thread.item is None:
        return False
    part, _ = values_of_row(thread.item)
    return (thread.key, thread.quote) not in questions_in(attributes(part))


def _refuse_if_gone(plan: Plan, place: Item | Section | None) -> None:
    if isinstance(place, Item):
        items = Item.objects.present().filter(block__section__plan=plan)
        if not items.filter(pk=place.pk).exists():
            raise Refused("This item has been removed. Reload the page.")
        return
    sections = Section.objects.present().filter(plan=plan)
    if place is None or not sections.filter(pk=place.pk).exists():
        raise Refused("This section has been removed. Reload the page.")


def _keep_mentions(plan: Plan, comment: Comment) -> set[int]:
    """One row for each member that a comment speaks to; the ids of those who are new
    in it."""
    if not comment.asks and not comment.mentions.exists() and "@" not in comment.text:
        return set()
    members = permissions.mentionable(plan, comment.author)
    wanted = {member.pk for member in mentioned_in(comment.text, members)}
    if comment.asks:
        wanted |= _asked(plan, comment)
    kept = set(comment.mentions.values_list("user", flat=True))
    comment.mentions.exclude(user__in=wanted).delete()
    Mention.objects.bulk_create(
        Mention(comment=comment, user_id=pk) for pk in sorted(wanted - kept)
    )
    return wanted - kept


def _asked(plan: Plan, comment: Comment) -> set[int]:
    """Whom a question is put to: who looks after the item or its section, or else who
    created the plan; nobody where that is the one who asks."""
    place = comment.thread.place
    section = place.block.section if isinstance(place, Item) else place
    responsible = (place.assignee_id, section.assignee_id, plan.created_by_id)
    members = plan.team.memberships.filter(user__is_active=True)
    able = members.exclude(role=Membership.Role.VIEWER)
    here = set(able.values_list("user", flat=True))
    user_id = next((pk for pk in responsible if pk in here), None)
    return {user_id} if user_id and user_id != comment.author_id else set()


def _finish(
    plan: Plan, actor: User, turn: int, thread: Thread, verb: Change.Verb
) -> None:
    """Count the open threads of the place again, and log the change."""
    place = thread.place
    count_open_threads(place)
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=verb,
        edits=[],
        label=label_of_place(place),
        section_id=place.block.section_id if isinstance(place, Item) else place.pk,
        item_id=place.pk if isinstance(place, Item) else None,
    )


def label_of_place(place: Item | Section) -> str:
    """Where a thread is, in a few words."""
    if isinstance(place, Section):
        return str(place.heading or "Introduction")
    part, _ = values_of_row(place)
    return change_label(part, place)
