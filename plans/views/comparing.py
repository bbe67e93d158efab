"""What changed between two versions of a plan, or a version and the plan as it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import document as doc
from plans import permissions
from plans.content import export, storage
from plans.content.versions import AnyVersion, find_version, versions_of
from plans.models import Plan
from plans.page import items
from plans.page.contexts import toolbar_context
from plans.views.shortcuts import Request, login_required, plan_for

NOW = "now"


@dataclass
class Side:
    """One of the two texts: a version, or the plan as it is (None)."""

    version: AnyVersion | None
    document: doc.Document

    @property
    def key(self) -> str:
        return self.version.key if self.version else ""

    @property
    def name(self) -> str:
        if self.version is None:
            return "the plan as it is now"
        return self.version.title.replace("Version", "version", 1)


@require_safe
@login_required
def plan_compare(request: Request, slug: str) -> HttpResponse:
    """`?before=1&after=2`, or `after=now`. Without them, the newest version and now;
    the address can be sent to anyone who may see the plan."""
    plan, member = plan_for(request, slug)
    versions = versions_of(plan)
    can_edit = bool(permissions.may_edit(member))
    context = toolbar_context(plan, can_edit=can_edit) | {"versions": versions}
    if versions:
        newest = versions[0].key
        loaded = storage.load(plan)
        before = _side(plan, request.GET.get("before") or newest, loaded.document)
        after = _side(plan, request.GET.get("after") or NOW, loaded.document)
        own = export.own_placeholders(plan)
        context |= {
            "before": before,
            "after": after,
            "changes": doc.compare(before.document, after.document, own),
            # What a version says may be on the plan's page no longer.
            "is_linked": after.version is None,
            "places": items.places(loaded.document),
            "can_restore": bool(permissions.may_write(member, plan)),
        }
    return render(request, "plans/compare.html", context)


def _side(plan: Plan, key: str, now: doc.Document) -> Side:
    if key == NOW:
        return Side(None, now)
    version = find_version(plan, key)
    if version is None:
        raise Http404("This plan has no such version.")
    return Side(version, doc.read(version.markdown))
