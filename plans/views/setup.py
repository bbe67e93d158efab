"""How a plan is signed: its rules, its slots, and who signs in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import document as doc
from plans import permissions
from plans.content import export, storage
from plans.document import SIGNING_KINDS
from plans.forms.signing_rules import (
    BEFORE_HEADINGS,
    ApproversForm,
    PeopleOfSlot,
    Replacement,
    SlotSetup,
    rules_form,
)
from plans.models import Block, Membership, Plan, ReviewRules, User
from plans.page.contexts import toolbar_context
from plans.reviews.model import ApprovalStatus, ReviewStatus
from plans.reviews.named_people import add_proposals
from plans.reviews.settings import newest_rules_record, newest_slot_records
from plans.reviews.status import review_status
from plans.views.shortcuts import (
    Request,
    login_required,
    plan_for,
)


@dataclass(frozen=True)
class RejectedSetupForm:
    """A form that was refused, and where it is: `rules`, `new` or `people-7`."""

    place: str
    form: forms.Form


@dataclass
class Card:
    """A slot with its forms. `named`: whom the plan's text names, which is not who
    signs where an approver was replaced. `open`: the form that was refused, if any."""

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
        """Whether the line has a name that no one in the team has."""
        is_known = self.named or self.slot.invited
        return bool(self.slot.approval.name) and not is_known


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
        waiting = [f"invited-{seat.pk}" for seat in slot.invited]
        initial = {
            "role": slot.approval.role,
            "people": [*(user.pk for user in named), *waiting],
            "needs": slot.approval.needs,
        }
        offered = self.members + [user for user in named if user not in self.members]
        return PeopleOfSlot(
            data,
            initial=initial,
            offered=offered,
            invited=slot.invited,
            can_invite=self.can_invite,
            slot_id=slot.approval.pk,
        )

    def setup_form(self, slot: ApprovalStatus, data: Any = None) -> SlotSetup:
        others = self.others(slot)
        return SlotSetup(data, slot=slot, others=others, headings=self.headings)

    def replacement_form(self, slot: ApprovalStatus, data: Any = None) -> Replacement:
        return Replacement(data, slot=slot, members=self.members)

    def new_form(self, data: Any = None) -> ApproversForm:
        return ApproversForm(
            data, offered=self.members, can_invite=self.can_invite, slot_id="new"
        )

    @property
    def can_invite(self) -> bool:
        return settings.SENDS_MAIL and bool(permissions.may_manage(self.member))


def build_page(plan: Plan, member: Membership) -> Page:
    document = storage.load(plan).document
    parts = doc.split_chapters(export.snapshot_of(plan, document).text)
    people = permissions.possible_signers(plan)
    by_name = sorted(people, key=lambda user: (user.name.casefold(), user.pk))
    state = review_status(plan)
    add_proposals(plan, state)
    return Page(plan, member, state, by_name, list(parts))


@require_safe
@login_required
def review_setup(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return setup_page(request, build_page(plan, member))


def setup_page(
    request: Request,
    page: Page,
    *,
    status: int = 200,
    typed: RejectedSetupForm | None = None,
    message: str = "",
) -> HttpResponse:
    plan = page.plan
    seen = newest_slot_records(plan)
    cards = [_card(page, slot, seen, typed) for slot in page.state.slots]
    places = {"rules": rules_form(page.state.rules), "new": page.new_form()}
    if typed and typed.place in places:
        places[typed.place] = typed.form
    can_edit = permissions.may_edit(page.member)
    context = {
        **toolbar_context(plan, can_edit=bool(can_edit), state=page.state),
        "cards": cards,
        "rules": places["rules"],
        "rules_seen": newest_rules_record(plan),
        "new": places["new"],
        "lost": _lost(request, typed, cards),
        "message": message,
        "can_set_up": permissions.may_set_up(page.member),
        "can_edit": can_edit,
        "can_invite": page.can_invite,
        "has_list": approvals_block(plan) is not None,
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
        text_seen=slot.text_version,
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
    names = ("role", "comment", "invite_name", "invite_email")
    texts_typed = [request.POST.get(name, "").strip() for name in names]
    return [text for text in texts_typed if text]


def approvals_block(plan: Plan) -> Block | None:
    """The last Approvals list of the plan, which may be empty."""
    blocks = (
        Block.objects.present()
        .select_related("section")
        .filter(section__plan=plan, kind__in=SIGNING_KINDS)
    )
    return blocks.order_by("section__position", "position").last()
