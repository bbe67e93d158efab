"""The signature of a passkey (a WebAuthn assertion), as it is kept in a record."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData, CollectedClientData

from planner_evidence.canonical import decode_base64, encode_base64, sha256_hex

Kept = dict[str, str]


class InvalidAssertion(ValueError):
    """The message says why, in a sentence."""


@dataclass(frozen=True)
class OwnKey:
    """The key of a person that signed. `fingerprint`: the SHA-256 of the public key;
    `origin`: the site on which it was used."""

    fingerprint: str
    origin: str


def keep_assertion(
    *,
    rp_id: str,
    credential_id: bytes,
    public_key: CoseKey,
    client_data: bytes,
    authenticator_data: bytes,
    signature: bytes,
) -> Kept:
    """All that it takes to verify it again, as JSON has it."""
    return {
        "rp_id": rp_id,
        "credential": encode_base64(credential_id),
        "public_key": encode_base64(cbor.encode(public_key)),
        "client_data": encode_base64(client_data),
        "authenticator_data": encode_base64(authenticator_data),
        "signature": encode_base64(signature),
    }


def verify_assertion(kept: Kept, challenge: bytes) -> OwnKey:
    """Raises InvalidAssertion unless the key signed this challenge, on the site that it
    is for, with its person present and verified."""
    try:
        return _verify(kept, challenge)
    except InvalidAssertion:
        raise
    except Exception:
        # Whatever hostile bytes make the parsers raise.
        raise InvalidAssertion("The passkey’s signature can’t be read.") from None


def _verify(kept: Kept, challenge: bytes) -> OwnKey:
    client_data = CollectedClientData(decode_base64(kept["client_data"]))
    authenticator_data = AuthenticatorData(decode_base64(kept["authenticator_data"]))
    public_key = decode_base64(kept["public_key"])
    if client_data.type != CollectedClientData.TYPE.GET:
        raise InvalidAssertion("The passkey did something else than sign.")
    if client_data.challenge != challenge:
        raise InvalidAssertion("The passkey signed something else.")
    host = urlsplit(client_data.origin).hostname or ""
    rp_id = kept["rp_id"]
    if host != rp_id and not host.endswith(f".{rp_id}"):
        raise InvalidAssertion("The passkey was used on another site.")
    if authenticator_data.rp_id_hash != sha256(rp_id.encode()).digest():
        raise InvalidAssertion("The passkey is of another site.")
    if not authenticator_data.is_user_present():
        raise InvalidAssertion("The passkey signed with nobody there.")
    if not authenticator_data.is_user_verified():
        raise InvalidAssertion("The passkey did not ask who was there.")
    message = authenticator_data + client_data.hash
    try:
        _key(public_key).verify(message, decode_base64(kept["signature"]))
    except InvalidSignature:
        raise InvalidAssertion("The passkey’s signature is wrong.") from None
    return OwnKey(sha256_hex(public_key), client_data.origin)


def _key(encoded: bytes) -> CoseKey:
    # Called Any: fido2 leaves the type of what it decodes open.
    decoded: Any = cbor.decode(encoded)
    if cbor.encode(decoded) != encoded:
        raise InvalidAssertion("The passkey’s public key can’t be read.")
    return CoseKey.parse(decoded)
