from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plans.models import NameTaken
from plans.views.page_account import typed_in


class NameTakenMiddleware:
    """The answer to who lost a race for a name, whichever form they sent. Forms look
    whether a name is free before they write; this is for the moment between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, NameTaken):
            return None
        context = {"message": exception.message, "typed": typed_in(request)}
        return render(request, "plans/refused.html", context, status=409)
