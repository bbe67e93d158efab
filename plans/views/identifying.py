"""Which version a file at hand is, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from plans.forms.plans import IdentifyFile
from plans.models import AuditRecord, Plan
from plans.reviews.identify import (
    Verdict,
    VersionMatch,
    assess,
    identify_versions,
    why_not,
)
from plans.reviews.statement import decisions_on
from plans.views.shortcuts import Request, login_required

_NOTICES = {
    Verdict.APPROVED: "notice-success",
    Verdict.OBJECTED: "notice-error",
    Verdict.UNSOUND: "notice-error",
}


@dataclass(frozen=True)
class Answer:
    """A version that the file is. `sentence`: what that is worth; `decisions`: each
    with why it does not count (any more), or ""."""

    match: VersionMatch
    sentence: str
    notice: str
    variant: str
    decisions: list[tuple[AuditRecord, str]]


@require_http_methods(["GET", "POST"])
@login_required
def identify(request: Request) -> HttpResponse:
    """Nothing of the file is stored, and nothing is told of plans that the person
    cannot see."""
    is_sent = request.method == "POST"
    form = IdentifyFile(request.POST, request.FILES) if is_sent else IdentifyFile()
    context: dict[str, Any] = {"form": form}
    if is_sent and form.is_valid():
        text = form.cleaned_data["file"]
        plans = Plan.objects.visible_to(request.user)
        matches = identify_versions(text, plans)
        context["answers"] = [_answer(match) for match in matches]
        context["why_not"] = "" if matches else why_not(text, plans)
        context["file_name"] = str(request.FILES["file"])
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plans/identify.html", context, status=status)


def _answer(match: VersionMatch) -> Answer:
    verdict, sentence = assess(match)
    return Answer(
        match,
        sentence,
        _NOTICES.get(verdict, "notice-warning"),
        str(match.variant),
        decisions_on(match.version),
    )
