"""A problem before its place is known, as the checks of each part give it."""

from __future__ import annotations

from dataclasses import dataclass

from plans.document.problems import Severity


@dataclass(frozen=True)
class Finding:
    """A problem before it is known where it stands. `place`: the words of the item that
    it is about, and which of their appearances, to tell its line."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    place: tuple[str, int] | None = None


def error(code: str, message: str, place: tuple[str, int] | None = None) -> Finding:
    return Finding(code, message, place=place)


def warning(code: str, message: str, place: tuple[str, int] | None = None) -> Finding:
    return Finding(code, message, Severity.WARNING, place)


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
