"""What a table is about, told by its header row, and which column means what."""

from __future__ import annotations

import re

from plans.document.model import Block, BlockKind
from plans.document.syntax.escaping import unescape_cell
from plans.document.syntax.parsing import split_lines
from plans.document.syntax.rows import split_row

# For each kind of table: the role of a column by the words of its heading.
_ROLES: dict[BlockKind, list[tuple[str, re.Pattern[str]]]] = {
    BlockKind.RISKS: [
        ("code", re.compile(r"^(risk\s*)?(id|#|no\.?)$")),
        ("description", re.compile(r"^(risk|description|risk description)$")),
        ("impact", re.compile(r"^(impact|severity)$")),
        ("likelihood", re.compile(r"^(likelihood|probability)$")),
        ("mitigation", re.compile(r"^mitigation|^response$")),
        ("owner", re.compile(r"^owner")),
    ],
    BlockKind.DEPENDENCIES: [
        ("name", re.compile(r"^(dependency|name|package|system|library)$")),
        ("scope", re.compile(r"^(type|scope|kind)$")),
        ("owner", re.compile(r"^(owner|vendor|team|provider|source)$")),
        ("status", re.compile(r"^status$")),
        ("timeline", re.compile(r"^(timeline|date|due)$")),
        ("impact_if_blocked", re.compile(r"^impact")),
    ],
    BlockKind.METRICS: [
        ("name", re.compile(r"^metrics?$")),
        ("target", re.compile(r"^(target|goal|threshold)")),
        ("method", re.compile(r"^(measurement|measured|method|how)")),
    ],
    BlockKind.SIGN_OFFS: [
        (
            "role",
            re.compile(
                r"^(role|title|position|function|area|discipline|department|stakeholder"
                r"|approval|sign-?off|gate|responsibility)s?$"
            ),
        ),
        (
            "name",
            re.compile(
                r"^(names?|full name|approvers?|approver name|approved by|signatory"
                r"|signer|person|who|reviewers?)$"
            ),
        ),
        (
            "signature",
            re.compile(
                r"^(signatures?|signed|signed by|sign|decision|approved|approval"
                r"|sign-?off|status)\??$"
            ),
        ),
        (
            "date",
            re.compile(
                r"^(date|day|date signed|signed on|signature date|approval date"
                r"|date approved|approved on)$"
            ),
        ),
    ],
    BlockKind.VIOLATIONS: [
        ("name", re.compile(r"^violation$")),
        ("why_needed", re.compile(r"^why")),
        ("alternative_rejected", re.compile(r"^simpler alternative")),
    ],
}
_REQUIRED: dict[BlockKind, frozenset[str]] = {
    BlockKind.VIOLATIONS: frozenset({"name", "why_needed"}),
    BlockKind.RISKS: frozenset({"description", "mitigation"}),
    BlockKind.METRICS: frozenset({"name", "target"}),
    BlockKind.DEPENDENCIES: frozenset({"name", "status"}),
}
_LEVELS = {"high": "high", "critical": "high", "med": "medium", "low": "low"}
_STATUSES = {
    "green": "green", "🟢": "green", "yellow": "yellow", "amber": "yellow",
    "🟡": "yellow", "red": "red", "🔴": "red",
}  # fmt: skip


def columns_of(block: Block) -> list[str]:
    """The texts of a table's header row; [] for a block that is no table."""
    lines = split_lines(block.head)
    if not lines:
        return []
    return [unescape_cell(cell) for cell in split_row(lines[0].rstrip("\r\n"))]


def roles_of(kind: BlockKind, columns: list[str]) -> list[str | None]:
    """The role of each column, None for a column of the table's own."""
    free = list(_ROLES.get(kind, []))
    roles: list[str | None] = []
    for column in columns:
        words = " ".join(column.strip(" *_`").casefold().split())
        match = next((one for one in free if one[1].search(words)), None)
        if match:
            free.remove(match)
        roles.append(match[0] if match else None)
    return roles


def kind_of_table(columns: list[str], heading: str) -> BlockKind:
    """Which table a header row belongs to; the section's heading breaks a tie."""
    for kind, required in _REQUIRED.items():
        if required <= {role for role in roles_of(kind, columns) if role}:
            return kind
    about = heading.casefold()
    if "dependenc" in about and "name" in roles_of(BlockKind.DEPENDENCIES, columns):
        return BlockKind.DEPENDENCIES
    return BlockKind.TABLE


def later_columns(kind: BlockKind, columns: list[str]) -> frozenset[int]:
    """The columns that signing fills in."""
    if kind is not BlockKind.SIGN_OFFS:
        return frozenset()
    roles = enumerate(roles_of(kind, columns))
    return frozenset(i for i, role in roles if role in ("signature", "date"))


def parse_level(text: str) -> str:
    """`high`, `medium` or `low` for an impact or likelihood, else ""."""
    return _first_word(text, _LEVELS)


def parse_status(text: str) -> str:
    """`green`, `yellow` or `red` for a status, "" when it says none of them."""
    return _first_word(text, _STATUSES)


def _first_word(text: str, words: dict[str, str]) -> str:
    plain = text.strip(" *_`").casefold()
    return next((value for word, value in words.items() if plain.startswith(word)), "")


def next_code(codes: list[str]) -> str:
    """The id after the highest of these, in their own manner (`R-001` without any)."""
    best = ("R-", 3, 0)
    for code in codes:
        match = re.match(r"^(.*?)(\d+)$", code.strip(" *`"))
        if match and int(match[2]) >= best[2] and len(match[2]) < 10:
            best = (match[1], len(match[2]), int(match[2]))
    prefix, width, number = best
    return f"{prefix}{number + 1:0{width}d}"
