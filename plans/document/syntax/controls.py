"""What a value is expected to be, by its label, its heading or its column.

A blank says it too (`blanks.py`), but a blank is gone once it is filled in and the file
is imported again. So the label decides, and a blank only says it for other labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from plans.document.syntax.blanks import Blank, BlankKind
from plans.document.syntax.tables import parse_level, parse_status

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")

_PRIORITIES = ("P0", "P1", "P2", "P3")
_LEVELS = ("High", "Med", "Low")
_STATUSES = ("Green", "Yellow", "Red")
_SCOPES = ("Internal", "External")
_ENVIRONMENTS = ("Development", "Staging", "Production-like")
_PROJECT_TYPES = ("single", "web", "mobile")


def _choice(*choices: str, is_closed: bool = True) -> Blank:
    return Blank("", BlankKind.CHOICE, choices, is_closed=is_closed)


_DATE = Blank("", BlankKind.DATE)
_PERSON = Blank("", BlankKind.PERSON)

# By the role that a column has in a recognised table.
_BY_ROLE = {
    "impact": _choice(*_LEVELS),
    "likelihood": _choice(*_LEVELS),
    "status": _choice(*_STATUSES),
    "scope": _choice(*_SCOPES),
    "timeline": _DATE,
    "owner": _PERSON,
    "signature": Blank("", BlankKind.TEXT),
    "date": Blank("", BlankKind.TEXT),
}
# By the whole label of a field, or the heading of a column without such a role.
_BY_LABEL = [
    (re.compile(rf"(?:{words})"), expected)
    for words, expected in (
        (r"priority", _choice(*_PRIORITIES)),
        (r"(?:risk )?(?:impact|severity|likelihood|probability)", _choice(*_LEVELS)),
        (r"status|rag(?: status)?", _choice(*_STATUSES, is_closed=False)),
        (r"project type", _choice(*_PROJECT_TYPES)),
        (r"(?:test )?environments?", _choice(*_ENVIRONMENTS)),
        (r"parallel tasks", _choice("None", is_closed=False)),
        (r"(?:[\w-]+ )?date|due(?: by| on)?|deadline|timeline|created(?: on)?"
         r"|(?:last )?updated(?: on)?", _DATE),
        (r"(?:[\w-]+ )?owners?|authors?|leads?|assignees?|assigned to|vendors?"
         r"|responsible(?: person)?|reviewers?|approvers?|(?:prepared|reviewed"
         r"|approved|written) by|contacts?|(?:team/individual|name/role)", _PERSON),
    )
]  # fmt: skip
# All fields below such a heading name people.
_PEOPLE = re.compile(r"(?:\d+(?:\.\d+)*\.?\s+)?(?:key\s+)?stakeholders?")

# Words that mean one of a list's: "Medium" for "Med", "🟢" for "Green".
_LONGEST_WORDING = 24
_LONGEST_SUGGESTED = 60
_WORDINGS: dict[tuple[str, ...], Callable[[str], str]] = {
    _LEVELS: parse_level,
    _STATUSES: parse_status,
}


def expected_value(
    label: str, *, heading: str = "", role: str | None = None
) -> Blank | None:
    """What a value below this label is, without a hint; None for any text.

    `heading`: that of the section, for a field; `role`: that of the column, for a cell.
    """
    if role in _BY_ROLE:
        return _BY_ROLE[role]
    words = _plain(label)
    for pattern, expected in _BY_LABEL:
        if pattern.fullmatch(words):
            return expected
    return _PERSON if _PEOPLE.fullmatch(_plain(heading)) else None


def fits(value: str, expected: Blank) -> bool:
    """Whether what a file says is empty or such a value, not a text of its own."""
    if not value or expected.kind is BlankKind.PERSON:
        return True
    if expected.kind is BlankKind.CHOICE and not expected.is_closed:
        return "\n" not in value and len(value) <= _LONGEST_SUGGESTED
    if expected.kind is BlankKind.DATE:
        return _ISO.fullmatch(value) is not None
    wording = _WORDINGS.get(expected.choices)
    is_worded = wording and len(value) <= _LONGEST_WORDING and wording(value)
    return value in expected.choices or bool(is_worded)


def _plain(text: str) -> str:
    return " ".join(text.strip(" *_`:").casefold().split())
