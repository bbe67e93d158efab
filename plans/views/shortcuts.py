"""What every view starts with and answers with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import parse_etags
from django_htmx.middleware import HtmxDetails

from plans import permissions
from plans.actions.moving import Direction, Side
from plans.content import storage
from plans.errors import NotAllowed, Outdated, Refused, Stale
from plans.models import Approval, Block, Item, Membership, Plan, User
from plans.models.compiled import CompiledRows, Parameter
from plans.reviews.hash_chain import sha256_of

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request of a signed-in user."""

    user: User
    htmx: HtmxDetails


def plan_for(request: Request, slug: str) -> tuple[Plan, Membership]:
    """The plan, and what the person is to it, in one query; a stranger is told that
    there is none."""
    plan = (
        Plan.objects.select_related("team", "created_by")
        .filter(slug=slug)
        .annotate(role=_role_in(request.user, "team"))
        .first()
    )
    return _authorised(request, plan, plan.role if plan else None)


def item_for(plan: Plan, item_id: int) -> Item:
    """An item of this plan, with everything about it, in one query."""
    row = storage.items_of(plan).present().filter(pk=item_id).first()
    if row is None:
        raise Http404("This item is no longer in the plan.")
    return row


def block_for(plan: Plan, block_id: int) -> Block:
    block = (
        Block.objects.present()
        .select_related("section")
        .filter(pk=block_id, section__plan=plan)
        .first()
    )
    if block is None:
        raise Http404("This part is no longer in the plan.")
    block.section.plan = plan
    return block


def item_and_plan_for(
    request: Request, slug: str, item_id: int
) -> tuple[Item, Plan, Membership]:
    """An item with everything about it and its plan, as `plan_for`, in one query."""
    rows: Any = _ITEM_AND_PLAN(item=item_id, slug=slug, user=request.user)
    if not rows:
        plan_for(request, slug)
        raise Http404("This item is no longer in the plan.")
    (item,) = rows
    return item, *_authorised(request, item.block.section.plan, item.role)


# Compiled once, because every save begins with it.
_ITEM_AND_PLAN = CompiledRows(
    lambda: item_and_plan_rows(
        item=Parameter("item", Item._meta.pk),
        slug=Parameter("slug", Plan._meta.get_field("slug")),
        user=Parameter("user", Membership._meta.get_field("user")),
    )
)


def item_and_plan_rows(*, item: Any, slug: Any, user: Any) -> QuerySet[Item]:
    rows = storage.items_with_details().present()
    rows = rows.select_related("block__section__plan__team")
    rows = rows.filter(pk=item, block__section__plan__slug=slug)
    return rows.annotate(role=_role_in(user, "block__section__plan__team"))


def approval_of(plan: Plan, approval_id: int) -> Approval:
    """A slot that the plan has, or had: actions say in words that it was taken out."""
    slots = Approval.objects.filter(item__block__section__plan=plan)
    approval = slots.filter(pk=approval_id).first()
    if approval is None:
        raise Http404("This plan has no such approval.")
    return approval


def _role_in(user: Any, team: str) -> Subquery:
    members = Membership.objects.filter(user=user, team=OuterRef(team))
    return Subquery(members.values("role")[:1])


def _authorised(
    request: Request, plan: Plan | None, role: str | None
) -> tuple[Plan, Membership]:
    if plan is not None:
        member = permissions.effective_membership(plan, request.user, role)
        if member is not None and permissions.may_see(member):
            return plan, member
    raise Http404("This plan doesn’t exist, or it isn’t shared with you.")


def login_required(view: View) -> View:
    """Only for people who are signed in. A page is sent to the sign-in; a fragment
    says that the sign-in has ended, because a redirect would put that page into it."""

    @wraps(view)
    def wrapper(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if not request.htmx:
            return redirect_to_login(_way_back(request, kwargs.get("slug")))
        return session_ended(request)

    return wrapper


def session_ended(request: HttpRequest) -> HttpResponse:
    """The answer to a fragment's request."""
    message = (
        "Your session has ended. Sign in again in another tab, then continue here: "
        "what you typed is still on this page."
    )
    return fragments(toast(request, message), status=401)


def _way_back(request: Request, slug: str | None) -> str:
    """Where to go on after the sign-in. A form is not posted again from there, so it
    leads to its plan."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return reverse("plans:plan", args=[slug]) if slug else reverse("plans:plan_list")


def require_editor(member: Membership) -> None:
    """Raises NotAllowed, where the action would first refuse for another reason."""
    decision = permissions.may_edit(member)
    if not decision:
        raise NotAllowed(decision.reason)


def at_change(response: HttpResponse, plan: Plan) -> HttpResponse:
    """Says how new the answer is: a page that knows more by its feed leaves it out."""
    response["X-Plan-Change"] = str(plan.change_number)
    return response


def fragments(*partials: str, status: int = 200) -> HttpResponse:
    """An answer made of partials. The page's side panels then bring themselves up
    to date, because the plan changed."""
    response = HttpResponse("\n".join(partials), status=status)
    if status == 200:
        response["HX-Trigger"] = "planner:changed"
    return response


def handle_refused(view: View) -> View:
    """Turn a refusal of an action into an answer that shows its reason.

    Views that can do better (show what was typed) catch the refusal themselves.
    """

    @wraps(view)
    def wrapper(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, refusal, kwargs.get("slug"))

    return wrapper


def http_status(refusal: Refused) -> int:
    if isinstance(refusal, NotAllowed):
        return 403
    return 409 if isinstance(refusal, (Stale, Outdated)) else 422


def refused(
    request: Request, refusal: Refused, slug: str | None, stored: str = ""
) -> HttpResponse:
    """The reason, as a toast that leaves the form as it is, or as a page that repeats
    what was typed."""
    status, message = http_status(refusal), str(refusal)
    if stored:
        message += f" The saved text is: “{stored}”."
    if request.htmx:
        return fragments(toast(request, message), status=status)
    names = ("heading", "answer", "comment", "reason")
    typed = [text for name in names if (text := request.POST.get(name, "").strip())]
    context = {"message": message, "slug": slug, "typed": typed}
    return render(request, "plans/refused.html", context, status=status)


def toast(request: HttpRequest, message: str, undo_plan: Plan | None = None) -> str:
    """A passing message; with a plan, one that offers to undo."""
    context = {"message": message, "undo_plan": undo_plan}
    html = render_to_string("plans/_toast.html", context, request)
    return f'<hx-partial hx-target="#toasts" hx-swap="innerHTML">{html}</hx-partial>'


CANNOT_SHOW = (
    "This link can’t be shown again: it has ended, or was made before links were kept. "
    "Create another one."
)


def number_in(text: object) -> int | None:
    """A number from a request; None for anything that cannot be an id or a version.

    `isdigit` would not do: `²` is a digit, and a thousand nines fit no column.
    """
    digits = str(text)
    return (
        int(digits)
        if digits.isascii() and digits.isdecimal() and len(digits) < 10
        else None
    )


def direction_in(request: Request) -> Direction:
    return "up" if request.POST.get("direction") == "up" else "down"


def side_in(request: Request) -> Side:
    return "before" if request.POST.get("side") == "before" else "after"


def focusing(response: HttpResponse, dom_id: str) -> HttpResponse:
    """The same answer; the page then puts the focus where the person goes on."""
    if dom_id:
        events = {"planner:changed": {}, "planner:focus": {"id": dom_id}}
        response["HX-Trigger"] = json.dumps(events)
    return response


def redirect_to_plan(
    plan: Plan, anchor: str = "", query: Mapping[str, object] | None = None
) -> HttpResponseRedirect:
    """Where a form goes when it was posted without JavaScript."""
    return HttpResponseRedirect(
        plan.get_absolute_url()
        + (f"?{urlencode(query)}" if query else "")
        + (f"#{anchor}" if anchor else "")
    )


def is_from_inbox(request: Request) -> bool:
    """Whether a form stood in the inbox, which the person goes on with."""
    return request.POST.get("from") == "inbox"


def redirect_to_inbox(request: Request, message: str = "") -> HttpResponseRedirect:
    if message:
        note(request, message)
    return HttpResponseRedirect(reverse("plans:inbox"))


def markdown_file(
    request: HttpRequest, text: str, name: str = "plan.md"
) -> HttpResponse:
    """A file to keep. Its ETag is the SHA-256 of the bytes, so that a script can
    tell whether it has them already."""
    headers = {"ETag": f'"{sha256_of(text)}"', "Cache-Control": "private, no-cache"}
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # A proxy that compresses weakens the tag; the comparison is a weak one.
    if "*" in known or headers["ETag"] in [tag.removeprefix("W/") for tag in known]:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(
        text.encode("utf-8"),
        content_type="text/markdown; charset=utf-8",
        headers=headers | {"Content-Disposition": f'attachment; filename="{name}"'},
    )


@dataclass(frozen=True)
class Undo:
    """The form below a message that takes back what it tells of."""

    url: str
    fields: Sequence[tuple[str, str]]
    label: str = "Undo"


def note(request: Request, text: str, undo: Undo | None = None) -> None:
    """Shown on the next page; `undo`, as a button beside it."""
    kept = json.dumps([undo.url, [*undo.fields], undo.label]) if undo else ""
    messages.success(request, text, extra_tags=kept)
