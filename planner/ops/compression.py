"""Compresses answers: whole pages by Brotli, where the browser takes it, and everything
else as Django does.

Lengths tell no secret (BREACH): Django adds up to a hundred random bytes to what it
compresses, and so does this; docs/threats.md.
"""

from __future__ import annotations

import re
import secrets
from typing import TypeGuard

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# At this quality it takes as long as gzip does. A page is a fifth smaller: what stands
# in it twice is found however far apart it is.
QUALITY = 6
_TAKES_BROTLI = re.compile(r"\bbr\b")
_PAGE = re.compile(rb"\s*<!doctype html", re.IGNORECASE)


class CompressionMiddleware(GZipMiddleware):
    # As loosely typed as the method that it overrides.
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if not _TAKES_BROTLI.search(accepted) or not _is_page(response):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        padded = response.content + self._padding()
        response.content = brotli.compress(padded, quality=QUALITY)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        return response

    def _padding(self) -> bytes:
        """A comment behind the page; two of its digits are a byte when compressed."""
        count = secrets.randbelow(self.max_random_bytes + 1)
        return b"<!-- %s -->" % secrets.token_hex(count).encode()


def _is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Not a fragment, which a script puts into a page: a comment could end up there."""
    return (
        isinstance(response, HttpResponse)
        and not response.has_header("Content-Encoding")
        and not response.has_header("ETag")
        and _PAGE.match(response.content) is not None
    )
