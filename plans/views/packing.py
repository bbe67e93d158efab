"""Carrying a text from one page to the next, exactly.

A form field cannot (browsers rewrite line ends), so the text travels packed, and signed
so that what is stored is what was looked at.
"""

from __future__ import annotations

import base64
import zlib

from django.core import signing


def pack(text: str) -> str:
    squeezed = zlib.compress(text.encode("utf-8"))
    return signing.Signer(salt="import").sign(base64.b64encode(squeezed).decode())


def unpack(packed: str) -> str:
    """Raises `signing.BadSignature` for anything that `pack` did not give."""
    squeezed = base64.b64decode(signing.Signer(salt="import").unsign(packed))
    return zlib.decompress(squeezed).decode("utf-8")
