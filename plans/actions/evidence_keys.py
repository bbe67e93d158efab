"""Publishing and revoking the keys of this server. Operators do it, by a command."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from securesystemslib.signer import CryptoSigner

from planner_evidence.keys import public_part
from plans.errors import Refused
from plans.models import EvidenceKey


@transaction.atomic
def publish_key(*, signer: CryptoSigner) -> EvidenceKey:
    """List a key among those of this server, for good: a file that it signed can still
    be verified after another key took its place."""
    key, _ = EvidenceKey.objects.get_or_create(
        keyid=signer.public_key.keyid,
        defaults={"public": public_part(signer), "created_at": timezone.now()},
    )
    return key


@transaction.atomic
def revoke_key(*, keyid: str) -> EvidenceKey:
    """Nothing that this key signed counts any longer: someone else may have it.

    `keyid`: its first characters suffice.
    """
    keys = list(EvidenceKey.objects.filter(keyid__startswith=keyid)[:2])
    if len(keys) != 1 or len(keyid) < 8:
        raise Refused(
            f"{len(keys) or 'No'} published keys begin with {keyid}. Enter at least 8 "
            "characters of one."
        )
    (key,) = keys
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key
