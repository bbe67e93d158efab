"""The public keys of a planner, as `/.well-known/planner-keys` lists them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from planner_evidence.canonical import decode_base64


class UnreadableKeys(ValueError):
    """The message says why, in a sentence."""


@dataclass(frozen=True)
class PublicKey:
    """`public`: its 32 bytes in hexadecimal digits; `created`, `revoked`: times, or
    ""."""

    public: str
    created: str = ""
    revoked: str = ""

    @property
    def verifier(self) -> SSlibKey:
        raw = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public))
        return SSlibKey.from_crypto(raw)

    @property
    def keyid(self) -> str:
        return self.verifier.keyid


@dataclass(frozen=True)
class KeySet:
    """`people`: the fingerprints of passkeys that the reader knows to be a person's, by
    account. The planner lists none: that is for readers to add."""

    planner: str
    keys: dict[str, PublicKey]
    people: dict[str, list[str]] = field(default_factory=dict)


def signer_of(private_key: str) -> CryptoSigner:
    """What signs with a private key, in PEM form or as the Base64 of its 32 bytes.

    Raises UnreadableKeys.
    """
    text = private_key.strip()
    try:
        key = (
            load_pem_private_key(text.encode(), password=None)
            if text.startswith("-----BEGIN")
            else Ed25519PrivateKey.from_private_bytes(decode_base64(text))
        )
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise UnreadableKeys("It can’t be read as a private key.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnreadableKeys("It is no Ed25519 key.")
    return CryptoSigner(key)


def public_part(signer: CryptoSigner) -> str:
    """The public key of a signer, in hexadecimal digits."""
    key: Any = signer.public_key
    return str(key.keyval["public"])


def write_keys(planner: str, keys: Iterable[PublicKey]) -> bytes:
    listed = [
        {
            "keyid": key.keyid,
            "keytype": "ed25519",
            "scheme": "ed25519",
            "keyval": {"public": key.public},
            "created": key.created,
            "revoked": key.revoked,
        }
        for key in keys
    ]
    content = {"planner": planner, "keys": listed}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def read_keys(data: bytes) -> KeySet:
    """Raises UnreadableKeys."""
    try:
        content = json.loads(data)
        keys = {}
        for entry in content["keys"]:
            key = PublicKey(
                entry["keyval"]["public"],
                str(entry.get("created", "")),
                str(entry.get("revoked", "")),
            )
            if (entry["keytype"], key.keyid) != ("ed25519", entry["keyid"]):
                raise UnreadableKeys("A key in the keys file has another name.")
            keys[key.keyid] = key
        people = {
            str(account): [str(mark) for mark in marks]
            for account, marks in content.get("people", {}).items()
        }
        return KeySet(str(content["planner"]), keys, people)
    except UnreadableKeys:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise UnreadableKeys(
            "The keys file can’t be read. It is what the planner shows at "
            "/.well-known/planner-keys."
        ) from None


def new_private_key() -> str:
    """A private key in PEM form."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode("ascii")
