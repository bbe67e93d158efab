"""JSON and Base64 in which each value has exactly one form, and their digests."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no white space, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_hex(data: bytes) -> str:
    return sha256(data).hexdigest()


def sha256_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, as hexadecimal digits."""
    return sha256_hex(text.encode("utf-8"))


def encode_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Raises ValueError for any form but the one that `encode_base64` writes: others
    would let a file change without its content."""
    data = b64decode(text, validate=True)
    if encode_base64(data) != text:
        raise ValueError("Not the Base64 of these bytes.")
    return data
