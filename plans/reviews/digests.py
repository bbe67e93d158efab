"""The digests of plan texts: of frozen versions, and of the snapshot that a plan would
freeze now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    document = doc.read(text, edition)
    signing = doc.read(text, edition, places) if places else document
    lines = [(line.role, line.value) for line in doc.approval_lines_of(signing)]
    parts = _parts(text, edition, document)
    unticked: dict[str, Any] = {}
    if edition >= doc.Edition.SECOND:
        without, ticks = doc.split_done_ticks(text, edition, document)
        unticked = {
            "sha256": sha256_of(without),
            "parts": parts if without == text else _parts(without, edition),
            "ticks": ticks,
        }
    return TextDigests(sha256_of(text), parts, lines, unticked)


def _parts(
    text: str, edition: doc.Edition, document: doc.Document | None = None
) -> dict[str, str]:
    divided = doc.split_covered_chapters(text, edition, document)
    return {name: sha256_of(part) for name, part in divided.items()}


def current_sha256(plan: Plan, document: doc.Document, edition: doc.Edition) -> str:
    """The SHA-256 of the text that a plan would freeze now; its document is loaded.

    It follows from the text as it is written, and is kept under the digest of that: not
    under a change number, for rows that were changed by hand have to be noticed.
    """
    digest, _ = _frozen_now(plan, document, edition)
    return digest


def current_digests(
    plan: Plan, document: doc.Document, edition: doc.Edition
) -> TextDigests:
    """The digests of a plan whose document is already loaded."""
    digest, text = _frozen_now(plan, document, edition)
    key = _text_key(digest, edition, document.places)
    digests: TextDigests | None = caches["digests"].get(key)
    if digests is None:
        if text is None:
            text = export.snapshot_text_of(plan, document, edition)
        digests = compute_digests(text, edition, document.places)
        caches["digests"].set(key, digests)
    return digests


def keep_snapshot(plan: Plan, document: doc.Document, frozen: doc.Snapshot) -> None:
    """Note what a document is frozen as under the newest edition, for those who will
    ask: the first of them would wait for it once more."""
    key = _snapshot_key(plan, document, doc.NEWEST)
    caches["digests"].set(key, sha256_of(frozen.text))


def _frozen_now(
    plan: Plan, document: doc.Document, edition: doc.Edition
) -> tuple[str, str | None]:
    """The SHA-256 of that text, and the text if it had to be made for it."""
    key = _snapshot_key(plan, document, edition)
    digest: str | None = caches["digests"].get(key)
    if digest is not None:
        return digest, None
    text = export.snapshot_text_of(plan, document, edition)
    digest = sha256_of(text)
    caches["digests"].set(key, digest)
    return digest, text


def _snapshot_key(plan: Plan, document: doc.Document, edition: doc.Edition) -> str:
    """Of all that the snapshot follows from."""
    written = doc.write(document, edition)
    own = sorted(plan.own_placeholders)
    known = [own, document.places, plan.nul_mark, written]
    return f"snapshot-{edition}-{sha256_of(canonical_json(known))}"


def _text_key(sha256: str, edition: int, places: Any) -> str:
    """Where the digests of a text are kept. Whoever looks them up knows the digest of
    the text itself: they follow from it, and cannot be those of another."""
    key = f"text-{edition}-{sha256}"
    return f"{key}-{sha256_of(canonical_json(places))}" if places else key


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
    # Under a change stands the key of its text, a hundredth of what that keeps.
    text_keys = cache.get_many(keys) if keys else {}
    cached = cache.get_many(set(text_keys.values())) if text_keys else {}
    missing = [key for key in keys if text_keys.get(key) not in cached]
    if missing:
        documents = storage.load_many([keys[key][0] for key in missing])
        for key, loaded in zip(missing, documents, strict=True):
            plan, edition = keys[key]
            digests = current_digests(plan, loaded.document, edition)
            text_key = _text_key(digests.sha256, edition, loaded.document.places)
            text_keys[key], cached[text_key] = text_key, digests
        cache.set_many({key: text_keys[key] for key in missing})
    for key, (plan, _) in keys.items():
        yield plan, cached[text_keys[key]]


def version_digests(versions: Iterable[Version]) -> dict[int, TextDigests]:
    """The digests of frozen versions, by id; one query for all that are not cached.
    The text of a version never changes."""
    keys = {
        version.pk: _text_key(version.sha256, version.edition, version.places)
        for version in versions
    }
    cached = caches["digests"].get_many(keys.values()) if keys else {}
    missing = [pk for pk, key in keys.items() if key not in cached]
    read = _read_versions(missing) if missing else {}
    return {pk: read[pk] if pk in read else cached[key] for pk, key in keys.items()}


def _read_versions(ids: Collection[int]) -> dict[int, TextDigests]:
    """The digests of versions, computed from their texts; one query. They are kept
    under what the texts are, which need not be what their rows say."""
    rows = Version.objects.filter(pk__in=ids).order_by()
    digests: dict[int, TextDigests] = {}
    columns = rows.values_list("pk", "markdown", "edition", "places")
    for pk, text, edition, places in columns.iterator(chunk_size=50):
        digests[pk] = compute_digests(text, doc.Edition(edition), places)
        key = _text_key(digests[pk].sha256, edition, places)
        caches["digests"].set(key, digests[pk])
    return digests


@dataclass(frozen=True)
class VerifiedTexts:
    """What the texts of a plan's versions are. `sha256`: of each text, by id of the
    version; `digests`: also of the chapters of those that were read again."""

    sha256: dict[int, str]
    digests: dict[int, TextDigests]


def verify_texts(
    versions: Iterable[Version],
    *,
    most_characters: int | None = None,
    always: Collection[int] = (),
) -> VerifiedTexts:
    """Compute the SHA-256 of each text again, and the digests of its chapters.

    Chapters take ten milliseconds a text. `most_characters`: how much is read for them,
    the newest versions first; None: everything. What was read before counts, for it is
    kept under the digest that was just computed. `always`: ids of versions that are
    read in any case, as the newest is.
    """
    by_id = {version.pk: version for version in versions}
    newest_first = sorted(by_id.values(), key=lambda one: one.number, reverse=True)
    texts = Version.objects.filter(pk__in=list(by_id)).order_by()
    sha256: dict[int, str] = {}
    lengths: dict[int, int] = {}
    for pk, text in texts.values_list("pk", "markdown").iterator(chunk_size=50):
        sha256[pk], lengths[pk] = sha256_of(text), len(text)
    keys = {
        pk: _text_key(sha256[pk], version.edition, version.places)
        for pk, version in by_id.items()
    }
    cached = caches["digests"].get_many(keys.values()) if keys else {}
    digests = {pk: cached[key] for pk, key in keys.items() if key in cached}
    wanted, left = [], most_characters
    for version in newest_first:
        pk = version.pk
        if pk in digests:
            continue
        is_needed = pk in always or version is newest_first[0]
        if left is None or left >= lengths[pk] or is_needed:
            wanted.append(pk)
            left = None if left is None else left - lengths[pk]
    if wanted:
        digests |= _read_versions(wanted)
    return VerifiedTexts(sha256, digests)


def _key(plan: Plan, edition: doc.Edition) -> str:
    return f"{edition}-{plan.pk}-{plan.change_number}-{plan.updated_at.timestamp():.6f}"
