"""The webhooks of a team, for its owners."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from plans import permissions
from plans.actions import webhooks as actions
from plans.errors import NotAllowed, Refused
from plans.forms.notices import WEBHOOK_LABELS, NewWebhook
from plans.models import Membership, Notice, Team, Webhook
from plans.notifications.sender import Outbox
from plans.views.shortcuts import (
    Request,
    handle_refused,
    http_status,
    login_required,
    note,
)
from plans.views.teams import team_for


@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def webhooks(request: Request, slug: str) -> HttpResponse:
    """The secret of a new one is shown here once, and never again."""
    own = _leads(team_for(request, slug))
    form = NewWebhook(request.POST or None)
    secret, status = "", 200
    if request.method == "POST":
        form, status = NewWebhook(request.POST), 422
        if form.is_valid():
            try:
                webhook, secret = actions.add_webhook(
                    team=own.team, actor=request.user, **form.cleaned_data
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                form.add_error("url", str(refusal))
                status = http_status(refusal)
            else:
                if webhook.format == Webhook.Format.CHAT:
                    note(request, "The webhook was added.")
                    return _back(own.team)
                form, status = NewWebhook(), 200
    context = {
        "team": own.team,
        "webhooks": _rows(own.team),
        "form": form,
        "secret": secret,
    }
    return render(request, "teams/webhooks.html", context, status=status)


def _leads(own: Membership) -> Membership:
    decision = permissions.may_manage(own)
    if not decision:
        raise NotAllowed(decision.reason)
    return own


def _rows(team: Team) -> list[dict[str, object]]:
    rows = team.webhooks.filter(ended_at=None).select_related("created_by")
    return [
        {
            "webhook": webhook,
            "kinds": ", ".join(
                label for kind, label in WEBHOOK_LABELS.items() if kind in webhook.kinds
            ),
        }
        for webhook in rows
    ]


def _webhook(team: Team, webhook_id: int) -> Webhook:
    rows = Webhook.objects.select_related("team").filter(team=team, ended_at=None)
    webhook = rows.filter(pk=webhook_id).first()
    if webhook is None:
        raise Http404("This webhook doesn’t exist.")
    return webhook


@require_POST
@login_required
@handle_refused
def webhook_test(request: Request, slug: str, webhook_id: int) -> HttpResponse:
    """Sends it at once, so that the page shows the result."""
    own = _leads(team_for(request, slug))
    webhook = _webhook(own.team, webhook_id)
    notice = actions.try_webhook(webhook=webhook, actor=request.user)
    Outbox().send_now(notice)
    notice.refresh_from_db()
    if notice.state == Notice.State.SENT:
        note(request, "The test was delivered.")
    return _back(own.team)


@require_POST
@login_required
@handle_refused
def webhook_remove(request: Request, slug: str, webhook_id: int) -> HttpResponse:
    own = _leads(team_for(request, slug))
    webhook = _webhook(own.team, webhook_id)
    actions.remove_webhook(webhook=webhook, actor=request.user)
    note(request, "The webhook was removed.")
    return _back(own.team)


def _back(team: Team) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:webhooks", args=[team.slug]))
