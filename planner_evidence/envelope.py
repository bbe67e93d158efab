"""The file of approvals: an in-toto Statement in a DSSE envelope, signed by the server.

The file has one form only, so that no byte of it can change unnoticed.
"""

from __future__ import annotations

import json
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner

from planner_evidence.canonical import canonical_json
from planner_evidence.keys import KeySet, PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:planner:approvals:1"
MAX_BYTES = 20_000_000


class InvalidEnvelope(ValueError):
    """The message says why, in a sentence."""


def seal(statement: dict[str, Any], signer: CryptoSigner) -> bytes:
    """The bytes of the file."""
    envelope = Envelope(canonical_json(statement).encode(), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return _written(envelope)


def unseal(data: bytes, keys: KeySet) -> tuple[dict[str, Any], PublicKey]:
    """The statement, and the key that signed it. Raises InvalidEnvelope."""
    envelope = _read(data)
    if envelope.payload_type != PAYLOAD_TYPE or len(envelope.signatures) != 1:
        raise InvalidEnvelope("The approvals file is of another kind.")
    (keyid,) = envelope.signatures
    key = keys.keys.get(keyid)
    if key is None:
        raise InvalidEnvelope(
            f"The approvals file is signed by the key {keyid[:16]}…, which the keys "
            "file does not have."
        )
    if key.revoked:
        raise InvalidEnvelope(
            f"The approvals file is signed by the key {keyid[:16]}…, which was revoked "
            f"on {key.revoked[:10]}."
        )
    try:
        envelope.verify([key.verifier], 1)
    except VerificationError:
        raise InvalidEnvelope(
            "The signature does not fit: the approvals file was changed."
        ) from None
    statement = json.loads(envelope.payload)
    kinds = (statement.get("_type"), statement.get("predicateType"))
    if kinds != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise InvalidEnvelope("The approvals file states something else.")
    return statement, key


def _read(data: bytes) -> Envelope:
    try:
        if len(data) > MAX_BYTES:
            raise ValueError
        envelope = Envelope.from_dict(json.loads(data))
        if _written(envelope) != data:
            raise InvalidEnvelope(
                "The approvals file is not as the planner writes it: it was changed."
            )
    except InvalidEnvelope:
        raise
    except Exception:
        # Whatever a hostile file makes the parsers raise.
        raise InvalidEnvelope("The approvals file can’t be read.") from None
    return envelope


def _written(envelope: Envelope) -> bytes:
    return (json.dumps(envelope.to_dict(), indent=1) + "\n").encode()
