from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from plans.models import NameTaken
from plans.views.page_account import typed_in


class NameTakenMiddleware(MiddlewareMixin):
    """The answer to who lost a race for a name, whichever form they sent. Forms look
    whether a name is free before they write; this is for the moment between."""

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, NameTaken):
            return None
        context = {"message": exception.message, "typed": typed_in(request)}
        return render(request, "plans/refused.html", context, status=409)
