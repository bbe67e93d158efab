"""A page acts for the person who opened it.

Someone else may sign in in another tab of the same browser. The cookies are then
theirs, and what the first page sends would be stored under their name. So each page
says with every request whose it is (static/js/account.js), and a request for another
account is refused before any view sees it. Without JavaScript the form's token does
the same: signing in gives a new one (plans/views/errors.py).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from plans.models import User
from plans.views import errors
from plans.views.shortcuts import fragments, toast

HEADER = "X-Opened-By"
FIELD = "opened-by"
# Tells the page that it is not about what it sent.
ANSWER_HEADER = "X-Account-Changed"

# Signing out is allowed with any account.
_FOR_EVERYBODY = {"account_logout"}
# Not typed by a person, or not to be shown.
_NOT_TYPED = ("csrfmiddlewaretoken", FIELD, "seen", "packed", "credential")


class PageAccountMiddleware(MiddlewareMixin):
    """After those that know the user, the token and htmx."""

    def process_view(
        self, request: Any, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        opened_by = request.headers.get(HEADER) or request.POST.get(FIELD)
        if opened_by is None or request.resolver_match.view_name in _FOR_EVERYBODY:
            return None
        # The view itself answers requests of signed-out visitors.
        if not request.user.is_authenticated or opened_by == str(request.user.pk):
            return None
        return _refusal(request, other_account_message(request.user))


def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """`settings.CSRF_FAILURE_VIEW`. The session's cookie is not sent from other sites,
    so a wrong token next to it is one from before a sign-in."""
    if "incorrect" not in reason or not request.user.is_authenticated:
        return errors.csrf_page(request, reason)
    return _refusal(
        request,
        f"{request.user.name} is now signed in in this browser, and this page was "
        "opened before that. Nothing was saved. Copy what you typed and send it "
        "from a newly opened page.",
    )


def _refusal(request: Any, message: str) -> HttpResponse:
    if request.htmx:
        response = fragments(toast(request, message), status=409)
    else:
        context = {"message": message, "typed": typed_in(request)}
        response = render(request, "plans/refused.html", context, status=409)
    response.headers[ANSWER_HEADER] = "1"
    return response


def other_account_message(user: User) -> str:
    """Without the other user's name: a request may claim any id."""
    return (
        f"{user.name} is now signed in in this browser, and this page was opened "
        "with another account. Nothing was saved. Sign in again with that account "
        "in another tab, or copy what you typed."
    )


def typed_in(request: HttpRequest) -> list[str]:
    """The texts of a form, for a page that shows them again."""
    return [
        text
        for name, text in request.POST.items()
        if name not in _NOT_TYPED
        and "password" not in name
        and isinstance(text, str)
        and text.strip()
        and not text.isdecimal()
    ]
