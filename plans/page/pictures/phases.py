"""The phases of a plan as a strip in their order."""

from __future__ import annotations

from dataclasses import dataclass

from plans import document as doc
from plans.page.pictures.texts import is_given, short_text

# The fields of a phase that are shown, by their labels.
_SHOWN = {
    "owner": "owner",
    "duration": "duration",
    "parallel tasks": "parallel",
    "parallel": "parallel",
}
_LONGEST = {"owner": 60, "duration": 40, "parallel": 160}


@dataclass(frozen=True)
class PlacedPhase:
    """`owner`, `duration`, `parallel`: as written, "" where nothing is."""

    section: int
    code: str
    name: str
    owner: str = ""
    duration: str = ""
    parallel: str = ""

    @property
    def is_planned(self) -> bool:
        return bool(self.owner or self.duration or self.parallel)


@dataclass(frozen=True)
class PhaseStrip:
    phases: tuple[PlacedPhase, ...]

    kind = "phases"
    title = "Phases in order"
    template = "plans/pictures/phases.html"

    @property
    def is_empty(self) -> bool:
        """Names alone are in the headings: a strip shows who, and for how long."""
        return not any(phase.is_planned for phase in self.phases)


def phase_of(section: doc.Section) -> PlacedPhase | None:
    """What a section says about the phase that it describes."""
    if section.phase is None:
        return None
    code, name = section.phase
    values: dict[str, str] = {}
    for block in section.blocks:
        for item in block.items:
            if isinstance(item, doc.Field):
                label = _SHOWN.get(item.label.strip(" *_`:").casefold())
                text = short_text(item.value, _LONGEST[label]) if label else ""
                if label and is_given(text):
                    values.setdefault(label, text)
    return PlacedPhase(section.id or 0, code, short_text(name, 80), **values)
