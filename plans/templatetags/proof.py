"""The part of a form that is signed: showing once more who one is."""

from __future__ import annotations

from typing import Any

from django import template

from plans.accounts.own_key import has_passkey
from plans.accounts.reauthentication import FreshAuthentication, fresh_authentication

register = template.Library()


@register.simple_tag(takes_context=True)
def may_use_passkey(context: dict[str, Any]) -> bool:
    """Whether the signer has one; a page with several forms asks once."""
    request = context["request"]
    if not hasattr(request, "has_passkey"):
        request.has_passkey = has_passkey(request.user)
    return bool(request.has_passkey)


@register.simple_tag(takes_context=True)
def fresh_stamp(context: dict[str, Any]) -> FreshAuthentication | None:
    """Asks the database for nothing: it is in the session."""
    return fresh_authentication(context["request"])
