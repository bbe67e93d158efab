"""Saving, adding, moving, removing items; structures and questions."""

import re

import pytest

from plans import document as doc
from plans.models import Item
from tests import make
from tests.client import assert_fragment_matches_page
from tests.kept import kept_plan, small_plan
from tests.views.asking import (
    HTMX,
    is_fragment,
    signed_in,
    soup,
    targets_of,
    typed_in,
    url_of,
    words_of,
)

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once

# One of every kind of item, nested ones too.
EVERY_KIND = """\
---
owner: harbour
---

# Implementation Plan: Tide tables

Some words first, with **weight**.

<!-- Say what is new. -->

## 1. OBJECTIVE

- **Category**: Plan
- **Storage**: [if applicable, e.g., PostgreSQL, files or N/A]
- **Date**: [DATE]
- **Level**: [High/Med/Low]
- **Scope**: [NEEDS CLARIFICATION: Which harbours?]
- **Deliverables**:
  - research.md
  - A list of gauges
    - Those in the north

**Language/Version**: Python 3.11

- [ ] Problem clear
- [x] Constraints known
  - [ ] Of the law

1. First
2. Second
   - Below
3. Third

- An entry

  ```text
  with a fence
  ```

| Name | Note |
|------|------|
| Buoy | `a|b` |
| [Name] | |

| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |
|---------|-------------|--------|------------|------------|-------|
| R-001 | Silence | High | Low | Show the age | Bob |

### Approvals

- **Technical Design**: Dana

```text
src/
└── [module]/
```
"""


@pytest.fixture
def motley(team, alice, bob, dana):
    return make.make_plan(team=team, actor=alice, text=EVERY_KIND)


def save(user, plan, item, headers=HTMX, **values):
    values.setdefault("seen", item.version)
    return signed_in(user).post(url_of("item", plan, item.pk), values, headers=headers)


def fresh(plan, item):
    return make.row_of(plan, item.pk)


# --- The fragment is what a reload shows ---


def kinds_of(plan) -> dict[str, list[Item]]:
    by_kind: dict[str, list[Item]] = {}
    for item in Item.objects.filter(block__section__plan=plan).order_by("pk"):
        by_kind.setdefault(item.kind, []).append(item)
    return by_kind


def test_the_motley_plan_has_an_item_of_every_kind(motley):
    assert set(kinds_of(motley)) == {str(kind) for kind in doc.ItemKind}


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["alice", "dana"])
def test_every_item_alone_is_as_on_the_page(request, motley, reader):
    client = signed_in(request.getfixturevalue(reader))
    page = client.get(url_of("plan", motley))
    for items in kinds_of(motley).values():
        for item in items:
            answer = client.get(url_of("item", motley, item.pk), headers=HTMX)
            assert answer.status_code == 200
            assert targets_of(answer) == [f"#item-{item.pk}"]
            assert_fragment_matches_page(answer, page, f"#item-{item.pk}")


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["alice", "dana"])
def test_every_item_has_a_page_of_its_own(request, motley, reader):
    client = signed_in(request.getfixturevalue(reader))
    for items in kinds_of(motley).values():
        for item in items:
            alone = client.get(url_of("item", motley, item.pk))
            assert soup(alone).find(id=f"item-{item.pk}")
            assert "Tide tables" in words_of(alone)


NEW_VALUES = {
    "field": {"value": "Postgres | [x] <b>\n- two\n# three"},
    "check": {"text": "Problem < clear", "has-done": "1", "done": "on"},
    "entry": {"text": "First of all"},
    "row": {"cell-0": "Bell | buoy", "cell-1": "a & b"},
    "passage": {"text": "Other words:\n\n- with a list"},
    "code": {"text": "src/\n└── tides/"},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", NEW_VALUES)
def test_the_saved_item_is_as_on_the_reloaded_page(motley, alice, kind):
    for item in kinds_of(motley)[kind]:
        answer = save(alice, motley, item, **NEW_VALUES[kind])
        assert answer.status_code == 200, words_of(answer)
        assert is_fragment(answer)
        assert answer["HX-Trigger"] == "planner:changed"
        page = signed_in(alice).get(url_of("plan", motley))
        assert_fragment_matches_page(answer, page, f"#item-{item.pk}")
        status = soup(answer).find(id=f"item-{item.pk}-status")
        assert status.get_text() == "Saved"


def test_a_save_answers_with_its_item_alone(motley, alice):
    item = make.find(motley, label="Deliverables")
    answer = save(alice, motley, item, value="These:")
    assert answer.status_code == 200
    items = [each["id"] for each in soup(answer).select(".item")]
    assert items == [f"item-{item.pk}"]


@pytest.mark.parametrize("kind", NEW_VALUES)
def test_without_javascript_a_save_leads_to_the_item(motley, bob, kind):
    item = kinds_of(motley)[kind][0]
    answer = save(bob, motley, item, headers={}, **NEW_VALUES[kind])
    assert answer.status_code == 302
    assert answer["Location"] == f"{motley.get_absolute_url()}#item-{item.pk}"


def test_a_save_changes_the_lines_of_its_item_alone(plan, alice):
    item = make.find(plan, label="Storage")
    before = make.text_of(plan)
    save(alice, plan, item, value="SQLite")
    old = "[if applicable, e.g., PostgreSQL, files or N/A]"
    assert make.text_of(plan) == before.replace(old, "SQLite")


def test_a_save_that_changes_nothing_is_no_change(plan, alice):
    item = make.find(plan, label="Category")
    changes = plan.changes.count()
    assert save(alice, plan, item, value="Plan").status_code == 200
    assert plan.changes.count() == changes
    assert fresh(plan, item).version == item.version


def test_line_ends_of_a_browser_are_no_change(motley, alice):
    item = make.find(motley, text="Some words first, with **weight**.")
    save(alice, motley, item, text="One\n\nTwo")
    item, changes = fresh(motley, item), motley.changes.count()
    assert save(alice, motley, item, text="One\r\n\r\nTwo").status_code == 200
    assert motley.changes.count() == changes


def test_an_unticked_box_is_told_from_a_form_without_one(plan, alice):
    item = make.find(plan, text="Constraints known")
    save(alice, plan, item, text="Constraints known")
    assert "- [x] Constraints known" in make.text_of(plan)
    save(alice, plan, fresh(plan, item), **{"has-done": "1"})
    assert "- [ ] Constraints known" in make.text_of(plan)


def test_a_tick_remembers_who_and_when(plan, bob):
    item = make.find(plan, text="Problem statement clear")
    answer = save(bob, plan, item, **{"has-done": "1", "done": "on"})
    assert "Bob," in soup(answer).select_one(".check-by").get_text()


def test_a_cell_beyond_the_table_is_not_there(plan, alice):
    item = make.find(plan, cell="R-001")
    before = make.text_of(plan)
    answer = save(alice, plan, item, **{"cell-99": "x", "cell-99999999999": "y"})
    assert answer.status_code == 200
    assert make.text_of(plan) == before


# --- Refused and stale ---


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_text_that_is_too_long_is_refused_and_kept(plan, alice, headers):
    item = make.find(plan, label="Storage")
    long = "x" * 100_001
    answer = save(alice, plan, item, headers=headers, value=long)
    assert answer.status_code == 422
    assert "100,001 characters" in words_of(answer)
    assert long in typed_in(answer)
    assert is_fragment(answer) is bool(headers)
    assert "PostgreSQL" in make.text_of(plan)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("field", {"value": "theirs"}, {"value": "mine"}),
        ("entry", {"text": "theirs"}, {"text": "mine"}),
        ("check", {"text": "theirs"}, {"text": "mine"}),
        ("row", {"cell-0": "theirs"}, {"cell-0": "mine"}),
        ("passage", {"text": "theirs"}, {"text": "mine"}),
        ("code", {"text": "theirs"}, {"text": "mine"}),
    ],
)
def test_who_comes_second_sees_both_texts(
    motley, alice, bob, kind, first, second, headers
):
    item = kinds_of(motley)[kind][0]
    save(bob, motley, item, **first)
    answer = save(alice, motley, item, headers=headers, **second)
    assert answer.status_code == 409
    assert is_fragment(answer) is bool(headers)
    assert "Bob changed this" in words_of(answer)
    assert "mine" in typed_in(answer)
    conflict = soup(answer).select_one(".conflict")
    assert "theirs" in conflict.get_text()
    assert "mine" not in make.text_of(motley)
    # "Keep my text" posts the form again, as it now is.
    if headers:
        seen = soup(answer).find(id=f"item-{item.pk}")["data-version"]
    else:
        form = soup(answer).select_one("noscript form")
        assert (
            soup(answer).select_one("noscript .conflict button")["form"] == form["id"]
        )
        seen = form.select_one("[name=seen]")["value"]
    answer = save(alice, motley, item, **second, seen=seen)
    assert answer.status_code == 200
    assert not soup(answer).select(".conflict")
    assert "mine" in make.text_of(motley)


def test_only_what_differs_is_in_the_conflict(plan, alice, bob):
    item = make.find(plan, cell="R-002")
    values = {f"cell-{n}": text for n, text in enumerate(doc_values(item))}
    save(bob, plan, item, **{**values, "cell-4": "One clock"})
    answer = save(alice, plan, item, **{**values, "cell-4": "Two clocks"})
    assert answer.status_code == 409
    sides = soup(answer).select(".conflict-side")
    assert [side.pre.get_text() for side in sides] == ["One clock"]


def doc_values(item):
    risk = item.risk
    return [
        risk.code,
        risk.description,
        risk.impact,
        risk.likelihood,
        risk.mitigation,
        risk.owner,
    ]


def test_line_ends_of_a_browser_are_no_conflict(motley, alice, bob):
    item = make.find(motley, text="Some words first, with **weight**.")
    save(bob, motley, item, text="One\n\nTwo")
    answer = save(alice, motley, item, text="One\r\n\r\nTwo")
    assert answer.status_code == 200


def test_a_tick_that_came_second_is_kept_on_the_page(plan, alice, bob):
    item = make.find(plan, text="Problem statement clear")
    text = {"text": "Problem statement clear", "has-done": "1"}
    save(bob, plan, item, **text | {"text": "Problem known"})
    answer = save(alice, plan, item, **text, done="on")
    assert answer.status_code == 409
    assert "checked" in soup(answer).find(id=f"item-{item.pk}-done").attrs


# --- Adding, moving, removing ---


def rows_on(plan, user, item) -> list[str]:
    page = soup(signed_in(user).get(url_of("plan", plan)))
    block = page.find(id=f"block-{item.block_id}")
    return [row["id"] for row in block.select(".item")]


def arranged(user, plan, name, *args, **values):
    """The answer of a change of order, and what the page shows then."""
    client = signed_in(user)
    answer = client.post(url_of(name, plan, *args), values, headers=HTMX)
    assert answer.status_code == 200
    return answer, client.get(url_of("plan", plan))


def test_a_block_with_a_new_row_is_as_on_the_page(plan, bob):
    item = make.find(plan, cell="R-002")
    answer, page = arranged(bob, plan, "item_add", item.block_id)
    assert_fragment_matches_page(answer, page, f"#block-{item.block_id}")
    new = Item.objects.latest("pk")
    assert f'"planner:focus": {{"id": "item-{new.pk}"}}' in answer["HX-Trigger"]
    assert "R-003" in typed_in(answer)


def test_an_item_is_added_right_after_the_one_it_was_asked_at(plan, bob):
    item = make.find(plan, cell="R-001")
    last = make.find(plan, cell="R-002")
    arranged(bob, plan, "item_add", item.block_id, after=item.pk)
    new = Item.objects.latest("pk")
    expected = [f"item-{row.pk}" for row in (item, new, last)]
    assert rows_on(plan, bob, item) == expected


def test_an_entry_is_added_beneath_a_field(plan, bob):
    field = make.find(plan, label="Deliverables")
    answer, page = arranged(bob, plan, "item_add", field.block_id, parent=field.pk)
    assert_fragment_matches_page(answer, page, f"#block-{field.block_id}")
    new = Item.objects.latest("pk")
    assert new.parent_id == field.pk


@pytest.mark.parametrize("place", ["after", "parent"])
def test_an_item_cannot_be_added_at_one_of_another_block(plan, bob, place):
    item = make.find(plan, cell="R-001")
    other = make.find(plan, label="Deliverables")
    before = make.text_of(plan)
    answer = signed_in(bob).post(
        url_of("item_add", plan, item.block_id), {place: other.pk}, headers=HTMX
    )
    assert answer.status_code == 404
    assert make.text_of(plan) == before


@pytest.mark.parametrize("kind", ["passage", "code", "guidance", "front_matter"])
def test_what_is_one_text_does_not_grow(motley, bob, kind):
    item = kinds_of(motley)[kind][0]
    before = make.text_of(motley)
    answer = signed_in(bob).post(url_of("item_add", motley, item.block_id))
    assert answer.status_code == 422
    assert make.text_of(motley) == before


@pytest.mark.slow
def test_a_block_with_moved_rows_is_as_on_the_page(plan, bob):
    first, second = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    answer, page = arranged(bob, plan, "item_move", first.pk, direction="down")
    assert_fragment_matches_page(answer, page, f"#block-{first.block_id}")
    moved = [f"item-{row.pk}" for row in (second, first)]
    assert rows_on(plan, bob, first) == moved
    arranged(bob, plan, "item_move", first.pk, direction="down")
    assert rows_on(plan, bob, first) == moved
    arranged(bob, plan, "item_move", first.pk, direction="up")
    assert rows_on(plan, bob, first) == moved[::-1]


def test_a_block_without_a_row_is_as_on_the_page_and_offers_undo(plan, bob):
    item = make.find(plan, cell="R-001")
    answer, page = arranged(bob, plan, "item_remove", item.pk)
    assert_fragment_matches_page(answer, page, f"#block-{item.block_id}")
    assert "#toasts" in targets_of(answer)
    assert soup(answer).select_one(".toast form")["action"] == url_of("undo", plan)
    assert "R-001" not in make.text_of(plan)
    # Gone is gone: for the page of the item and for a second click.
    for ask in (signed_in(bob).get, signed_in(bob).post):
        assert ask(url_of("item", plan, item.pk)).status_code == 404
    again = signed_in(bob).post(url_of("item_remove", plan, item.pk))
    assert again.status_code == 404


def test_a_removed_item_says_where_it_went_without_javascript(plan, bob):
    item = make.find(plan, cell="R-001")
    client = signed_in(bob)
    answer = client.post(url_of("item_remove", plan, item.pk), follow=True)
    assert answer.status_code == 200
    assert "Removed." in words_of(answer)


# --- A long table ---


@pytest.fixture
def long_table(team, alice, bob):
    rows = "".join(f"| {n} | text {n} |\n" for n in range(250))
    text = "# Plan: Long\n\n## Rows\n\n| Name | Text |\n|---|---|\n" + rows
    return make.make_plan(team=team, actor=alice, text=text)


def test_a_row_added_in_the_middle_is_in_the_answer(long_table, bob):
    item = make.find(long_table, cell="text 120")
    answer, _ = arranged(bob, long_table, "item_add", item.block_id, after=item.pk)
    new = Item.objects.latest("pk")
    assert soup(answer).find(id=f"item-{new.pk}")
    assert soup(answer).find(id=f"item-{item.pk}")


@pytest.mark.slow
def test_moving_and_removing_stay_on_their_page_of_the_table(long_table, bob):
    item = make.find(long_table, cell="text 120")
    near = make.find(long_table, cell="text 125")
    answer, _ = arranged(bob, long_table, "item_move", item.pk, direction="down")
    assert soup(answer).find(id=f"item-{item.pk}")
    assert "Page 2 of 3" in words_of(answer)
    answer, _ = arranged(bob, long_table, "item_remove", item.pk)
    assert soup(answer).find(id=f"item-{near.pk}")
    assert "Page 2 of 3" in words_of(answer)


@pytest.mark.slow
def test_without_javascript_too_the_place_is_on_the_page(long_table, bob):
    item = make.find(long_table, cell="text 120")
    client = signed_in(bob)
    saved = client.post(url_of("item", long_table, item.pk), {"cell-1": "new"})
    moved = client.post(url_of("item_move", long_table, item.pk), {"direction": "up"})
    added = client.post(
        url_of("item_add", long_table, item.block_id), {"after": item.pk}
    )
    for answer in (saved, moved, added):
        path, _, anchor = answer["Location"].partition("#")
        assert soup(client.get(path)).find(id=anchor), answer["Location"]


# --- The choice among structures ---


@pytest.fixture
def from_template(team, alice, bob):
    return make.make_plan_from_template(team=team, actor=alice)


def structure_of(plan) -> Item:
    return next(
        item
        for item in Item.objects.filter(block__section__plan=plan, kind="code")
        if doc.options_of(item.text)
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_chosen_structure_stays_without_its_label(from_template, bob, number):
    item = structure_of(from_template)
    client = signed_in(bob)
    page = soup(client.get(url_of("plan", from_template)))
    offered = page.select(f"#item-{item.pk} [name=option]")
    assert [box["value"] for box in offered] == ["1", "2", "3"]
    answer = client.post(
        url_of("item_choose", from_template, item.pk),
        {"option": number, "seen": item.version},
        headers=HTMX,
    )
    assert answer.status_code == 200
    page = client.get(url_of("plan", from_template))
    assert_fragment_matches_page(answer, page, f"#item-{item.pk}")
    text = make.text_of(from_template)
    assert not re.search(r"Option \d", text)
    assert "REMOVE IF UNUSED" not in text


def test_a_structure_must_be_chosen_first(from_template, bob):
    item = structure_of(from_template)
    for data in ({}, {"option": "9"}):
        url = url_of("item_choose", from_template, item.pk)
        answer = signed_in(bob).post(url, data)
        assert answer.status_code == 422
    assert "Option 2" in make.text_of(from_template)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_structure_that_changed_meanwhile_is_shown_again(
    from_template, alice, bob, headers
):
    item = structure_of(from_template)
    save(alice, from_template, item, text=item.text.replace("models", "shapes", 1))
    answer = signed_in(bob).post(
        url_of("item_choose", from_template, item.pk),
        {"option": 1, "seen": item.version},
        headers=headers,
    )
    assert answer.status_code == 409
    assert "Alice changed this" in words_of(answer)
    assert "shapes" in words_of(answer)
    seen = soup(answer).select_one(f"#item-{item.pk} [name=seen]")["value"]
    assert int(seen) == fresh(from_template, item).version


# --- Questions ---


def ask(user, plan, item, headers=HTMX, **values):
    values.setdefault("seen", item.version)
    values.setdefault("key", "value")
    url = url_of("question", plan, item.pk)
    return signed_in(user).post(url, values, headers=headers)


def test_a_question_is_asked_answered_and_gone(plan, alice, bob):
    item = make.find(plan, label="Category")
    answer = ask(bob, plan, item, do="ask", answer="Which one?")
    assert answer.status_code == 200
    assert "Plan [NEEDS CLARIFICATION: Which one?]" in make.text_of(plan)
    page = signed_in(alice).get(url_of("plan", plan))
    assert_fragment_matches_page(answer, page, f"#item-{item.pk}")
    assert "Which one?" in soup(page).find(id="panel-questions").get_text()
    item = fresh(plan, item)
    answer = ask(alice, plan, item, do="answer", number=0, answer="B")
    assert answer.status_code == 200
    assert "- **Category**: Plan B\n" in make.text_of(plan)
    page = signed_in(alice).get(url_of("plan", plan))
    assert_fragment_matches_page(answer, page, f"#item-{item.pk}")
    assert "Which one?" not in soup(page).find(id="panel-questions").get_text()


def test_a_question_is_dropped(plan, bob):
    item = make.find(plan, label="Goal")
    answer = ask(bob, plan, item, do="drop", number=0, reason="All <b>harbours</b>.")
    assert answer.status_code == 200
    assert "Which harbours?" not in make.text_of(plan)
    history = words_of(signed_in(bob).get(url_of("history", plan)))
    assert "Bob dismissed a question in Phase 0: Research › Goal" in history
    assert "All <b>harbours</b>." in history


def test_a_question_in_a_cell_is_answered(plan, bob):
    item = make.find(plan, cell="R-001")
    ask(bob, plan, item, key="cell-4", do="ask", answer="How old?")
    item = fresh(plan, item)
    ask(bob, plan, item, key="cell-4", do="answer", number=0, answer="An hour.")
    assert "| Show the age of a reading An hour. |" in make.text_of(plan)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        ({"do": "ask", "answer": "  "}, 422, "Enter a question"),
        ({"do": "answer", "number": "0"}, 422, "Enter an answer"),
        ({"do": "answer", "number": "7", "answer": "x"}, 422, "That question is gone"),
        ({"do": "drop", "number": "0"}, 422, "Say why"),
        ({"do": "drop", "number": "7", "reason": "No"}, 422, "That question is gone"),
        ({"do": "drop", "key": "nothing", "reason": "No"}, 422, "no such text"),
        (
            {"do": "drop", "number": "0", "seen": "99", "reason": "No"},
            409,
            "Someone changed this",
        ),
    ],
)
def test_a_question_is_refused_with_the_reason(
    plan, bob, values, status, reason, headers
):
    item = make.find(plan, label="Goal")
    before = make.text_of(plan)
    answer = ask(bob, plan, item, headers=headers, **values)
    assert answer.status_code == status
    assert reason in words_of(answer)
    assert is_fragment(answer) is bool(headers)
    assert make.text_of(plan) == before


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_answer_that_came_second_is_kept_on_the_page(plan, alice, bob, headers):
    item = make.find(plan, label="Goal")
    theirs = "All: [NEEDS CLARIFICATION: Which harbours?]"
    save(alice, plan, item, value=theirs)
    answer = ask(bob, plan, item, headers, do="answer", number=0, answer="Both")
    assert answer.status_code == 409
    assert "Both" in typed_in(answer)
    assert theirs in typed_in(answer)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_answer_to_a_question_that_is_gone_is_kept(plan, alice, bob, headers):
    item = make.find(plan, label="Goal")
    save(alice, plan, item, value="All of them")
    answer = ask(bob, plan, item, headers, do="answer", number=0, answer="Both of us")
    assert answer.status_code in (409, 422)
    assert "Both of us" in words_of(answer)
    assert "All of them" in typed_in(answer)


# --- Rows, ten or two hundred: the same queries ---


@pytest.mark.parametrize("kind", ["check", "field", "entry", "row"])
def test_a_save_takes_as_many_queries_in_a_large_plan(
    team, alice, django_assert_num_queries, kind
):
    counts = []
    for size in (10, 200):
        plan = make.make_plan(team=team, actor=alice, text=text_with(kind, size))
        item = kinds_of(plan)[kind][3]
        client = signed_in(alice)
        with django_assert_num_queries(SAVE_QUERIES[kind]) as captured:
            client.post(
                url_of("item", plan, item.pk),
                {"value": "new", "text": "new", "cell-1": "new", "seen": 0},
                headers=HTMX,
            )
        counts.append(len(captured))
    assert counts[0] == counts[1]


# Session and user, item and plan; then the savepoint of the test's own transaction, the
# plan's turn, the row, the row beside it, the change, and the end of the savepoint.
# The entry of a table's row in its register is read and written, too.
SAVE_QUERIES = {"check": 8, "field": 8, "entry": 7, "row": 10}


def text_with(kind, size) -> str:
    lines = {
        "check": "- [ ] Check {n}\n  - Below {n}\n",
        "field": "- **Field {n}**: [value]\n",
        "entry": "- Entry {n}\n",
        "row": "| R-{n:03} | Risk | High | Low | Watch | Bob |\n",
    }[kind]
    head = (
        "| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |\n"
        "|---|---|---|---|---|---|\n"
    )
    body = "".join(lines.format(n=n) for n in range(size))
    return f"# Plan: {size}\n\n## Part\n\n{head if kind == 'row' else ''}{body}"
