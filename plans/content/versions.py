"""A plan's versions of both kinds: those that people were asked to sign, and those that
editors saved by name."""

from __future__ import annotations

from plans import document as doc
from plans.models import Plan, SavedVersion, Version
from plans.models.saved_version import SAVED

AnyVersion = Version | SavedVersion


def versions_of(plan: Plan) -> list[AnyVersion]:
    """All of them without their texts, the newest first. Two queries."""
    submitted = plan.versions.defer("markdown").select_related("author")
    saved = plan.saved_versions.defer("markdown").select_related("author")
    rows: list[AnyVersion] = [*submitted, *saved]
    return sorted(rows, key=lambda row: row.created_at, reverse=True)


def find_version(plan: Plan, key: str) -> AnyVersion | None:
    """By its key, such as `3` or `saved-2`."""
    digits = key.removeprefix(SAVED)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return None
    rows = plan.saved_versions if key.startswith(SAVED) else plan.versions
    row: AnyVersion | None = rows.filter(number=int(digits)).first()
    return row


def document_of(
    version: AnyVersion, places: doc.Places = doc.NO_PLACES
) -> doc.Document:
    """What a version says. `places`: where sign-offs stand in the plan as it is now; a
    version that people were asked to sign has its own."""
    if isinstance(version, Version):
        places = version.places
    return doc.read(version.markdown, places=places)
