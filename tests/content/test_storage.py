"""That rows give back the document they were made from, in few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import document as doc
from plans.content import storage
from plans.models import (
    Approval,
    Block,
    ChecklistItem,
    Dependency,
    Field,
    Item,
    Metric,
    Phase,
    Risk,
    Violation,
)
from tests.make import (
    SMALL,
    corpus_files,
    find,
    make_plan,
    make_plan_from_template,
    section_of,
    text_of,
)

ODD = {
    "CRLF": SMALL.replace("\n", "\r\n"),
    "a BOM": "\ufeff" + SMALL,
    "no last newline": SMALL.rstrip("\n"),
    "no heading": "just a line",
    "an unclosed fence": "# A\n\n```\nnever closed\n\n## B\n",
    "front matter": "---\ntitle: x\n---\n\n# A\n",
    "a ragged table": "| A | B |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n| a \\| b | `c|d` |",
    "a list in a list": "- a\n  - b\n    1. c\n\n       more\n  - [ ] d\n* e\n",
    "mixed line ends": "# A\r\n\n- **B**: c\r\n- **D**: e\n",
    "tabs": "-\t**A**:\tb\n\t- c\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_a_stored_plan_loads_as_the_same_text(team, text):
    assert text_of(make_plan(text=text)) == text


def test_the_default_template_loads_as_the_same_text(team):
    assert text_of(make_plan(text=doc.default_template())) == doc.default_template()


@pytest.mark.slow
def test_real_plans_load_as_the_same_text(team):
    for path in corpus_files("corpus", "templates"):
        text = path.read_bytes().decode()
        assert text_of(make_plan(text=text)) == text, path


def test_loading_gives_every_part_the_id_of_its_row(plan):
    loaded = storage.load(plan)
    assert {s.id for s in loaded.document.sections} == set(loaded.sections)
    blocks = [b for s in loaded.document.sections for b in s.blocks]
    assert {b.id for b in blocks} == set(loaded.blocks)
    assert {i.id for _, _, i in loaded.document.walk()} == set(loaded.items)
    assert len(loaded.items) == Item.objects.count()


@pytest.mark.parametrize("rows", [1, 300])
def test_loading_takes_three_queries_at_any_size(team, rows):
    more = "".join(f"| R-{n} | r | High | Low | m | o |\n" for n in range(9, rows + 9))
    text = SMALL.replace("\n## 8.", f"{more}\n## 8.")
    plan = make_plan(text=text)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert doc.write(storage.load(plan).document) == text
    assert len(queries) == 3


@pytest.mark.parametrize("rows", [1, 100])
def test_storing_takes_as_many_queries_at_any_size_of_table(team, rows):
    make_plan()  # so that neither case is the first of its team
    more = "".join(f"| R-{n} | r | High | Low | m | o |\n" for n in range(9, rows + 9))
    with CaptureQueriesContext(connection) as queries:
        make_plan(text=SMALL.replace("\n## 8.", f"{more}\n## 8."))
    assert len(queries) <= 45


def test_one_section_loads_in_two_queries(plan):
    section = section_of(plan, "Phase 0: Research")
    section.plan = plan
    with CaptureQueriesContext(connection) as queries:
        loaded = storage.load_section(section)
    assert len(queries) == 2
    (part,) = loaded.document.sections
    assert [item.label for item in part.blocks[0].items] == [
        "Goal",
        "Deliverables",
        "Owner",
    ]
    assert [child.text for child in part.blocks[0].items[1].children] == [
        "research.md",
        "A list of gauges",
    ]


def test_what_is_recognised_has_a_row_of_its_own(plan):
    assert Risk.objects.filter(impact_level="high").get().code == "R-001"
    assert Risk.objects.get(code="R-002").impact_level == "medium"
    assert Dependency.objects.get(status_level="red").name == "Gauge feed"
    assert Metric.objects.get().target == "< 200 ms p95"
    assert Violation.objects.get().name == "A second project"
    assert ChecklistItem.objects.get(done=True).text == "Constraints known"
    assert [p.code for p in Phase.objects.order_by("code")] == ["0", "1"]
    assert set(Approval.objects.values_list("role", "name")) == {
        ("Technical Design", "Dana"),
        ("Launch Approval", ""),
    }
    assert not Field.objects.filter(label="Technical Design").exists()


def test_columns_of_a_tables_own_are_kept_beside_those_with_a_role(team):
    head = "| Risk | Mitigation | Ticket |\n|---|---|---|\n"
    plan = make_plan(text=f"# A\n\n{head}| Rain | Roof | T-1 |\n| Wind |\n")
    assert Block.objects.get().kind == "risks"
    row = Risk.objects.get(description="Rain").item
    assert row.cells == {"2": "T-1"}
    assert text_of(plan).endswith("| Rain | Roof | T-1 |\n| Wind |\n")


def test_items_know_how_much_of_them_waits(plan):
    storage_field = find(plan, label="Storage")
    assert (storage_field.fillable, storage_field.blank) == (1, 1)
    goal = find(plan, heading="Phase 0: Research", label="Goal")
    assert (goal.blank, goal.questions) == (0, 1)
    assert find(plan, label="Category").blank == 0


def test_a_new_plan_is_as_blank_as_its_template(team):
    plan = make_plan_from_template()
    waiting = sum(item.blank + item.questions for item in Item.objects.all())
    errors = [p for p in doc.check(storage.load(plan).document) if p.is_error]
    assert waiting > 100
    assert len(errors) > 100
