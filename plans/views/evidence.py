"""A plan's evidence: every version and record, to read, to print, and to check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from plans import permissions
from plans.models import Approval, AuditRecord, Plan, User, Version
from plans.page.contexts import toolbar_context
from plans.page.lists import ListAddress, Pager, pager_of
from plans.reviews.evidence_keys import current_signer, keys_file
from plans.reviews.hash_chain import hash_input, utc_timestamp
from plans.reviews.record_text import (
    describe,
    own_key_text,
    referenced_user_ids,
    represented_approver,
)
from plans.reviews.statement import approvals_file
from plans.reviews.verify import verify_evidence
from plans.views.shortcuts import (
    Request,
    handle_refused,
    login_required,
    number_in,
    plan_for,
)

Kind = TypeVar("Kind")

VERSIONS_PER_PAGE = 20
RECORDS_PER_PAGE = 50
# Characters of versions that one visit divides into chapters, to verify those too: a
# tenth of a second's work. What was divided once is kept.
MOST_DIVIDED = 150_000

_RECIPE = (
    "The hash of a record is the SHA-256 of the UTF-8 bytes of its 'hashed' as JSON: "
    "keys sorted, no white space, characters beyond ASCII as they are. The first entry "
    "of 'hashed' is the hash of the record before. In Python: sha256(json.dumps("
    "hashed, sort_keys=True, ensure_ascii=False, separators=(',', ':')).encode()). "
    "The SHA-256 of a version is of the bytes of its 'file'."
)


@dataclass(frozen=True)
class Frozen:
    """A version, its writers, and the problems that `check` reported in it."""

    version: Version
    writers: list[str]
    problems: list[dict[str, Any]]


@dataclass(frozen=True)
class EvidenceEntry:
    """A record with what its details say."""

    record: AuditRecord
    who: str
    details: list[str]
    represented_approver: str
    own_key: str


@require_safe
@login_required
def evidence(request: Request, slug: str) -> HttpResponse:
    """Long evidence in pages, `?versions=2&records=3`, each the newest at first;
    `?all=1`: everything on one page, with every digest verified."""
    plan, member = plan_for(request, slug)
    slots = Approval.objects.filter(item__block__section__plan=plan)
    roles = dict(slots.values_list("pk", "role"))
    is_all = request.GET.get("all") == "1"
    versions = _page(request, "versions", _versions(plan), VERSIONS_PER_PAGE, is_all)
    page = _page(request, "records", _records(plan), RECORDS_PER_PAGE, is_all)
    records = list(page)
    users = User.objects.in_bulk(referenced_user_ids(records))
    people = {pk: _called(user, pk) for pk, user in users.items()}
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "made": timezone.now(),
        "has_key": current_signer() is not None,
        "found": verify_evidence(
            plan, most_characters=None if is_all else MOST_DIVIDED
        ),
        "version_pager": _pager(request, "versions", versions),
        "versions": _frozen(list(versions)),
        "record_pager": _pager(request, "records", page),
        "is_part": versions.has_other_pages() or page.has_other_pages(),
        "entries": [
            EvidenceEntry(
                record,
                _who(record),
                describe(record, roles, people),
                represented_approver(record),
                own_key_text(record),
            )
            for record in records
        ],
    }
    return render(request, "plans/evidence.html", context)


def _page(
    request: Request, name: str, rows: QuerySet[Any], size: int, is_all: bool
) -> Page[Any]:
    """The page that is asked for, or the last, where the newest are."""
    pages = Paginator(rows, size)
    if is_all:
        pages.per_page = max(pages.count, 1)
    return pages.get_page(number_in(request.GET.get(name, "")) or pages.num_pages)


def _pager(request: Request, name: str, page: Page[Any]) -> Pager:
    return pager_of(
        page,
        ListAddress(values=request.GET.dict()),
        label=f"Pages of {name}",
        rows=name.capitalize(),
        name=name,
        anchor=f"{name}-pages",
    )


def _records(plan: Plan) -> QuerySet[AuditRecord]:
    records = plan.records.select_related("actor", "version")
    return records.defer("version__markdown").order_by("number")


def _versions(plan: Plan) -> QuerySet[Version]:
    versions = plan.versions.select_related("author", "last_writer")
    return versions.defer("markdown").order_by("number")


def _frozen(versions: list[Version]) -> list[Frozen]:
    writers = {version.pk: _only(version.writers, int) for version in versions}
    people = User.objects.in_bulk({pk for keys in writers.values() for pk in keys})
    return [
        Frozen(
            version,
            [_called(people.get(pk), pk) for pk in writers[version.pk]],
            _only(version.problems, dict),
        )
        for version in versions
    ]


def _only(values: object, kind: type[Kind]) -> list[Kind]:
    """The valid entries of a column that may have been changed by hand: this page has
    to report that, not fail."""
    entries = values if isinstance(values, list) else []
    return [value for value in entries if isinstance(value, kind)]


def _called(user: User | None, pk: int) -> str:
    return f"{user.name} ({user.username})" if user else f"user {pk}, who is gone"


def _who(record: AuditRecord) -> str:
    """The name as it was recorded. Older records have it without the account."""
    account = f"({record.actor.username})"
    named = record.name.endswith(account)
    return record.name if named else f"{record.name} {account}"


@require_safe
@login_required
@handle_refused
def approvals(request: Request, slug: str, number: int) -> HttpResponse:
    """`plan.approvals.json`: who decided on a version, signed by this server."""
    plan, _ = plan_for(request, slug)
    version = plan.versions.select_related("author").filter(number=number).first()
    if version is None:
        raise Http404("This version doesn’t exist.")
    return _json_file(
        approvals_file(plan, version, timezone.now()), "plan.approvals.json"
    )


@require_safe
def planner_keys(request: HttpRequest) -> HttpResponse:
    """The public keys of this server, for anyone."""
    return HttpResponse(
        keys_file(),
        content_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
@login_required
def evidence_file(request: Request, slug: str) -> HttpResponse:
    """The records exactly as they are hashed, to be verified with other tools."""
    plan, _ = plan_for(request, slug)
    content = {
        "plan": {"id": plan.pk, "slug": plan.slug, "title": plan.title},
        "made": utc_timestamp(timezone.now()),
        "recipe": _RECIPE,
        "versions": [_version_entry(request, plan, v) for v in _versions(plan)],
        "records": [
            {"hashed": hash_input(record, record.previous), "hash": record.hash}
            for record in _records(plan)
        ],
    }
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    return _json_file(data, f"{plan.slug}-evidence.json")


def _json_file(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",
        },
    )


def _version_entry(request: Request, plan: Plan, version: Version) -> dict[str, Any]:
    path = reverse("plans:version", args=[plan.slug, version.number])
    return {
        "id": version.pk,
        "number": version.number,
        "sha256": version.sha256,
        "author": version.author_id,
        "created": utc_timestamp(version.created_at),
        "file": request.build_absolute_uri(path),
    }
