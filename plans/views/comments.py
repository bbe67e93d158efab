"""Comments: the threads of a place or of the whole plan, and what is said in them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plans import permissions
from plans.actions import comments as actions
from plans.actions.reading import mark_read
from plans.content.anchors import About
from plans.content.rows import DETAILS
from plans.live.fragments import hx_partial
from plans.models import Comment, Item, Membership, Plan, Section, Thread
from plans.page.comments import PLACES, Scope, button_html, threads_context
from plans.page.contexts import toolbar_context
from plans.page.suggestions import suggestions_context
from plans.page.unread import newly_read
from plans.views.shortcuts import (
    Request,
    fragments,
    handle_refused,
    is_from_inbox,
    login_required,
    number_in,
    plan_for,
    redirect_to_inbox,
)


@require_safe
@login_required
def comments(request: Request, slug: str) -> HttpResponse:
    """The threads of the plan (`?resolved=1`: all), of `?item=7` or of `?section=3`."""
    plan, member = plan_for(request, slug)
    scope = scope_in(request.GET)
    place = place_for(plan, scope)
    if request.htmx:
        return HttpResponse(threads_fragment(request, plan, member, scope, place))
    can_edit = bool(permissions.may_edit(member))
    context = toolbar_context(plan, can_edit=can_edit)
    context |= _context(request, plan, member, scope, place)
    return render(request, "plans/comments.html", context)


@require_POST
@login_required
@handle_refused
def comment_add(request: Request, slug: str) -> HttpResponse:
    """A new thread on an item or a section; with `asks`, a question."""
    plan, member = plan_for(request, slug)
    place = place_for(plan, scope_in(request.POST))
    if place is None:
        raise Http404("Choose an item or a section to comment on.")
    comment = actions.comment(
        plan=plan,
        actor=request.user,
        member=member,
        item=place if isinstance(place, Item) else None,
        section=place if isinstance(place, Section) else None,
        about=_about(request.POST),
        text=request.POST.get("comment", ""),
        asks="asks" in request.POST,
    )
    return _answer(request, plan, member, comment.thread)


@require_POST
@login_required
@handle_refused
def comment_reply(request: Request, slug: str, thread_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    thread = _thread_for(plan, thread_id)
    text = request.POST.get("comment", "")
    actions.comment(
        plan=plan, actor=request.user, member=member, thread=thread, text=text
    )
    return _answer(request, plan, member, thread)


@require_POST
@login_required
@handle_refused
def thread_resolve(request: Request, slug: str, thread_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    thread = _thread_for(plan, thread_id)
    actions.resolve(plan=plan, actor=request.user, member=member, thread=thread)
    return _answer(request, plan, member, thread)


@require_POST
@login_required
@handle_refused
def thread_reopen(request: Request, slug: str, thread_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    thread = _thread_for(plan, thread_id)
    actions.reopen(plan=plan, actor=request.user, member=member, thread=thread)
    return _answer(request, plan, member, thread)


@require_POST
@login_required
@handle_refused
def comment_edit(request: Request, slug: str, comment_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    comment = comment_for(plan, comment_id)
    text = request.POST.get("comment", "")
    actions.edit_comment(
        plan=plan, actor=request.user, member=member, comment=comment, text=text
    )
    return _answer(request, plan, member, comment.thread)


@require_POST
@login_required
@handle_refused
def comment_remove(request: Request, slug: str, comment_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    comment = comment_for(plan, comment_id)
    actions.remove_comment(
        plan=plan, actor=request.user, member=member, comment=comment
    )
    return _answer(request, plan, member, comment.thread)


def _about(posted: Mapping[str, str]) -> About | None:
    """Which text of the item a new thread is about, if the form says so."""
    key = posted.get("key", "")
    if not key or "quote" not in posted:
        return None
    return About(
        key,
        posted["quote"].replace("\r\n", "\n"),
        is_question="is-question" in posted,
        prefix=posted.get("prefix", ""),
        suffix=posted.get("suffix", ""),
        position=number_in(posted.get("position", "")),
    )


# --- Finding -------------------------------------------------------------------------


def scope_in(query: Mapping[str, str]) -> Scope:
    """Raises Http404 for a place that can be none of ours."""
    scope = Scope(
        number_in(query.get("item", "")),
        number_in(query.get("section", "")),
        query.get("resolved") == "1",
    )
    if not scope.is_place and ("item" in query or "section" in query):
        raise Http404("This plan has no such place.")
    return scope


def place_for(plan: Plan, scope: Scope) -> Item | Section | None:
    """What a scope names, in one query; what was removed still has its threads."""
    place: Item | Section | None
    if scope.item_id:
        rows = Item.objects.select_related("block__section", *DETAILS)
        place = rows.filter(pk=scope.item_id, block__section__plan=plan).first()
    elif scope.section_id:
        place = Section.objects.filter(pk=scope.section_id, plan=plan).first()
    else:
        return None
    if place is None:
        raise Http404("This plan has no such place.")
    return place


def _thread_for(plan: Plan, thread_id: int) -> Thread:
    """A thread with the place it is about, in one query."""
    rows = Thread.objects.select_related(*PLACES)
    thread = rows.filter(pk=thread_id, plan=plan).first()
    if thread is None:
        raise Http404("This plan has no such thread.")
    return thread


def comment_for(plan: Plan, comment_id: int) -> Comment:
    """A comment with its thread and the place it is about, in one query."""
    rows = Comment.objects.select_related(*(f"thread__{name}" for name in PLACES))
    comment = rows.filter(pk=comment_id, thread__plan=plan).first()
    if comment is None:
        raise Http404("This plan has no such comment.")
    return comment


# --- Answering -----------------------------------------------------------------------


def threads_fragment(
    request: Request,
    plan: Plan,
    member: Membership,
    scope: Scope,
    place: Item | Section | None,
) -> str:
    context = _context(request, plan, member, scope, place)
    html = render_to_string("plans/_threads.html", context, request)
    return hx_partial("threads", html)


def _context(
    request: Request,
    plan: Plan,
    member: Membership,
    scope: Scope,
    place: Item | Section | None,
) -> dict[str, object]:
    """What the list of threads needs. Who is shown a thread has read it."""
    context = threads_context(plan, member, scope, place)
    shown = [*context["open_threads"], *context["resolved_threads"]]
    if until := newly_read(shown):
        mark_read(user=request.user, until=until)
    return context | suggestions_context(plan, member, scope)


def _answer(
    request: Request, plan: Plan, member: Membership, thread: Thread
) -> HttpResponse:
    """The list of threads that the form was in, and the button of the place."""
    if is_from_inbox(request):
        return redirect_to_inbox(request, "Sent." if "comment" in request.POST else "")
    # A form is in a list, and says in which: `asked` is the query that showed it.
    scope = scope_in(dict(parse_qsl(request.POST.get("asked", ""))))
    if not request.htmx:
        address = reverse("plans:comments", args=[plan.slug])
        query = f"?{scope.query}" if scope.query else ""
        return HttpResponseRedirect(f"{address}{query}#thread-{thread.pk}")
    place = thread.place
    kind = "item" if isinstance(place, Item) else "section"
    return fragments(
        threads_fragment(request, plan, member, scope, place_for(plan, scope)),
        hx_partial(
            f"{kind}-{place.pk}-comments",
            button_html(plan, place, can_edit=bool(permissions.may_edit(member))),
        ),
    )
