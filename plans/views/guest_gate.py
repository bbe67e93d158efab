"""Which addresses there are for guests: the pages of their plan, and no others.

What a plan's page allows is decided as for everyone (plans.permissions). This closes
everything else, and whatever address is added later, until it is named here.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from plans.models import Guest

# The plan's pages for readers, and what reviewers do there.
_READ = """plan side body preview download history compare item item_history comments
    review evidence evidence_file version versions saved_version approvals"""
_TALK = """comment_add comment_edit comment_remove comment_reply thread_resolve
    thread_reopen suggest suggestion_withdraw"""
_SIGN = "review_sign review_withdraw review_condition guest_code"
_OTHER = """guest unsubscribe planner_keys help shared shared_download search
    search_suggest palette_places"""
OPEN_TO_GUESTS = frozenset(
    f"plans:{name}" for name in f"{_READ} {_TALK} {_SIGN} {_OTHER}".split()
) | {"account_logout"}
_READING = ("GET", "HEAD")


class GuestGateMiddleware(MiddlewareMixin):
    """After those that know the user."""

    def process_view(
        self, request: Any, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name
        if name in OPEN_TO_GUESTS or not getattr(request.user, "is_guest", False):
            return None
        if name == "plans:plan_list" and request.method in _READING:
            # Where links lead that are on every page.
            guest = Guest.objects.live().filter(user=request.user)
            slug = guest.values_list("plan__slug", flat=True).first()
            if slug:
                return HttpResponseRedirect(reverse("plans:review", args=[slug]))
        raise Http404("Guests see the plan that they were invited to, and no more.")
