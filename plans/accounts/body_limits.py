"""How large the body of a request may be, by its sender and its address.

The server asks while it reads a body (planner.server.bridge), and only for one that
exceeds DEFAULT_BODY_LIMIT.
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

# The views that accept a whole plan.
IMPORT_VIEWS = {
    "plans:plan_import",
    "plans:plan_import_store",
    "plans:plan_new",
    "plans:plan_new_look",
    "plans:template_new",
    "plans:template_edit",
    "plans:template_look",
    "plans:identify",
    "plans:plan_update",
    "plans:plan_update_take",
}
# The longest value; a character takes up to twelve bytes in a form.
FORM_LIMIT = 12 * MAX_VALUE_CHARACTERS + DEFAULT_BODY_LIMIT
# A plan in a text field, and a plan as an uploaded file with the form's other fields.
IMPORT_FORM_LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
IMPORT_FILE_LIMIT = MAX_FILE_BYTES + DEFAULT_BODY_LIMIT


def find_body_limit(environ: dict[str, Any]) -> int:
    """The limit in bytes."""
    if not _is_signed_in(environ):
        return DEFAULT_BODY_LIMIT
    try:
        view = resolve(environ["PATH_INFO"]).view_name
    except Resolver404:
        view = ""
    if view not in IMPORT_VIEWS:
        return FORM_LIMIT
    is_upload = environ.get("CONTENT_TYPE", "").startswith("multipart/")
    return IMPORT_FILE_LIMIT if is_upload else IMPORT_FORM_LIMIT


def _is_signed_in(environ: dict[str, Any]) -> bool:
    """One query by primary key; later, the view checks the session in full."""
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    return Session.objects.filter(
        session_key=cookies.get(settings.SESSION_COOKIE_NAME, ""),
        expire_date__gt=timezone.now(),
        user__is_active=True,
    ).exists()
