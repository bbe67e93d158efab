"""The digests of plan texts: of frozen versions, and of the snapshot that a plan would
freeze now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches

from plans import document as doc
from plans.content import export, storage
from plans.models import Plan, Version
from plans.reviews.hash_chain import canonical_json, sha256_of


@dataclass(frozen=True)
class TextDigests:
    """`sha256`: of the whole text; `parts`: of each part, by heading; `lines`: role and
    names of each Approvals line; `unticked`: see Version."""

    sha256: str
    parts: dict[str, str]
    lines: list[tuple[str, str]]
    unticked: dict[str, Any]


def compute_digests(
    text: str, edition: doc.Edition, places: doc.Places = doc.NO_PLACES
) -> TextDigests:
    """The digests of a text under an edition. `places`: where owners decided that
    sign-offs are."""
    approvals = doc.approval_lines(text, edition, places)
    lines = [(line.role, line.value) for line in approvals]
    parts = _parts(text, edition)
    unticked: dict[str, Any] = {}
    if edition >= doc.Edition.SECOND:
        without, ticks = doc.split_done_ticks(text, edition)
        unticked = {
            "sha256": sha256_of(without),
            "parts": parts if without == text else _parts(without, edition),
            "ticks": ticks,
        }
    return TextDigests(sha256_of(text), parts, lines, unticked)


def _parts(text: str, edition: doc.Edition) -> dict[str, str]:
    divided = doc.split_covered_chapters(text, edition)
    return {name: sha256_of(part) for name, part in divided.items()}


def current_digests(
    plan: Plan, document: doc.Document, edition: doc.Edition
) -> TextDigests:
    """The digests of a plan whose document is already loaded."""
    text = export.snapshot_of(plan, document, edition).text
    return compute_digests(text, edition, document.places)


def load_current_digests(
    plans: Sequence[tuple[Plan, doc.Edition]],
) -> Iterator[tuple[Plan, TextDigests]]:
    """The digests of several plans, each under an edition; three queries for all that
    are not cached.

    The cache key contains the plan's change number and time. Every write changes both
    in its own transaction, so an entry is never out of date; the time distinguishes a
    change from an earlier one of the same number that was rolled back.
    """
    cache = caches["digests"]
    keys = {_key(plan, edition): (plan, edition) for plan, edition in plans}
    cached = cache.get_many(keys) if keys else {}
    missing = [key for key in keys if key not in cached]
    if missing:
        documents = storage.load_many([keys[key][0] for key in missing])
        for key, loaded in zip(missing, documents, strict=True):
            plan, edition = keys[key]
            cached[key] = current_digests(plan, loaded.document, edition)
        cache.set_many({key: cached[key] for key in missing})
    for key, (plan, _) in keys.items():
        yield plan, cached[key]


def version_digests(versions: Iterable[Version]) -> dict[int, TextDigests]:
    """The digests of frozen versions, by id; one query for all that are not cached.
    The text of a version never changes."""
    cache = caches["digests"]
    keys = {
        version.pk: f"frozen-{version.edition}-{version.sha256}"
        + (f"-{sha256_of(canonical_json(version.places))}" if version.places else "")
        for version in versions
    }
    cached = cache.get_many(keys.values()) if keys else {}
    missing = [pk for pk, key in keys.items() if key not in cached]
    if missing:
        texts_by_id = Version.objects.filter(pk__in=missing).order_by()
        read = {
            keys[pk]: compute_digests(text, doc.Edition(edition), places)
            for pk, text, edition, places in texts_by_id.values_list(
                "pk", "markdown", "edition", "places"
            )
        }
        cache.set_many(read)
        cached |= read
    return {pk: cached[key] for pk, key in keys.items()}


def _key(plan: Plan, edition: doc.Edition) -> str:
    return f"{edition}-{plan.pk}-{plan.change_number}-{plan.updated_at.timestamp():.6f}"
