"""How a plan is signed: its rules, its slots, and who signs in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import permissions
from plans.actions import slots as actions
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.sections import add_approvals
from plans.content import export, storage
from plans.content.signing_places import line_values
from plans.document import SIGNING_KINDS
from plans.errors import NotAllowed, Outdated, Refused, Stale, changed_by
from plans.forms.signing_rules import (
    BEFORE_HEADINGS,
    ApproversForm,
    PeopleOfSlot,
    Replacement,
    Rules,
    SlotSetup,
    rules_form,
)
from plans.models import Block, Membership, Plan, ReviewRules, User
from plans.permissions import Decision
from plans.reviews.model import ApprovalStatus, ReviewStatus
from plans.reviews.named_people import line_naming, propose
from plans.reviews.settings import newest_of_rules, newest_of_slots
from plans.reviews.status import review_status
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
class RejectedSetupForm:
    """A form that was refused, and where it is: `rules`, `new` or `people-7`."""

    place: str
    form: forms.Form


@dataclass
class Card:
    """A slot with its forms. `named`: whom the plan's text names, which is not who
    signs where somebody was replaced. `open`: the form that was refused, if any."""

    slot: ApprovalStatus
    named: list[User]
    covers: list[str]
    text_seen: int
    setup_seen: int
    people: forms.Form
    setup: forms.Form
    replacement: forms.Form
    open: str = ""

    @property
    def has_strangers(self) -> bool:
        """Whether the line has a name, and nobody in the team is called so."""
        return bool(self.slot.approval.name) and not self.named


@dataclass(frozen=True)
class Page:
    """What the forms are made from: where the plan stands, who could sign in it, and
    the headings that a slot can cover."""

    plan: Plan
    member: Membership
    state: ReviewStatus
    members: list[User]
    headings: list[str]

    def others(self, slot: ApprovalStatus) -> list[ApprovalStatus]:
        return [other for other in self.state.slots if other is not slot]

    def named_in(self, slot: ApprovalStatus) -> list[User]:
        return [approver.in_place_of or approver.user for approver in slot.approvers]

    def people_form(self, slot: ApprovalStatus, data: Any = None) -> PeopleOfSlot:
        named = self.named_in(slot)
        initial = {
            "role": slot.approval.role,
            "people": [user.pk for user in named],
            "needs": slot.approval.needs,
        }
        offered = self.members + [user for user in named if user not in self.members]
        return PeopleOfSlot(
            data, initial=initial, offered=offered, slot_id=slot.approval.pk
        )

    def setup_form(self, slot: ApprovalStatus, data: Any = None) -> SlotSetup:
        others = self.others(slot)
        return SlotSetup(data, slot=slot, others=others, headings=self.headings)

    def replacement_form(self, slot: ApprovalStatus, data: Any = None) -> Replacement:
        return Replacement(data, slot=slot, members=self.members)

    def new_form(self, data: Any = None) -> ApproversForm:
        return ApproversForm(data, offered=self.members, slot_id="new")


def _page_of(plan: Plan, member: Membership) -> Page:
    document = storage.load(plan).document
    parts = doc.split_chapters(export.snapshot_of(plan, document).text)
    members = Membership.objects.filter(team=plan.team_id).select_related("user")
    who_may_sign = members.exclude(role=Membership.Role.VIEWER)
    people = [member.user for member in who_may_sign]
    by_name = sorted(people, key=lambda user: (user.name.casefold(), user.pk))
    return Page(plan, member, review_status(plan), by_name, list(parts))


@require_safe
@login_required
def review_setup(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return setup_page(request, _page_of(plan, member))


def setup_page(
    request: Request,
    page: Page,
    *,
    status: int = 200,
    typed: RejectedSetupForm | None = None,
    message: str = "",
) -> HttpResponse:
    plan = page.plan
    seen = newest_of_slots(plan)
    propose(plan, page.state)
    cards = [_card(page, slot, seen, typed) for slot in page.state.slots]
    places = {"rules": rules_form(page.state.rules), "new": page.new_form()}
    if typed and typed.place in places:
        places[typed.place] = typed.form
    context = {
        "plan": plan,
        "state": page.state,
        "cards": cards,
        "rules": places["rules"],
        "rules_seen": newest_of_rules(plan),
        "new": places["new"],
        "lost": _lost(request, typed, cards),
        "message": message,
        "can_set_up": permissions.may_set_up(page.member),
        "can_edit": permissions.may_edit(page.member),
        "has_list": _approvals_block(plan) is not None,
        "by_parts": page.state.rules.stale_on == ReviewRules.StaleOn.COVERED,
    }
    return render(request, "plans/review_setup.html", context, status=status)


def _card(
    page: Page,
    slot: ApprovalStatus,
    seen: dict[int, int],
    typed: RejectedSetupForm | None,
) -> Card:
    pk = slot.approval.pk
    card_forms: dict[str, forms.Form] = {
        "people": page.people_form(slot),
        "setup": page.setup_form(slot),
        "replacement": page.replacement_form(slot),
    }
    opened = ""
    for name in card_forms:
        if typed and typed.place == f"{name}-{pk}":
            card_forms[name], opened = typed.form, name
    return Card(
        slot=slot,
        named=page.named_in(slot),
        covers=[heading or BEFORE_HEADINGS for heading in slot.approval.covers],
        text_seen=slot.approval.item.version,
        setup_seen=seen.get(pk, 0),
        open=opened,
        **card_forms,
    )


def _lost(
    request: Request, typed: RejectedSetupForm | None, cards: list[Card]
) -> list[str]:
    """What was typed into a form that is no longer on the page."""
    is_shown = not typed or typed.place in ("rules", "new")
    if is_shown or any(card.open for card in cards):
        return []
    texts_typed = [request.POST.get(name, "").strip() for name in ("role", "comment")]
    return [text for text in texts_typed if text]


# --- what is posted ---


@require_POST
@login_required
def review_rules(request: Request, slug: str) -> HttpResponse:
    """Switch the rules."""
    plan, member = plan_for(request, slug)
    form = Rules(request.POST, auto_id="rules-%s")

    def save() -> str:
        seen = form.cleaned_data["seen"]
        rules = form.rules
        actions.change_rules(plan=plan, actor=request.user, rules=rules, seen=seen)
        return "The rules were saved."

    return _run_action(
        request,
        plan,
        member,
        permissions.may_set_up(member),
        RejectedSetupForm("rules", form),
        save,
    )


@require_POST
@login_required
def slot_setup(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Required or not, after which others, about which parts."""
    plan, member = plan_for(request, slug)
    may = permissions.may_set_up(member)

    def save(slot: ApprovalStatus, page: Page, form: Any) -> str:
        chosen = set(form.cleaned_data["after"])
        others = [other.approval for other in page.others(slot)]
        actions.change_slot(
            plan=plan,
            approval=slot.approval,
            actor=request.user,
            is_required=form.cleaned_data["is_required"],
            after=[other for other in others if str(other.pk) in chosen],
            covers=form.cleaned_data["covers"],
            seen=form.cleaned_data["seen"],
        )
        return f"Saved the setup of {slot.approval.role}."

    return _of_slot(request, plan, member, approval_id, may, "setup", save)


@require_POST
@login_required
def slot_people(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Role and names: they are a line of the plan's text."""
    plan, member = plan_for(request, slug)

    def save(slot: ApprovalStatus, page: Page, form: Any) -> str:
        item = storage.items_of(plan).get(pk=slot.approval.pk)
        try:
            save_item(
                plan=plan,
                item=item,
                actor=request.user,
                member=member,
                values=_line(page, slot, form),
                seen=form.cleaned_data["seen"],
            )
        except Stale:
            item.refresh_from_db(fields=["updated_by"])
            who = changed_by(item.updated_by, request.user, "this line of the plan")
            raise Outdated(_CHANGED.format(who)) from None
        return f"Saved to the plan: {form.cleaned_data['role']}."

    return _of_slot(
        request, plan, member, approval_id, permissions.may_edit(member), "people", save
    )


def _line(page: Page, slot: ApprovalStatus, form: PeopleOfSlot) -> dict[str, str]:
    """What is to change in the line. Names that somebody typed in their own way stay
    while they mean the same people."""
    name = None
    before, after = page.named_in(slot), form.chosen
    needs = form.cleaned_data["needs"]
    is_joined_anew = len(after) > 1 and needs != slot.approval.needs
    if {user.pk for user in before} != {user.pk for user in after} or is_joined_anew:
        name = line_naming(page.plan, after, needs)
    block = storage.block_from_row(slot.approval.item.block)
    return line_values(block, role=form.cleaned_data["role"], name=name)


@require_POST
@login_required
def slot_replace(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Somebody signs in the place of an approver."""
    plan, member = plan_for(request, slug)
    may = permissions.may_set_up(member)

    def replace(slot: ApprovalStatus, page: Page, form: Any) -> str:
        comes = form.people[form.cleaned_data["comes"]]
        actions.replace_approver(
            plan=plan,
            approval=slot.approval,
            actor=request.user,
            leaves=form.people[form.cleaned_data["leaves"]],
            comes=comes,
            comment=form.cleaned_data["comment"],
        )
        return f"{comes.name} is now asked for {slot.approval.role}."

    return _of_slot(request, plan, member, approval_id, may, "replacement", replace)


@require_POST
@login_required
def slot_drop(request: Request, slug: str, approval_id: int) -> HttpResponse:
    """Take a slot's line out of the plan."""
    plan, member = plan_for(request, slug)

    def drop(slot: ApprovalStatus, page: Page, form: Any) -> str:
        item = storage.items_of(plan).get(pk=slot.approval.pk)
        remove_item(plan=plan, item=item, actor=request.user, member=member)
        return f"Removed {slot.approval.role} from the plan. You can undo this."

    return _of_slot(
        request, plan, member, approval_id, permissions.may_edit(member), "drop", drop
    )


@require_POST
@login_required
def slot_add(request: Request, slug: str) -> HttpResponse:
    """One more line in the Approvals section."""
    plan, member = plan_for(request, slug)
    page = _page_of(plan, member)
    form = page.new_form(request.POST)

    def add() -> str:
        block = _approvals_block(plan)
        if block is None:
            raise Refused("The plan has no Approvals section. Add one first.")
        role = form.cleaned_data["role"]
        line = line_naming(plan, form.chosen, form.cleaned_data["needs"])
        values = line_values(
            storage.block_from_row(block), role=role, name=line or None
        )
        add_item(
            plan=plan, block=block, actor=request.user, member=member, values=values
        )
        return f"Added to the plan: {role}."

    return _run_action(
        request,
        plan,
        member,
        permissions.may_edit(member),
        RejectedSetupForm("new", form),
        add,
    )


def _approvals_block(plan: Plan) -> Block | None:
    """The last Approvals list of the plan, with nothing in it perhaps."""
    blocks = (
        Block.objects.present()
        .select_related("section")
        .filter(section__plan=plan, kind__in=SIGNING_KINDS)
    )
    return blocks.order_by("section__position", "position").last()


@require_POST
@login_required
def approvals_add(request: Request, slug: str) -> HttpResponse:
    """An Approvals section with the usual sign-offs, for a plan that has none."""
    plan, member = plan_for(request, slug)

    def add() -> str:
        add_approvals(plan=plan, actor=request.user, member=member)
        return "The plan now has an Approvals section. Choose who gives each sign-off."

    return _run_action(request, plan, member, permissions.may_edit(member), None, add)


def _of_slot(
    request: Request,
    plan: Plan,
    member: Membership,
    approval_id: int,
    may: Decision,
    name: str,
    act: Callable[[ApprovalStatus, Page, Any], str],
) -> HttpResponse:
    """`name`: which of the slot's forms was posted; `act` gets it when it is sound."""
    page = _page_of(plan, member)
    present = page.state.slot_of(approval_id)
    slot = present or ApprovalStatus(approval_of(plan, approval_id))
    forms_of_slot: dict[str, Callable[[ApprovalStatus, Any], forms.Form]] = {
        "people": page.people_form,
        "setup": page.setup_form,
        "replacement": page.replacement_form,
        "drop": lambda slot, data: forms.Form(data),
    }
    form = forms_of_slot[name](slot, request.POST)
    return _run_action(
        request,
        plan,
        member,
        may,
        RejectedSetupForm(f"{name}-{approval_id}", form),
        lambda: act(slot, page, form),
        anchor=f"slot-{approval_id}",
        gone="" if present else _DROPPED,
    )


def _run_action(
    request: Request,
    plan: Plan,
    member: Membership,
    may: Decision,
    typed: RejectedSetupForm | None,
    act: Callable[[], str],
    *,
    anchor: str = "",
    gone: str = "",
) -> HttpResponse:
    """Do it and go back to the page; or the page again, with the reason and with what
    was chosen. `gone`: why there is nothing to do it to."""
    try:
        if not may:
            raise NotAllowed(may.reason)
        if gone:
            raise Outdated(gone)
        if typed and not typed.form.is_valid():
            raise Refused(_said(typed.form))
        message = act()
    except Refused as refusal:
        status = http_status(refusal)
        # What is true by now, which may not be what the action was asked for.
        page = _page_of(plan, member)
        return setup_page(
            request, page, status=status, typed=typed, message=str(refusal)
        )
    note(request, message)
    back = reverse("plans:review_setup", args=[plan.slug])
    return HttpResponseRedirect(f"{back}#{anchor}" if anchor else back)


def _said(form: forms.Form) -> str:
    return " ".join(str(error) for found in form.errors.values() for error in found)
