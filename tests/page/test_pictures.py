"""Pictures: what is in them, where they stand, and that names in them are escaped."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from plans import document as doc
from plans.page.pictures.completeness import ChapterBar
from plans.page.pictures.dependencies import DependencyBoard
from plans.page.pictures.phases import PhaseStrip
from plans.page.pictures.picture_html import pictures_html
from plans.page.pictures.placement import pictured_sections, pictures_of, showing
from plans.page.pictures.risks import RiskMatrix
from tests import hostile

pytestmark = pytest.mark.once

PLAN = """\
# Implementation Plan: Tides

## Phases

### Phase 0: Research

- **Goal**: Know the harbours
- **Owner**: Bob
- **Duration**: 2 weeks
- **Parallel Tasks**: None

### Phase 1: **Build** it

- **Owner**: [Team/Individual]
- **Duration**: [NEEDS CLARIFICATION: How long?]
- **Parallel Tasks**: T1 and `T2`

## Risks

### Matrix

| Risk ID | Description | Impact | Likelihood | Mitigation |
|---------|-------------|--------|------------|------------|
| R-001 | Storms | High | Low | Wait |
| R-002 | Fog | high | **Low** | Wait |
| R-003 | Ice | Med | High | Wait |
| | Ships | High | | |
| R-005 | | | | |

## Dependencies

### Internal

| Dependency | Owner | Status | Timeline |
|------------|-------|--------|----------|
| Gauges | Harbour | Green | May |
| Charts | - | 🔴 late | |

### External

| Dependency | Vendor | Status |
|------------|--------|--------|
| Satellites | Sky | Green |
| Weather | Sky | [Green/Yellow/Red] |
"""


def read(text):
    """A document with ids as rows would give them: 1, 2, ... in each kind."""
    document = doc.read(text)
    blocks = items = 0
    for number, section in enumerate(document.sections, start=1):
        section.id = number
        for block in section.blocks:
            block.id = blocks = blocks + 1
            for item in block.walk():
                item.id = items = items + 1
    return document


def pictures(text, places=None):
    """By the heading that shows them."""
    document = read(text)
    headings = {section.id: section.heading for section in document.sections}
    shown = pictures_of(document, places or {})
    return {headings[pk]: list(each) for pk, each in shown.items()}


def test_each_picture_is_at_the_heading_of_its_chapter():
    shown = pictures(PLAN)
    assert {heading: [p.kind for p in each] for heading, each in shown.items()} == {
        "Phases": ["phases"],
        "Risks": ["risks"],
        "Dependencies": ["dependencies"],
    }


def test_a_matrix_counts_each_risk_in_its_cell():
    (matrix,) = pictures(PLAN)["Risks"]
    cells = {cell.key: [risk.code for risk in cell.risks] for cell in matrix.cells}
    assert {key: codes for key, codes in cells.items() if codes} == {
        "high-low": ["R-001", "R-002"],
        "medium-high": ["R-003"],
    }
    assert len(cells) == 9
    assert [risk.code for risk in matrix.unplaced] == ["no. 4"]  # R-005 says nothing


def test_cells_are_as_bad_as_both_levels_together():
    matrix = RiskMatrix(())
    severities = [cell.severity for cell in matrix.cells]
    assert severities == [
        *("medium", "high", "high"),
        *("low", "medium", "high"),
        *("low", "low", "medium"),
    ]


def test_a_strip_has_who_how_long_and_what_runs_in_parallel():
    (strip,) = pictures(PLAN)["Phases"]
    assert [
        (each.code, each.name, each.owner, each.duration, each.parallel)
        for each in strip.phases
    ] == [
        ("0", "Research", "Bob", "2 weeks", ""),
        ("1", "Build it", "", "", "T1 and T2"),
    ]


def test_phases_that_are_chapters_are_shown_at_the_title():
    text = "# Plan: Tides\n\n## Context\n\n## Phase 0: Try\n\n- **Owner**: Bob\n"
    shown = pictures(text)
    assert [picture.kind for picture in shown["Plan: Tides"]] == ["phases"]
    assert list(shown) == ["Plan: Tides"]


def test_dependencies_of_all_tables_of_a_chapter_are_together():
    (board,) = pictures(PLAN)["Dependencies"]
    assert board.summary == "4 dependencies: 1 red, 2 green, 1 no status yet"
    assert [[each.name for each in group.dependencies] for group in board.groups] == [
        ["Charts"],
        ["Gauges", "Satellites"],
        ["Weather"],
    ]
    assert sum(group.share for group in board.groups) == pytest.approx(100)
    assert board.groups[1].dependencies[0].details == "Harbour, May"


def test_what_is_in_no_chapter_has_no_picture():
    table = PLAN.split("### Matrix\n\n")[1].split("\n\n## ")[0]
    assert pictures(f"{table}\n") == {}


def test_a_fresh_plan_shows_no_picture():
    assert pictures(doc.default_template()) == {}


def test_rows_of_other_pages_are_led_to_and_not_filtered():
    document = read(PLAN)
    table = next(
        block
        for section in document.sections
        for block in section.blocks
        if block.kind == doc.BlockKind.RISKS
    )
    places = {item.id: f"?rows-{table.id}=2#item-{item.id}" for item in table.items}
    (matrix,) = pictures(PLAN, places)["Risks"]
    assert matrix.is_paged
    html = BeautifulSoup(pictures_html(1, (matrix,)), "html.parser")
    links = html.select("a.cell")
    assert all(link["href"].startswith("?rows-") for link in links)
    assert not html.select("[data-do=filter-risks]")


@pytest.mark.parametrize("heading", ["Matrix", "External", "Phase 1: **Build** it"])
def test_a_change_touches_the_pictures_of_its_chapter_alone(heading):
    document = read(PLAN)
    section = next(each for each in document.sections if each.heading == heading)
    touched = showing(document, {section.id})
    headings = [each.heading for each in document.sections if each.id in touched]
    expected = {"Matrix": "Risks", "External": "Dependencies"}.get(heading, "Phases")
    assert headings == [expected]
    assert touched <= set(pictured_sections(document))


def test_many_codes_are_counted_where_there_is_no_room():
    rows = "".join(f"| RISK-{n} | x | High | High | y |\n" for n in range(100, 120))
    (matrix,) = pictures(
        "## Risks\n\n| ID | Description | Impact | Likelihood | Mitigation |\n"
        f"|---|---|---|---|---|\n{rows}"
    )["Risks"]
    cell = next(cell for cell in matrix.cells if cell.risks)
    lines = [line for _, line in cell.lines]
    assert lines == ["RISK-100", "RISK-101 +18"]
    assert cell.name == "20 risks RISK-100 RISK-101 +18: impact high, likelihood high"
    assert cell.tip.endswith("RISK-118, RISK-119")


def test_a_bar_shows_what_is_done_of_all():
    assert ChapterBar(1, "Risks", done=1, left=3).share == 25.0


# --- What people type is hostile ---


@pytest.mark.parametrize("text", hostile.PAYLOADS)
def test_typed_texts_are_texts_in_every_picture(text):
    cell = text.replace("|", "\\|").replace("\n", " ").replace("\r", " ")
    source = (
        "# Plan\n\n## Risks\n\n"
        "| Risk ID | Description | Impact | Likelihood | Mitigation |\n"
        f"|---|---|---|---|---|\n| {cell} | {cell} | High | Low | {cell} |\n\n"
        "## Dependencies\n\n| Dependency | Owner | Status | Timeline |\n"
        f"|---|---|---|---|\n| {cell} | {cell} | Red | {cell} |\n\n"
        f"## Phases\n\n### Phase 1: {cell}\n\n- **Owner**: x {cell}\n"
        f"- **Duration**: {cell}\n"
    )
    allowed = {
        *("div", "details", "summary", "figure", "figcaption", "svg", "title", "text"),
        *("rect", "path", "circle", "a", "p", "span", "button", "ul", "ol", "li"),
        *("dl", "dt", "dd"),
    }
    every = pictures_of(read(source), {}).values()
    assert [p.kind for shown in every for p in shown][:2] == ["risks", "dependencies"]
    for shown in every:
        html = BeautifulSoup(pictures_html(1, shown), "html.parser")
        tags = html.find_all(True)
        assert {tag.name for tag in tags} <= allowed
        for tag in tags:
            assert not [name for name in tag.attrs if name.startswith(("on", "style"))]
            assert tag.get("href", "#").startswith("#")


levels = st.sampled_from(["High", "med", "Low.", "", "perhaps", "**Critical**"])


@given(st.lists(st.tuples(levels, levels), max_size=12))
def test_every_risk_is_in_one_cell_or_named_below(pairs):
    rows = "".join(f"| R-{n} | x | {i} | {p} |\n" for n, (i, p) in enumerate(pairs))
    document = read(
        "## Risks\n\n| ID | Description | Impact | Likelihood | Mitigation |\n"
        f"|---|---|---|---|---|\n{rows}\n"
    )
    for shown in pictures_of(document, {}).values():
        (matrix,) = shown
        placed = [risk for cell in matrix.cells for risk in cell.risks]
        assert sorted(r.code for r in placed + matrix.unplaced) == sorted(
            f"R-{n}" for n in range(len(pairs))
        )


def test_equal_pictures_are_equal():
    """So that their markup is made once."""
    first, second = pictures(PLAN), pictures(PLAN)
    assert first == second
    assert hash(first["Risks"][0]) == hash(second["Risks"][0])
    assert isinstance(first["Phases"][0], PhaseStrip)
    assert isinstance(first["Dependencies"][0], DependencyBoard)
