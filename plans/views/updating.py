"""Taking changes into a plan from a file that was edited elsewhere."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from plans import document as doc
from plans import formats, permissions
from plans.actions.updating import (
    Applied,
    apply_changes,
    compare_with,
    refuse_if_archived,
)
from plans.content.bases import base_groups, key_at, texts_to_compare
from plans.content.limits import Unreadable, check_items
from plans.errors import NotAllowed, Outdated, Refused
from plans.forms.plans import UpdateFile
from plans.models import Membership, Plan
from plans.page.change_list import MOST_CHOICES, change_groups, keys_without_loss
from plans.page.contexts import toolbar_context
from plans.reviews.effect import effect_of
from plans.views.packing import pack, unpack
from plans.views.shortcuts import (
    Request,
    Undo,
    handle_refused,
    http_status,
    login_required,
    note,
    plan_for,
    redirect_to_plan,
)

PASTED = "the pasted text"
_LONGEST_NAME = 80


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def plan_update(request: Request, slug: str) -> HttpResponse:
    """Choose or paste a text; then the list of what it would change. `packed`, `name`
    and `base`: the same text, compared with another one that it may have begun as; with
    `at`, with what the plan said then."""
    plan, member = plan_for(request, slug)
    _require(plan, member)
    if request.method == "GET":
        return _form_page(request, plan, UpdateFile(plan.newline))
    if "packed" in request.POST:
        text, name = _sent_again(request)
        base = key_at(plan, request.POST.get("at", "")) or request.POST.get("base", "")
        return _list_page(request, plan, text, name, base)
    form = UpdateFile(plan.newline, request.POST, request.FILES)
    if form.is_valid():
        text = form.cleaned_data["markdown"]
        try:
            return _list_page(request, plan, text, _name_of(request))
        except Unreadable as error:
            form.add_unreadable(error)
    return _form_page(request, plan, form)


@require_POST
@login_required
@handle_refused
def plan_update_take(request: Request, slug: str) -> HttpResponse:
    """Take the changes with the keys in `take`, or with `all` every one by which
    nothing is lost that was written in the plan meanwhile."""
    plan, member = plan_for(request, slug)
    _require(plan, member)
    text, name = _sent_again(request)
    base_key = request.POST.get("base", "")
    keys = set(request.POST.getlist("take"))
    try:
        base, theirs = texts_to_compare(plan, text, base_key)
        if "all" in request.POST:
            changes = compare_with(plan, base.text, theirs).changes
            keys = set(keys_without_loss(changes))
        applied = apply_changes(
            plan=plan,
            actor=request.user,
            base=base.text,
            theirs=theirs,
            keys=keys,
            source=name,
            member=member,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return _list_page(request, plan, text, name, base_key, refusal, keys)
    except Unreadable as error:
        raise Refused(str(error)) from None
    note(request, _message(applied, len(keys), name), _undo_of(plan, applied))
    return redirect_to_plan(plan)


def _undo_of(plan: Plan, applied: Applied) -> Undo:
    """Where all became suggestions, the plan has no change to undo."""
    if applied.change:
        return Undo(reverse("plans:undo", args=[plan.slug]), ())
    # Made under the plan's lock, so no others of this plan are between them.
    made = [suggestion.pk for suggestion in applied.suggestions]
    fields = [("do", "withdraw"), ("first", str(min(made))), ("last", str(max(made)))]
    label = "Withdraw" if len(made) == 1 else "Withdraw all"
    return Undo(reverse("plans:suggestions_decide", args=[plan.slug]), fields, label)


def _require(plan: Plan, member: Membership) -> None:
    decision = permissions.may_write(member, plan)
    if not decision:
        raise NotAllowed(decision.reason)
    refuse_if_archived(plan)


def _name_of(request: Request) -> str:
    upload = request.FILES.get("file")
    name = " ".join(str(upload).split()) if upload else ""
    return name[:_LONGEST_NAME] or PASTED


def _sent_again(request: Request) -> tuple[str, str]:
    try:
        name = request.POST.get("name", "")[:_LONGEST_NAME]
        return unpack(request.POST.get("packed", "")), name or PASTED
    except signing.BadSignature:
        raise Refused("The upload was incomplete. Choose the file again.") from None


def _form_page(request: Request, plan: Plan, form: UpdateFile) -> HttpResponse:
    context = toolbar_context(plan, can_edit=True) | {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "plans/plan_update.html", context, status=status)


def _list_page(
    request: Request,
    plan: Plan,
    text: str,
    name: str,
    base_key: str = "",
    refusal: Refused | None = None,
    chosen: set[str] | None = None,
) -> HttpResponse:
    """Raises Unreadable for a text that no plan can be."""
    base, theirs = texts_to_compare(plan, text, base_key)
    compared = compare_with(plan, base.text, theirs)
    check_items(compared.texts.theirs)
    changes = compared.changes
    without_loss = keys_without_loss(changes)
    is_outdated = isinstance(refusal, Outdated)
    keys = without_loss if chosen is None or is_outdated else chosen
    document = doc.read(compared.text_with(without_loss).text)
    context: dict[str, Any] = toolbar_context(plan, can_edit=True) | {
        "name": name,
        "packed": pack(text),
        "base": base,
        "is_picked": bool(base_key),
        "bases": base_groups(plan, base),
        "groups": change_groups(changes[:MOST_CHOICES], keys),
        "count": len(changes),
        "count_without_loss": len(without_loss),
        "count_chosen": len(keys & compared.keys),
        "clashes": sum(change.clash is not None for change in changes),
        "can_choose": len(changes) <= MOST_CHOICES,
        "effect": effect_of(plan, document),
        "message": str(refusal) if refusal else "",
    }
    status = http_status(refusal) if refusal else 200
    return render(request, "plans/plan_update_list.html", context, status=status)


def _message(applied: Applied, count: int, name: str) -> str:
    suggested = len(applied.suggestions)
    taken = count - suggested - len(applied.refused)
    sentences = []
    if applied.change:
        sentences.append(f"Took {_count(taken, 'change')} from {name}.")
    if suggested:
        is_or_are = "became a suggestion" if suggested == 1 else "became suggestions"
        sentences.append(f"{_count(suggested, 'text')} {is_or_are}.")
    if applied.refused:
        _, reason = applied.refused[0]
        sentences.append(f"{_count(len(applied.refused), 'text')} stayed out: {reason}")
    return " ".join(sentences)


def _count(number: int, noun: str) -> str:
    return f"{formats.number(number)} {noun}{'' if number == 1 else 's'}"
