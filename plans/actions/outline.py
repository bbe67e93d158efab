"""Keeping the ends of sections, their phases and the plan's title in line.

What stands between two sections (blank lines, a rule, the last line end of the file) is
written as the tail of what comes before. It belongs to the place rather than to the
text, so it stays where it is when a section moves or goes.
"""

from __future__ import annotations

import re
from typing import Any

from plans import document as doc
from plans.actions.change_log import set_columns
from plans.content.outline import has_rule, title_of
from plans.content.rows import section_from_row
from plans.errors import Refused
from plans.models import Block, Phase, Plan, Section
from plans.models.change import Edit

# In lines that hold more than white space.
_INDENT = re.compile(r"^[ \t]+(?=[^ \t\r\n])", re.MULTILINE)


def refuse_if_gone(row: Section | Block, present: list[Section]) -> None:
    section_id = row.pk if isinstance(row, Section) else row.section_id
    if section_id not in {section.pk for section in present}:
        raise Refused("This section has been removed. Reload the page.")


def hand_over_end(
    going: Section | Block,
    staying: Section | Block,
    newline: str,
    *,
    is_last: bool,
) -> list[Edit]:
    """What followed a part that goes follows the one before it: a rule, a blank line,
    and what ends the file (`is_last`).

    Blocks that were never next to each other have a blank line between them.
    """
    is_start = isinstance(staying, Section) and not staying.level
    if is_start:
        return []
    brings_rule = has_rule(going.tail) and not has_rule(staying.tail)
    brings_air = staying.tail.count("\n") < 2 <= going.tail.count("\n")
    tail = staying.tail
    if brings_rule or brings_air or is_last:
        tail = set_off(going.tail, newline)
    is_between = isinstance(going, Block) and isinstance(staying, Block) and not is_last
    if is_between and tail.count("\n") < 2:
        tail = newline * 2
    return [set_columns(staying, tail=tail)] if tail != staying.tail else []


def set_off(tail: str, newline: str) -> str:
    """What came to follow another part: a rule in it may neither underline that, nor
    stand so far in that a list takes it in."""
    if not has_rule(tail):
        return tail
    return newline * 2 + _INDENT.sub("", tail).lstrip("\r\n")


def make_room(
    end: Section | Block, newline: str, *, level: int = 7, next_level: int = 0
) -> list[Edit]:
    """Something of a level is to stand behind this end, and takes its tail over.

    What ends the file, and a rule that divides larger parts, is no longer needed here.
    """
    divides = level <= next_level or not has_rule(end.tail)
    is_start = isinstance(end, Section) and not end.level
    if (divides and end.tail.count("\n") > 1) or (is_start and not end.tail):
        return []
    return [set_columns(end, tail="" if is_start else newline * 2)]


def follow_heading(section: Section) -> None:
    """Bring the phase row of a section in line with its heading."""
    phase = section_from_row(section).phase
    if phase is None:
        Phase.objects.filter(section=section).delete()
        return
    Phase.objects.update_or_create(section=section, defaults={"code": phase[0]})


def retitle(plan: Plan) -> None:
    """Bring the plan's title in line with its first heading."""
    sections = Section.objects.filter(plan=plan, removed=False)
    headings = [section_from_row(section) for section in sections]
    title = title_of(doc.Document(sections=headings))
    if title != plan.title:
        plan.title = title
        plan.save(update_fields=["title"])


def form_edit(plan: Plan, after: dict[str, Any]) -> Edit:
    """Write what a plan's file is like as a whole."""
    before = {name: getattr(plan, name) for name in after}
    for name, value in after.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(after))
    different = [name for name in after if before[name] != after[name]]
    return {
        "row": "plan",
        "id": plan.pk,
        "before": {name: before[name] for name in different},
        "after": {name: after[name] for name in different},
    }
