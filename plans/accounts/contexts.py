"""Context of all pages: settings of signing in. Makes no query."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from plans.accounts.regions import written_here


def auth_settings(request: HttpRequest) -> dict[str, Any]:
    return {
        "company_name": settings.OIDC_NAME if all(settings.OIDC.values()) else "",
        "signup_is_open": settings.SIGNUP_IS_OPEN,
        "sends_mail": settings.SENDS_MAIL,
        "formats": written_here,
    }
