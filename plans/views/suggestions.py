"""Suggestions: the form that makes one, and what is decided on them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from plans import formats, permissions
from plans.actions import suggestions as actions
from plans.content import export, storage
from plans.content.suggestions import suggestions_of
from plans.errors import NotAllowed, Outdated, Refused, Stale
from plans.live.fragments import hx_partial
from plans.models import Item, Membership, Plan, Suggestion, User
from plans.page import item_html, items
from plans.page.comments import Scope, place_label
from plans.page.view_models import Control
from plans.views.comments import place_for, scope_in, threads_fragment
from plans.views.shortcuts import (
    Request,
    at_change,
    fragments,
    handle_refused,
    http_status,
    is_from_inbox,
    item_and_plan_for,
    login_required,
    note,
    number_in,
    plan_for,
    redirect_to_inbox,
    redirect_to_plan,
    toast,
)

SENT = "Suggestion sent. An editor will decide on it."


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def suggest(request: Request, slug: str, item_id: int) -> HttpResponse:
    """GET: the form for one value of an item (`?key=cell-2`). POST: the suggestion."""
    row, plan, member = item_and_plan_for(request, slug, item_id)
    decision = permissions.may_suggest(member)
    if not decision:
        raise NotAllowed(decision.reason)
    part = items.view_of_row(row, export.own_placeholders(plan))
    query = request.POST if request.method == "POST" else request.GET
    control = _control_named(part.controls, query.get("key", ""))
    context = {
        "plan": plan,
        "item_url": f"{plan.url}items/{row.pk}/",
        "item": row,
        "unit": item_html.rendered_item(part, plan, False).unit,
        "controls": part.controls,
        "control": control,
        "label": place_label(row),
        "reason": request.POST.get("reason", ""),
        "current": control.value if control else "",
        "was": control.shown if control else "",
    }
    if request.method == "GET" or control is None:
        return _form(request, context)
    text = request.POST.get(control.name, "").replace("\r\n", "\n")
    bases = [each.replace("\r\n", "\n") for each in request.POST.getlist("was")]
    # A question in place of a text shows none of it.
    if control.is_question and "" in bases:
        bases.append(control.value)
    try:
        actions.suggest(
            plan=plan,
            item=row,
            actor=request.user,
            member=member,
            key=control.name,
            text=text,
            reason=str(context["reason"]),
            based_on={control.name: bases} if bases else {},
        )
    except Refused as refusal:
        was_question = control.is_question
        control.value, control.is_blank = text, False
        if was_question:
            control.questions = ()
        message = str(refusal)
        if isinstance(refusal, Stale):
            message = (
                "Someone changed the text since you opened it. Compare yours with the "
                "text of the plan below, and send it again."
            )
        context |= {"message": message, "is_stale": isinstance(refusal, Stale)}
        return _form(request, context, http_status(refusal))
    return decided(request, plan, member, [row.pk], SENT, Scope(item_id=row.pk))


def _control_named(controls: list[Control], key: str) -> Control | None:
    """The control that is asked for, or the only one."""
    if not key and len(controls) == 1:
        return controls[0]
    return next((control for control in controls if control.name == key), None)


def _form(
    request: Request, context: dict[str, object], status: int = 200
) -> HttpResponse:
    if request.htmx:
        html = render_to_string("plans/_suggest_form.html", context, request)
        if request.method == "POST":
            return fragments(hx_partial("suggest-form", html), status=status)
        return HttpResponse(html, status=status)
    return render(request, "plans/suggest.html", context, status=status)


# --- Deciding -------------------------------------------------------------------------


@require_POST
@login_required
@handle_refused
def suggestion_accept(request: Request, slug: str, suggestion_id: int) -> HttpResponse:
    """As it was made, or with the `text` that an editor made of it."""
    plan, member = plan_for(request, slug)
    suggestion = _suggestion_for(plan, suggestion_id)
    text, bases = None, {}
    if "edited" in request.POST:
        text = request.POST.get(suggestion.key, "").replace("\r\n", "\n")
        was = request.POST.get("was", "").replace("\r\n", "\n")
        bases = {suggestion.key: was}
    item = actions.accept(
        plan=plan,
        suggestion=suggestion,
        actor=request.user,
        member=member,
        text=text,
        based_on=bases,
    )
    message = "Suggestion accepted."
    return decided(request, plan, member, [item.pk], message, can_undo=True)


@require_POST
@login_required
@handle_refused
def suggestion_decline(request: Request, slug: str, suggestion_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    suggestion = _suggestion_for(plan, suggestion_id)
    actions.decline(
        plan=plan,
        suggestion=suggestion,
        actor=request.user,
        member=member,
        reason=request.POST.get("reason", ""),
    )
    return decided(request, plan, member, [suggestion.item_id], "Suggestion declined.")


@require_POST
@login_required
@handle_refused
def suggestion_withdraw(
    request: Request, slug: str, suggestion_id: int
) -> HttpResponse:
    plan, member = plan_for(request, slug)
    suggestion = _suggestion_for(plan, suggestion_id)
    actions.withdraw(
        plan=plan, suggestion=suggestion, actor=request.user, member=member
    )
    return decided(request, plan, member, [suggestion.item_id], "Suggestion withdrawn.")


@require_POST
@login_required
@handle_refused
def suggestions_decide(request: Request, slug: str) -> HttpResponse:
    """Accept or decline (`do`) all open suggestions of one person (`by`); or withdraw
    one's own from `first` to `last`, which an update from a file made."""
    plan, member = plan_for(request, slug)
    if request.POST.get("do") == "withdraw":
        return _withdraw_all(request, plan, member)
    author_id = number_in(request.POST.get("by", ""))
    author = User.objects.filter(pk=author_id or 0).first()
    if author is None:
        raise Http404("No such person has suggested anything here.")
    if request.POST.get("do") == "decline":
        declined = actions.decline_all(
            plan=plan, actor=request.user, member=member, author=author
        )
        return decided(request, plan, member, declined, f"{len(declined)} declined.")
    accepted, left = actions.accept_all(
        plan=plan, actor=request.user, member=member, author=author
    )
    message = f"{len(accepted)} accepted."
    if left:
        message += f" {left} can’t be merged with the text of now, and stay open."
    return decided(request, plan, member, accepted, message)


def _withdraw_all(request: Request, plan: Plan, member: Membership) -> HttpResponse:
    first, last = (number_in(request.POST.get(name)) for name in ("first", "last"))
    withdrawn = actions.withdraw_all(
        plan=plan,
        actor=request.user,
        member=member,
        first=first or 0,
        last=last or 0,
    )
    if not withdrawn:
        raise Outdated("None of these suggestions is open any more.")
    noun = "suggestion" if len(withdrawn) == 1 else "suggestions"
    note(request, f"{formats.number(len(withdrawn))} {noun} withdrawn.")
    return redirect_to_plan(plan)


def _suggestion_for(plan: Plan, suggestion_id: int) -> Suggestion:
    """A suggestion with its item and all about it, in one query."""
    suggestion = suggestions_of(plan).filter(pk=suggestion_id).first()
    if suggestion is None:
        raise Http404("This plan has no such suggestion.")
    return suggestion


# --- Answering ------------------------------------------------------------------------


def decided(
    request: Request,
    plan: Plan,
    member: Membership,
    item_ids: list[int],
    message: str,
    scope: Scope | None = None,
    *,
    can_undo: bool = False,
) -> HttpResponse:
    """The list that the form was in, and the items that show it."""
    if is_from_inbox(request):
        return redirect_to_inbox(request, message)
    query = dict(parse_qsl(request.POST.get("asked", "")))
    scope = scope or scope_in(query)
    if not request.htmx:
        note(request, message)
        address = reverse("plans:comments", args=[plan.slug])
        suffix = f"?{scope.query}" if scope.query else ""
        return HttpResponseRedirect(f"{address}{suffix}")
    own = export.own_placeholders(plan)
    can_edit = bool(permissions.may_edit(member))
    changed: list[Item] = list(storage.items_of(plan).present().filter(pk__in=item_ids))
    parts = [items.view_of_row(row, own) for row in changed]
    answers = [
        hx_partial(
            part.dom_id,
            item_html.with_token(item_html.item_html(part, plan, can_edit)),
        )
        for part in parts
    ]
    if "asked" in request.POST:
        place = place_for(plan, scope)
        answers.append(threads_fragment(request, plan, member, scope, place))
    answers.append(toast(request, message, plan if can_undo else None))
    return at_change(fragments(*answers), plan)
