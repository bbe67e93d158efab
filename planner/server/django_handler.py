"""Django's WSGI application, which reads every request as UTF-8."""

from __future__ import annotations

from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Decodes nothing by an encoding that a visitor names: Django does so before any
    middleware, and fails where that is none for texts. CharactersMiddleware answers."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        kind = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = kind


class Handler(WSGIHandler):
    request_class = Utf8Request


def django_application() -> Handler:
    django.setup(set_prefix=False)
    return Handler()
