"""What the forms of the setup page post: rules, slots, and who signs in them.

Every view ends in one of two ways: the change is made and the page is shown afresh, or
the page comes back with the reason and with what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from plans import permissions
from plans.actions import slots as actions
from plans.actions.items import remove_item
from plans.actions.sections import add_approvals
from plans.actions.signers import add_slot, name_signers
from plans.content import storage
from plans.errors import NotAllowed, Outdated, Refused, Stale, changed_by
from plans.forms.signing_rules import ApproversForm, Rules
from plans.models import Membership, Plan
from plans.permissions import Decision
from plans.reviews.model import ApprovalStatus
from plans.views.setup import (
    Page,
    RejectedSetupForm,
    approvals_block,
    build_page,
    setup_page,
)
from plans.views.shortcuts import (
    Request,
    approval_of,
    http_status,
    login_required,
    note,
    plan_for,
)

_DROPPED = (
    "This approval has been removed from the plan, so nothing was saved. You can "
    "restore it from the plan’s history."
)
_CHANGED = (
    "{} since you opened the page. Nothing was saved yet: the card shows the "
    "current setup, the form your choice. Save again to replace it."
)


@dataclass(frozen=True)
class Post:
    """A form that was posted. `place`: which one, see RejectedSetupForm."""

    request: Request
    plan: Plan
    member: Membership
    place: str = ""
    form: Any = None
    anchor: str = ""

    def check(self, may: Decision) -> None:
        """Raises Refused when the person may not do this, or the form has errors."""
        if not may:
            raise NotAllowed(may.reason)
        if self.form is not None and not self.form.is_valid():
            raise Refused(_errors_of(self.form))

    def refused(self, refusal: Refused) -> HttpResponse:
        """The page as it is now, with the reason and the form as it was filled in."""
        rejected = (
            RejectedSetupForm(self.place, self.form) if self.form is not None else None
        )
        return setup_page(
            self.request,
            build_page(self.plan, self.member),
            status=http_status(refusal),
            typed=rejected,
            message=str(refusal),
        )

    def done(self, message: str) -> HttpResponse:
        note(self.request, message)
        address = reverse("plans:review_setup", args=[self.plan.slug])
        if self.anchor:
            address += f"#{self.anchor}"
        return HttpResponseRedirect(address)


@dataclass(frozen=True, kw_only=True)
class SlotPost(Post):
    """A form about one slot. `is_gone`: it was removed from the plan meanwhile."""

    page: Page
    slot: ApprovalStatus
    is_gone: bool

    def check(self, may: Decision) -> None:
        if may and self.is_gone:
            raise Outdated(_DROPPED)
        super().check(may)


def _slot_post(request: Request, slug: str, approval_id: int, name: str) -> SlotPost:
    """`name`: which of the slot's forms was posted."""
    plan, member = plan_for(request, slug)
    page = build_page(plan, member)
    present = page.state.slot_of(approval_id)
    slot = present or ApprovalStatus(approval_of(plan, approval_id))
    form: forms.Form
    match name:
        case "people":
            form = page.people_form(slot, request.POST)
        case "setup":
            form = page.setup_form(slot, request.POST)
        case "replacement":
            form = page.replacement_form(slot, request.POST)
        case _:
            form = forms.Form(request.POST)
    return SlotPost(
        request,
        plan,
        member,
        place=f"{name}-{approval_id}",
        form=form,
        anchor=f"slot-{approval_id}",
        page=page,
        slot=slot,
        is_gone=present is None,
    )


@require_POST
@login_required
def review_rules(request: Request, slug: str) -> HttpResponse:
    """Switch the rules."""
    plan, member = plan_for(request, slug)
    form = Rules(request.POST, auto_id="rules-%s")
    post = Post(request, plan, member, "rules", form)
    try:
        post.check(permissions.may_set_up(member))
        actions.change_rules(
            plan=plan,
            actor=request.user,
            member=member,
            rules=form.rules,
            seen=form.cleaned_data["seen"],
        )
    except Refused as refusal:
        return post.refused(refusal)
    return post.done("The rules were saved.")


@require_POST
@login_required
def slot_setup(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Whether the slot is required, which others come first, what it covers."""
    post = _slot_post(request, slug, approval_id, "setup")
    approval = post.slot.approval
    try:
        post.check(permissions.may_set_up(post.member))
        chosen = post.form.cleaned_data
        others = [other.approval for other in post.page.others(post.slot)]
        actions.change_slot(
            plan=post.plan,
            approval=approval,
            actor=request.user,
            member=post.member,
            is_required=chosen["is_required"],
            after=[other for other in others if str(other.pk) in chosen["after"]],
            covers=chosen["covers"],
            seen=chosen["seen"],
        )
    except Refused as refusal:
        return post.refused(refusal)
    return post.done(f"Saved the setup of {approval.role}.")


@require_POST
@login_required
def slot_people(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Role and names, which are a line of the plan's text."""
    post = _slot_post(request, slug, approval_id, "people")
    try:
        post.check(permissions.may_edit(post.member))
        _refuse_invitation(post.page, post.form)
        try:
            name_signers(
                plan=post.plan,
                approval=post.slot.approval,
                actor=request.user,
                member=post.member,
                role=post.form.cleaned_data["role"],
                signers=post.form.signers,
                seen=post.form.cleaned_data["seen"],
            )
        except Stale:
            item = storage.items_of(post.plan).get(pk=approval_id)
            who = changed_by(item.updated_by, request.user, "this line of the plan")
            raise Outdated(_CHANGED.format(who)) from None
    except Refused as refusal:
        return post.refused(refusal)
    return post.done(_saved("Saved to the plan", post.form))


def _refuse_invitation(page: Page, form: ApproversForm) -> None:
    """Raises Refused where somebody is to be invited and can't be."""
    if not form.signers.newcomer or page.can_invite:
        return
    if decision := permissions.may_manage(page.member):
        raise Refused("This server can’t send email, so no one can be invited here.")
    raise NotAllowed(decision.reason)


def _saved(done: str, form: ApproversForm) -> str:
    newcomer = form.signers.newcomer
    role = form.cleaned_data["role"]
    if newcomer is None:
        return f"{done}: {role}."
    name = newcomer.name or newcomer.email
    return f"{done}: {role}. {name} is asked to sign there."


@require_POST
@login_required
def slot_replace(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """One person signs in place of another."""
    post = _slot_post(request, slug, approval_id, "replacement")
    try:
        post.check(permissions.may_set_up(post.member))
        chosen = post.form.cleaned_data
        newcomer = post.form.people[chosen["comes"]]
        actions.replace_approver(
            plan=post.plan,
            approval=post.slot.approval,
            actor=request.user,
            member=post.member,
            leaves=post.form.people[chosen["leaves"]],
            comes=newcomer,
            comment=chosen["comment"],
        )
    except Refused as refusal:
        return post.refused(refusal)
    return post.done(f"{newcomer.name} is now asked for {post.slot.approval.role}.")


@require_POST
@login_required
def slot_drop(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Remove a slot's line from the plan."""
    post = _slot_post(request, slug, approval_id, "drop")
    try:
        post.check(permissions.may_edit(post.member))
        item = storage.items_of(post.plan).get(pk=approval_id)
        remove_item(plan=post.plan, item=item, actor=request.user, member=post.member)
    except Refused as refusal:
        return post.refused(refusal)
    role = post.slot.approval.role
    return post.done(f"Removed {role} from the plan. You can undo this.")


@require_POST
@login_required
def slot_add(request: Request, slug: str) -> HttpResponse:
    """One more line in the Approvals section."""
    plan, member = plan_for(request, slug)
    page = build_page(plan, member)
    form = page.new_form(request.POST)
    post = Post(request, plan, member, "new", form)
    try:
        post.check(permissions.may_edit(member))
        block = approvals_block(plan)
        if block is None:
            raise Refused("The plan has no Approvals section. Add one first.")
        _refuse_invitation(page, form)
        add_slot(
            plan=plan,
            block=block,
            actor=request.user,
            member=member,
            role=form.cleaned_data["role"],
            signers=form.signers,
        )
    except Refused as refusal:
        return post.refused(refusal)
    return post.done(_saved("Added to the plan", form))


@require_POST
@login_required
def approvals_add(request: Request, slug: str) -> HttpResponse:
    """An Approvals section with the usual sign-offs, for a plan that has none."""
    plan, member = plan_for(request, slug)
    post = Post(request, plan, member)
    try:
        post.check(permissions.may_edit(member))
        add_approvals(plan=plan, actor=request.user, member=member)
    except Refused as refusal:
        return post.refused(refusal)
    return post.done(
        "The plan now has an Approvals section. Choose who gives each sign-off."
    )


def _errors_of(form: forms.Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
