"""Reading plans from files, and saying in a sentence why one cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.base import CommandError

from plans import document as doc
from plans.content.limits import Unreadable, check_bytes, check_items, decode

# What the commands end with when a file cannot be read or written at all.
CANNOT = 2


def read_text(path: Path) -> str:
    """A file's text, exactly. Raises Unreadable with a sentence that names it."""
    try:
        with path.open("rb") as file:
            # Before it is read: a disk image would fill the memory first.
            check_bytes(os.fstat(file.fileno()).st_size)
            return decode(file.read())
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from None
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from None


def read_plan(path: Path) -> doc.Document:
    """A file's document. Raises Unreadable with a sentence that names it."""
    document = doc.read(read_text(path))
    try:
        check_items(document)
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from None
    return document


def read_template(path: Path | None) -> str:
    """The text of a project's own template; "" where none is named. Raises
    CommandError with a sentence."""
    try:
        return read_text(path) if path else ""
    except Unreadable as error:
        raise CommandError(str(error), returncode=CANNOT) from None


def write_bytes(path: Path, data: bytes) -> None:
    """Raises CommandError with a sentence when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.", returncode=CANNOT) from None
