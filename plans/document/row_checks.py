"""What is missing or contradictory in rows of tables and in sign-offs."""

from __future__ import annotations

from collections.abc import Iterator

from plans.document.findings import Finding, error, shortened
from plans.document.model import (
    Block,
    BlockKind,
    Row,
)
from plans.document.syntax.items import blanks_of
from plans.document.syntax.tables import columns_of, parse_level, roles_of

# What the first cell of a row says in which nothing else is meant to stand.
_NOTHING = frozenset(
    {"", "none", "n/a", "na", "no", "nil", "not applicable", "no violations"}
)


def row_findings(block: Block, item: Row) -> Iterator[Finding]:
    if block.kind is BlockKind.SIGN_OFFS:
        yield from _sign_off_findings(block, item)
    cells = row_roles(block, item)
    name = cells.get("name", "").strip(" *_`.()[]–—-").casefold()
    if block.kind is BlockKind.VIOLATIONS and name not in _NOTHING:
        blank_columns = _blank_columns(block, item)
        for role, what in (
            ("why_needed", "why it is needed"),
            ("alternative_rejected", "why the simpler alternative was rejected"),
        ):
            if role in cells and not cells[role] and role not in blank_columns:
                yield error(
                    "unjustified",
                    f"The violation “{shortened(cells['name'])}” does not say {what}.",
                )
    if block.kind is BlockKind.RISKS and "owner" in cells and not cells["owner"]:
        is_high = "high" in (
            parse_level(cells.get("impact", "")),
            parse_level(cells.get("likelihood", "")),
        )
        if is_high and "owner" not in _blank_columns(block, item):
            name = cells.get("code") or shortened(cells.get("description", ""))
            yield error("no_owner", f"The high risk {name} has no owner: name one.")


def _sign_off_findings(block: Block, item: Row) -> Iterator[Finding]:
    cells = row_roles(block, item)
    for role, what in (("role", "for what"), ("name", "by whom")):
        if not cells.get(role) and role not in _blank_columns(block, item):
            yield error(
                "blank",
                f"A row does not say {what} it is signed: fill it in or remove it.",
            )


def row_roles(block: Block, item: Row) -> dict[str, str]:
    """A row's cells by the roles of their columns."""
    roles = roles_of(block.kind, columns_of(block))
    return {role: cell for role, cell in zip(roles, item.cells, strict=False) if role}


def _blank_columns(block: Block, item: Row) -> set[str | None]:
    roles = roles_of(block.kind, columns_of(block))
    blanks = blanks_of(item)
    return {
        role
        for role, cell, blank in zip(roles, item.cells, blanks, strict=False)
        if blank and not cell
    }
