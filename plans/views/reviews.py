"""Sign-off: ask for it, read the frozen version, decide, take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import permissions
from plans.actions import reviews as actions
from plans.actions import signing
from plans.actions.approvers import confirm
from plans.content import export, storage
from plans.content.completeness import completeness_of
from plans.errors import Refused
from plans.forms.plans import NO_SUCH_VERSION, Decision, Proof
from plans.forms.signing import (
    CONDITION,
    SIGN,
    WITHDRAW,
    RejectedSigning,
    SigningForm,
    is_usual,
    signing_forms,
)
from plans.models import Approval, Membership, Plan, User, Version
from plans.page import items
from plans.page.comments import open_threads
from plans.page.contexts import toolbar_context
from plans.page.highlights import highlight_groups
from plans.page.suggestions import suggestion_lines
from plans.page.version_text import version_text
from plans.reviews import rules
from plans.reviews.highlights import find_highlights
from plans.reviews.named_people import add_proposals
from plans.reviews.staleness import mark_edits_in
from plans.reviews.status import review_status
from plans.reviews.summary import join_words, review_summary
from plans.views.intents import intent_to_sign
from plans.views.shortcuts import (
    Request,
    approval_of,
    handle_refused,
    http_status,
    login_required,
    markdown_file,
    note,
    number_in,
    plan_for,
)


@require_safe
@login_required
def review(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return review_page(request, plan, member)


def review_page(
    request: Request,
    plan: Plan,
    member: Membership,
    *,
    status: int = 200,
    typed: RejectedSigning | None = None,
    message: str = "",
    why_end: str = "",
) -> HttpResponse:
    """The newest version, what to look at in it, and the forms of the user's slots."""
    state = review_status(plan)
    loaded = storage.load(plan)
    mark_edits_in(state, plan, loaded.document)
    add_proposals(plan, state)
    places = items.places(loaded.document)
    problems = export.problems(plan, loaded.document)
    errors = [problem for problem in problems if problem.is_error]
    can_edit = bool(permissions.may_edit(member))
    context: dict[str, Any] = {
        **toolbar_context(
            plan,
            can_edit=can_edit,
            state=state,
            completeness=completeness_of(loaded, problems),
        ),
        "standing": review_summary(state),
        "problems": errors,
        "places": places,
        "records": plan.records.order_by("-number").select_related("version")[:50],
        "can_set_up": bool(permissions.may_set_up(member)),
        "must_mend": bool(errors) and state.rules.check_clean,
        "can_submit": can_edit and bool(state.slots) and state.is_due,
        "can_remind": any(rules.awaits_decision(state, slot) for slot in state.slots),
        "message": message,
        "typed": typed,
        "why_end": why_end,
    }
    if state.version is not None:
        version = plan.versions.select_related("author").get(pk=state.version.pk)
        seats = signing_forms(request.user, member, state, version, typed)
        document = doc.read(version.markdown)
        highlights = find_highlights(version, document)
        threads = open_threads(plan, loaded, places)
        suggestions = suggestion_lines(plan, loaded, places)
        edits = _edits(plan, document, loaded) if state.is_edited else []
        since = _since(plan, seats, version, typed)
        context |= {
            "version": version,
            "text": version_text(
                plan, version, document, since.get("since"), loaded, edits
            ),
            "edits": edits,
            "gates": highlights.gates,
            "highlight_groups": highlight_groups(
                plan, version, highlights, threads, suggestions
            ),
            "seats": seats,
            "own_threads": [
                each for each in threads if each.start.author_id == request.user.pk
            ],
            "may_suggest": bool(permissions.may_suggest(member)),
            "confirming": [seat for seat in seats if seat.may_confirm],
            "deciding": [seat for seat in seats if seat.may_decide],
            "is_typed_shown": any(seat.typed for seat in seats),
            **since,
        }
    return render(request, "plans/review.html", context, status=status)


def _edits(
    plan: Plan, document: doc.Document, loaded: storage.Loaded
) -> list[doc.SectionChange]:
    """What was edited since a version said the document."""
    own = export.own_placeholders(plan)
    return doc.compare(document, loaded.document, own)


def _since(
    plan: Plan,
    seats: list[SigningForm],
    version: Version,
    typed: RejectedSigning | None,
) -> dict[str, Any]:
    """The version that this person knows: the one they were about to sign, or decided
    on last, or else the one before."""
    decided = [seat.approver.last for seat in seats if seat.approver.last]
    newest = max(decided, key=lambda record: record.number, default=None)
    known, since = version.number - 1, "before"
    if typed and typed.version and typed.version < version.number:
        known, since = typed.version, "read"
    elif newest and newest.version:
        known, since = newest.version.number, "decided"
    if not 1 <= known < version.number:
        return {}
    before = plan.versions.filter(number=known).first()
    return {"since": before, "since_what": since} if before else {}


# --- the round ---


@require_POST
@login_required
def slot_confirm(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """A member whom a line names is asked to sign, once an editor says so."""
    plan, member = plan_for(request, slug)
    approval = approval_of(plan, approval_id)
    number = number_in(request.POST.get("person", "")) or 0
    is_here = Q(memberships__team=plan.team_id) | Q(guest__plan=plan)
    person = User.objects.filter(is_here, pk=number).first()

    def ask() -> str:
        if person is None:
            raise Refused("This person is no longer in the team.")
        confirm(
            plan=plan,
            approval=approval,
            actor=request.user,
            member=member,
            person=person,
        )
        return f"{person.name} is now asked for {approval.role}."

    answer = _run_action(request, plan, member, ask)
    if answer.status_code == 302 and request.POST.get("page") == "setup":
        answer["Location"] = reverse("plans:review_setup", args=[plan.slug])
    return answer


@require_POST
@login_required
def review_request(request: Request, slug: str) -> HttpResponse:
    """Freeze the plan as it is for its approvers."""
    plan, member = plan_for(request, slug)

    def submit() -> str:
        version = actions.request_review(plan=plan, actor=request.user, member=member)
        return f"Version {version.number} is ready to sign."

    return _run_action(request, plan, member, submit)


@require_POST
@login_required
def review_remind(request: Request, slug: str) -> HttpResponse:
    """Write once more to those whose word is waited for."""
    plan, member = plan_for(request, slug)

    def remind() -> str:
        people = actions.remind(plan=plan, actor=request.user, member=member)
        return f"Reminded: {', '.join(person.name for person in people)}."

    return _run_action(request, plan, member, remind)


@require_POST
@login_required
def review_expire(request: Request, slug: str) -> HttpResponse:
    """End the request for the newest version."""
    plan, member = plan_for(request, slug)

    why = request.POST.get("comment", "")

    def end() -> str:
        actions.expire_request(
            plan=plan, actor=request.user, member=member, comment=why
        )
        return "The request has ended. Submit the plan to ask again."

    return _run_action(request, plan, member, end, why)


def _run_action(
    request: Request,
    plan: Plan,
    member: Membership,
    act: Callable[[], str],
    why_end: str = "",
) -> HttpResponse:
    try:
        message = act()
    except Refused as refusal:
        status, message = http_status(refusal), str(refusal)
        return review_page(
            request, plan, member, status=status, message=message, why_end=why_end
        )
    note(request, message)
    return _back(plan)


def _back(plan: Plan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("plans:review", args=[plan.slug]))


# --- signing ---


@sensitive_post_parameters("password")
@require_POST
@login_required
@handle_refused
def review_sign(request: Request, slug: str, approval_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    approval = approval_of(plan, approval_id)
    form = Decision(request, request.POST)

    def sign() -> str:
        number = form.cleaned_data["version"]
        version = plan.versions.defer("markdown").filter(number=number).first()
        if version is None:
            raise Refused(NO_SUCH_VERSION)
        data = form.cleaned_data
        others = [(approval_of(plan, pk), seen) for pk, seen in data["also"]]
        roles = [approval.role, *(other.role for other, _ in others)]
        signed = signing.sign_slots(
            plan=plan,
            slots=[(approval, data["seen"]), *others],
            version=version,
            actor=request.user,
            decision=data["decision"],
            comment=data["comment"],
            meaning=_own_words(roles, data["meaning"]),
            thread_ids=data["threads"],
            proof=form.proof,
            own=form.own,
        )
        named = join_words(each.role for each in signed)
        return f"{signed[0].get_kind_display()}: {named}, version {number}."

    return _signed_or_why(request, plan, member, approval, SIGN, form, sign)


@sensitive_post_parameters("password")
@require_POST
@login_required
@handle_refused
def review_withdraw(request: Request, slug: str, approval_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    approval = approval_of(plan, approval_id)
    form = Proof(request, request.POST)

    def withdraw() -> str:
        signing.withdraw(
            plan=plan,
            approval=approval,
            actor=request.user,
            comment=form.cleaned_data["comment"],
            seen=form.cleaned_data["seen"],
            proof=form.proof,
            own=form.own,
        )
        return f"Withdrawn: {approval.role}."

    return _signed_or_why(request, plan, member, approval, WITHDRAW, form, withdraw)


@sensitive_post_parameters("password")
@require_POST
@login_required
@handle_refused
def review_condition(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Confirm that the condition of the user's approval is met."""
    plan, member = plan_for(request, slug)
    approval = approval_of(plan, approval_id)
    form = Proof(request, request.POST)

    def is_met() -> str:
        signing.confirm_condition(
            plan=plan,
            approval=approval,
            actor=request.user,
            comment=form.cleaned_data["comment"],
            seen=form.cleaned_data["seen"],
            proof=form.proof,
            own=form.own,
        )
        return f"The condition is met: {approval.role} is approved."

    return _signed_or_why(request, plan, member, approval, CONDITION, form, is_met)


def _own_words(roles: list[str], meaning: str) -> str:
    """The meaning that a signer wrote, or "" where it is the default of one of the
    decisions: the decision that was chosen counts, not the form's earlier default."""
    return "" if any(is_usual(role, meaning) for role in roles) else meaning


def _signed_or_why(
    request: Request,
    plan: Plan,
    member: Membership,
    approval: Approval,
    what: str,
    form: Proof,
    act: Callable[[], str],
) -> HttpResponse:
    if form.asks_intent:
        return intent_to_sign(request, plan, form, act)
    if not form.is_valid():
        message = " ".join(str(e) for errors in form.errors.values() for e in errors)
        typed = RejectedSigning(approval.pk, what, form, message)
        return review_page(
            request, plan, member, status=form.refusal_status, typed=typed
        )
    try:
        done = act()
        form.spend()
    except Refused as refusal:
        typed = RejectedSigning(approval.pk, what, form, str(refusal))
        return review_page(
            request, plan, member, status=http_status(refusal), typed=typed
        )
    note(request, done)
    return _back(plan)


@require_safe
@login_required
def version_download(request: Request, slug: str, number: int) -> HttpResponse:
    """The frozen bytes of a version."""
    plan, _ = plan_for(request, slug)
    version = plan.versions.filter(number=number).first()
    if version is None:
        raise Http404("This version doesn’t exist.")
    return markdown_file(request, version.markdown)
