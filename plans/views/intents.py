"""What a person is about to sign with their own key, asked for before they do.

The action itself is rehearsed: its records say what the intent is, and its refusals
come before anybody is asked for a passkey. Then it is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import JsonResponse

from plans.accounts import own_key
from plans.errors import Refused
from plans.forms.plans import Proof
from plans.models import AuditRecord, Plan
from plans.reviews.intents import intent_of
from plans.views.shortcuts import Request, http_status


def intent_to_sign(
    request: Request, plan: Plan, form: Proof, act: Callable[[], str]
) -> JsonResponse:
    """What the browser asks the passkey for, or the reason why nothing can be
    signed. `act`: the action that the form is for."""
    if not form.is_valid():
        messages = [str(each) for errors in form.errors.values() for each in errors]
        return _refusal(" ".join(messages), 422)
    try:
        return JsonResponse(own_key.begin(request, intent_of(_rehearse(plan, act))))
    except Refused as refusal:
        return _refusal(str(refusal), http_status(refusal))
    except ValidationError as error:
        return _refusal(" ".join(error.messages), 422)


def _rehearse(plan: Plan, act: Callable[[], str]) -> list[AuditRecord]:
    """The records of the decision that an action would write."""
    with transaction.atomic():
        number = plan.records.count()
        act()
        added = plan.records.filter(number__gt=number).select_related("version")
        records = list(added.exclude(approval=None).order_by("number"))
        transaction.set_rollback(True)
    return records


def _refusal(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
