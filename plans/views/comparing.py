"""What changed between two versions of a plan, or a version and the plan as it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import document as doc
from plans import permissions
from plans.content import export, storage
from plans.models import Plan
from plans.page import items
from plans.page.contexts import toolbar_context
from plans.views.shortcuts import Request, login_required, number_in, plan_for

NOW = "now"


@dataclass
class Side:
    """One of the two texts: a version by its number, or the plan as it is (None)."""

    number: int | None
    document: doc.Document

    @property
    def name(self) -> str:
        return f"version {self.number}" if self.number else "the plan as it is now"


@require_safe
@login_required
def plan_compare(request: Request, slug: str) -> HttpResponse:
    """`?before=1&after=2`, or `after=now`. Without them, the newest version and now;
    the address can be sent to anyone who may see the plan."""
    plan, member = plan_for(request, slug)
    versions = list(plan.versions.only("plan", "number", "created_at"))
    can_edit = bool(permissions.may_edit(member))
    context = toolbar_context(plan, can_edit=can_edit) | {"versions": versions}
    if versions:
        newest = str(versions[0].number)
        loaded = storage.load(plan)
        before = _side(plan, request.GET.get("before") or newest, loaded.document)
        after = _side(plan, request.GET.get("after") or NOW, loaded.document)
        own = export.own_placeholders(plan)
        context |= {
            "before": before,
            "after": after,
            "changes": doc.compare(before.document, after.document, own),
            # What a version says may be on the plan's page no longer.
            "is_linked": after.number is None,
            "places": items.places(loaded.document),
        }
    return render(request, "plans/compare.html", context)


def _side(plan: Plan, name: str, now: doc.Document) -> Side:
    if name == NOW:
        return Side(None, now)
    version = plan.versions.filter(number=number_in(name) or 0).first()
    if version is None:
        raise Http404("This plan has no such version.")
    return Side(version.number, doc.read(version.markdown))
