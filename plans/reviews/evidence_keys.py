"""The keys of this server: the one that it signs with, and all that it published."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from securesystemslib.signer import CryptoSigner

from planner_evidence.keys import PublicKey, public_part, signer_of, write_keys
from plans.models import EvidenceKey
from plans.reviews.hash_chain import utc_timestamp


def current_signer() -> CryptoSigner | None:
    """What signs files of approvals; None where the operator set no key."""
    return _signer(settings.EVIDENCE_KEY) if settings.EVIDENCE_KEY else None


@lru_cache(maxsize=1)
def _signer(private_key: str) -> CryptoSigner:
    return signer_of(private_key)


def planner_name() -> str:
    """What records, files and statements call this server."""
    return str(settings.PLANNER_ADDRESS).partition("://")[2]


def published_keys() -> list[PublicKey]:
    """The present key first, then the others, the newest first."""
    rows = list(EvidenceKey.objects.all())
    signer = current_signer()
    current = signer.public_key.keyid if signer else ""
    keys = [
        PublicKey(
            row.public,
            utc_timestamp(row.created_at),
            utc_timestamp(row.revoked_at) if row.revoked_at else "",
        )
        for row in sorted(rows, key=lambda row: row.keyid != current)
    ]
    # A key that the operator brought is not stored yet.
    if signer and all(row.keyid != current for row in rows):
        keys.insert(0, PublicKey(public_part(signer)))
    return keys


def keys_file() -> bytes:
    return write_keys(planner_name(), published_keys())
