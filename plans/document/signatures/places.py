"""Where sign-offs stand: told by the whole heading and by what the fields look like.

An owner can decide otherwise. Such a decision is kept by heading (`Places`), because a
text that is read alone has nothing else by which it could be known again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from plans.document.model import SIGNING_KINDS, Block, BlockKind, Document, Field
from plans.document.signatures.markers import strip_markers
from plans.document.syntax.tables import columns_of, roles_of

# By heading: whether it is for sign-offs, where that was set explicitly.
Places = Mapping[str, bool]
NO_PLACES: Places = {}

_WORD = r"(?:approvals?|approvers?|sign[- ]?offs?|signatures?|signatories)"
_BESIDE = rf"(?:{_WORD}|reviews?|reviewers?|acceptance)"
_AND = r"\s*(?:&|\+|/|,|\band\b)\s*"
_KIND = (
    r"(?:final|formal|required|project|plan|document|stakeholder|management|team"
    r"|executive|needed|pending|launch|release)"
)
_SHAPE = r"(?:required|needed|table|matrix|section|list|sheet|block|form)"
_HEADING = re.compile(
    rf"(?:{_KIND}\s+)*(?={_BESIDE})(?:{_BESIDE}{_AND})*{_BESIDE}(?:\s+{_SHAPE})?"
)
_NUMBER = re.compile(r"^(?:[0-9]+(?:\.[0-9]+)*[.):]?|[a-z][.)])\s+")
_NOTE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")

# Labels of fields that are about a document or a way of working, not of a role.
_OTHER_LABELS = re.compile(
    r"(?:document |plan )?(?:status|versions?|dates?|last updated|updated|created)"
    r"|(?:[\w-]+ )?(?:date|criteria|process|workflow|deadline|notes?|comments?)"
    r"|goals?|purpose|scope|summary|description|problem|fix|lines?|files?|priority"
    r"|requirements?|next steps?|methods?|tools?|decision|rationale|steps?|conditions?"
)
# A longer value is a text about something, not the names of people.
_LONGEST_VALUE = 200


def is_signing_heading(heading: str) -> bool:
    """Whether a heading says nothing but that sign-offs stand below it."""
    words = _plain(heading)
    return re.search(_WORD, words) is not None and bool(_HEADING.fullmatch(words))


def _plain(text: str) -> str:
    words = " ".join(text.replace("*", "").replace("_", " ").casefold().split())
    words = re.sub(r"^[^\w]+|[^\w)\]]+$", "", words)
    return _NOTE.sub("", _NUMBER.sub("", words)).strip(" :.-–—")


def look_like_slots(fields: Sequence[Field]) -> bool:
    """Whether fields are a role and who signs for it, each of them."""
    return all(
        _OTHER_LABELS.fullmatch(_plain(item.label)) is None
        and len(strip_markers(item.value)) <= _LONGEST_VALUE
        for item in fields
    )


def signs_by_itself(heading: str, block: Block) -> bool:
    """Whether a block is a list or table of sign-offs, where that was not set."""
    if block.head:
        return can_be_signed(block) and _is_sign_off_table(heading, columns_of(block))
    fields = [item for item in block.walk() if isinstance(item, Field)]
    return is_signing_heading(heading) and look_like_slots(fields)


def can_be_signed(block: Block) -> bool:
    """Whether sign-offs could stand there: in fields, in a table of roles and names."""
    if block.kind in _TABLES:
        roles = roles_of(BlockKind.SIGN_OFFS, columns_of(block))
        return {"role", "name"} <= {*roles}
    return block.kind in _FIELDS and bool(block.items)


def _is_sign_off_table(heading: str, columns: list[str]) -> bool:
    """`| Role | Name | Signature | Date |` says it itself; with fewer columns it takes
    the heading, too."""
    roles = roles_of(BlockKind.SIGN_OFFS, columns)
    if any(_plain(column).startswith("signature") for column in columns):
        return True
    return is_signing_heading(heading) and ("signature" in roles or "date" in roles)


def places_of(document: Document) -> Places:
    """The headings below which a document's blocks are otherwise than the rules say."""
    evidence: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for section in document.sections:
        for block in section.blocks:
            if can_be_signed(block):
                is_signing = block.kind in SIGNING_KINDS
                expected = signs_by_itself(section.heading, block)
                evidence[section.heading].append((is_signing, expected))
    return {
        heading: both[0][0]
        for heading, both in evidence.items()
        # One text cannot say both of one heading.
        if len({is_signing for is_signing, _ in both}) == 1
        and any(is_signing != expected for is_signing, expected in both)
    }


_FIELDS = (BlockKind.FIELDS, BlockKind.APPROVALS)
_TABLES = (BlockKind.TABLE, BlockKind.SIGN_OFFS)
