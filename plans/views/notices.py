"""What a person gets by mail, and the link in a mail that stops it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from plans.actions.notices import change_notice_settings, stop_notices
from plans.forms.notices import NoticeChoices
from plans.models import Notice, NoticeSettings
from plans.notifications.unsubscribing import DIGEST, read_token
from plans.views.shortcuts import Request, login_required, note


@require_http_methods(["GET", "POST"])
@login_required
def notice_settings(request: Request) -> HttpResponse:
    person = request.user
    own = NoticeSettings.objects.filter(pk=person.pk).first()
    form = NoticeChoices(request.POST or None, own=own or NoticeSettings(user=person))
    if request.method == "POST" and form.is_valid():
        change_notice_settings(
            actor=person,
            choices=form.choices,
            digest_hour=form.cleaned_data["digest_hour"],
        )
        note(request, "Your choices were saved.")
        return HttpResponseRedirect(reverse("plans:notice_settings"))
    context = {
        "form": form,
        "person": person,
        "zone": person.time_zone or settings.TIME_ZONE,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "notices/settings.html", context, status=status)


# The token in the address is the permission: mail programs post here without a session
# (RFC 8058), and one who is signed in as somebody else may have been forwarded a mail.
@sensitive_variables("token")
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: Request, token: str) -> HttpResponse:
    """Asks, for programs look at the links in mails; a post acts."""
    signed = read_token(token)
    if signed is None:
        raise Http404("This link isn’t complete. Copy all of it from the email.")
    person, kind = signed
    if request.method == "POST":
        stop_notices(actor=person, kind=kind)
    label = "the daily digest" if kind == DIGEST else Notice.Kind(kind).label
    context = {"label": label, "is_done": request.method == "POST"}
    return render(request, "notices/unsubscribe.html", context)
