"""Keeping the ends of sections, their phases and the plan's title in line.

What stands between two sections (blank lines, a rule, the last line end of the file) is
written as the tail of what comes before. It belongs to the place rather than to the
text, so it stays where it is when a section moves or goes.
"""

from __future__ import annotations

from plans import document as doc
from plans.actions.change_log import set_columns
from plans.content import storage
from plans.content.outline import end_of, has_rule, title_of
from plans.errors import Refused
from plans.models import Block, Phase, Plan, Section
from plans.models.change import Edit


def refuse_if_gone(row: Section | Block, present: list[Section]) -> None:
    section_id = row.pk if isinstance(row, Section) else row.section_id
    if section_id not in {section.pk for section in present}:
        raise Refused("This section has been removed. Reload the page.")


def swap_ends(one: Section, other: Section) -> list[Edit]:
    """Two groups changed places: what followed each place follows it still."""
    first, second = end_of(one), end_of(other)
    if first.tail == second.tail:
        return []
    tail = first.tail
    return [set_columns(first, tail=second.tail), set_columns(second, tail=tail)]


def hand_over_end(
    going: Section | Block, staying: Section | Block, *, is_last: bool
) -> list[Edit]:
    """What followed a part that goes follows the one before it: a rule, a blank line,
    and what ends the file (`is_last`)."""
    is_start = isinstance(staying, Section) and not staying.level
    brings_rule = has_rule(going.tail) and not has_rule(staying.tail)
    brings_air = staying.tail.count("\n") < 2 <= going.tail.count("\n")
    if is_start or not (brings_rule or brings_air or is_last):
        return []
    if going.tail == staying.tail:
        return []
    return [set_columns(staying, tail=going.tail)]


def make_room(
    end: Section | Block, newline: str, *, level: int = 7, next_level: int = 0
) -> list[Edit]:
    """Something of a level is to stand behind this end, and takes its tail over.

    What ends the file, and a rule that divides larger parts, is no longer needed here.
    """
    divides = level <= next_level or not has_rule(end.tail)
    if divides and end.tail.count("\n") > 1:
        return []
    return [set_columns(end, tail=newline * 2)]


def follow_heading(section: Section) -> None:
    """Bring the phase row of a section in line with its heading."""
    phase = storage.section_from_row(section).phase
    if phase is None:
        Phase.objects.filter(section=section).delete()
        return
    Phase.objects.update_or_create(
        section=section, defaults={"code": phase[0], "name": phase[1]}
    )


def retitle(plan: Plan) -> None:
    """Bring the plan's title in line with its first heading."""
    sections = Section.objects.filter(plan=plan, removed=False)
    headings = [storage.section_from_row(section) for section in sections]
    title = title_of(doc.Document(sections=headings))
    if title != plan.title:
        plan.title = title
        plan.save(update_fields=["title"])
