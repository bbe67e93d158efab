"""How large a request may be, by who sends it and where to.

The server asks while a body arrives (planner.server.bridge), and only about one that is
larger than what anybody may send.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.urls import Resolver404, resolve
from django.utils import timezone

from planner.server.bridge import DEFAULT_BODY_LIMIT
from plans.content.limits import MAX_FILE_BYTES, MAX_VALUE_CHARACTERS
from plans.models import Session

# The views that take a whole plan.
IMPORT_VIEWS = {"plans:plan_import", "plans:plan_import_store", "plans:plan_new"}
# The longest value, each of whose characters may take twelve in a form.
FORM_LIMIT = 12 * MAX_VALUE_CHARACTERS + DEFAULT_BODY_LIMIT
# A plan in a form, and a plan as a file beside the other fields of a form.
IMPORT_FORM_LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
IMPORT_FILE_LIMIT = MAX_FILE_BYTES + DEFAULT_BODY_LIMIT


def find_body_limit(environ: dict[str, Any]) -> int:
    """In bytes."""
    if not _is_signed_in(environ):
        return DEFAULT_BODY_LIMIT
    try:
        view = resolve(environ["PATH_INFO"]).view_name
    except Resolver404:
        view = ""
    if view not in IMPORT_VIEWS:
        return FORM_LIMIT
    kind = environ.get("CONTENT_TYPE", "")
    return IMPORT_FILE_LIMIT if kind.startswith("multipart/") else IMPORT_FORM_LIMIT


def _is_signed_in(environ: dict[str, Any]) -> bool:
    """One query by a key. The view checks the session in full afterwards."""
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    return Session.objects.filter(
        session_key=cookies.get(settings.SESSION_COOKIE_NAME, ""),
        expire_date__gt=timezone.now(),
        user__is_active=True,
    ).exists()
