"""That after any action the text of a plan says what its rows say.

Whatever was added, removed, moved, saved or undone: the written text, read again, has
the same items with the same values, and asks for the same blanks.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.actions.blocks import add_block
from plans.actions.items import add_item, save_item
from plans.actions.phases import add_phase
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.models import Plan
from tests.actions.test_sequences import Walk, as_one
from tests.effort import examples
from tests.make import find, make_plan, section_of, text_of

pytestmark = pytest.mark.once

BLOCKS = [
    "**A**:\n- [hint]",
    "**A**: b",
    "**A**: [hint]",
    "**A**:\n\n1. [hint]\n2. two",
    "**A**: b | **C**: d",
    "**A**: b\n**C**: [hint]",
    "- **A**: b\n- **C**: [hint]",
    "- **A**:\n  - [hint]\n  - b\n- **C**: d",
    "1. **A**: b\n2. **C**:\n   1. one\n   2. two",
    "- a\n\n  A paragraph.\n\n- [hint]",
    "- a\n  - b\n    - c\n  - d\n- e",
    "1. a\n\n2. b\n   > quoted",
    "* [ ] a\n* [x] [hint]\n  * [ ] c",
    "- [ ] a\n\n  ```\n  code\n  ```",
    "- ```\n  code\n  ```\n- b",
    "| A | B |\n|---|---|\n| [hint] | c |\n| d | |",
    "| A | B |\n|---|---|",
    "| A |\n|---|\n| b |\n---",
    "Words.",
    "[hint]",
    "**A**:",
    "Words.\n***",
    "[a]: b",
    "Of two  \nlines:",
    "> quoted",
    "```\ncode\n```",
    "~~~\ncode",
    "<!-- hint -->",
    "  <!-- a\n\n  b -->",
    "    code",
    "  Words that stand in.",
    "<div>\nhtml\n</div>",
    "---",
    "***",
    "_ _ _\n  - - -",
    "---\na: b\n---",
    "## H",
    "  ## H",
    "### I",
    "J\n---",
    "## Approvals\n\n- **Lead**: [Name]",
    "### Phase 1: Build",
]


@st.composite
def texts(draw):
    blocks = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=5))
    between = st.sampled_from(["\n\n", "\n\n", "\n", "\n\n\n"])
    text = "".join(block + draw(between) for block in blocks[:-1]) + blocks[-1]
    text += draw(st.sampled_from(["\n", "", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def problems_of(document):
    """A blank text next to another one is a placeholder in it when it is read again."""
    return [
        ("open text", "")
        if problem.item
        and problem.item.kind == "passage"
        and problem.code in ("blank", "placeholder")
        else (problem.code, problem.message)
        for problem in doc.check(document)
    ]


def holds(plan, done):
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    text = doc.write(stored)
    again = doc.read(text)
    assert as_one(doc.outline(again)) == as_one(doc.outline(stored)), (done, text)
    assert problems_of(again) == problems_of(stored), (done, text)
    frozen = doc.take_snapshot(stored)
    if not any(problem.is_error for problem in frozen.problems):
        assert not [p for p in doc.check(doc.read(frozen.text)) if p.is_error], done


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_field_behind_a_blank_list_is_no_line_of_it(team, bob, newline):
    text = "**A**:\n- [hint]\n\n## H\n\ntext\n".replace("\n", newline)
    plan = make_plan(text=text)
    first = find(plan, label="A")
    add_item(plan=plan, block=first.block, actor=bob, after=first)
    holds(plan, "added")
    assert text_of(plan).replace(newline, "\n") == (
        "**A**:\n- [hint]\n\n**New field**: [...]\n\n## H\n\ntext\n"
    )


def test_a_label_keeps_the_list_below_it(team, bob):
    plan = make_plan(text="**A**: b\n\n- [ ] c\n")
    save_item(
        plan=plan,
        item=find(plan, label="A"),
        actor=bob,
        values={"value": ""},
        seen=None,
    )
    holds(plan, "saved")
    assert text_of(plan) == "**A**:\n\n- [ ] c\n"


def test_an_entry_at_the_start_is_no_front_matter():
    for text in ("- \\---\n", "- a---\n- b\n"):
        assert all(item.kind == "entry" for _, _, item in doc.read(text).walk())


def test_a_new_phase_has_no_part_of_the_last_ones_entries(team, bob):
    text = "### Phase 1: A\n\n- a\n\n  More.\n- ```\n  code\n  ```\n"
    plan = make_plan(text=text)
    add_phase(plan=plan, actor=bob)
    holds(plan, "added")
    assert text_of(plan).endswith("### Phase 2: New phase\n\n- [...]\n\n- [...]\n")


def test_a_blank_text_behind_a_quotation_is_a_blank(team, bob):
    plan = make_plan(text="> quoted\n")
    section = section_of(plan, "")
    add_block(plan=plan, section=section, actor=bob, kind=doc.BlockKind.PASSAGE)
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    assert any(problem.is_error for problem in doc.take_snapshot(stored).problems)


@given(texts(), st.integers(0, 2**32))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    max_examples=examples(10),
)
def test_the_text_says_what_the_rows_say(team, bob, text, seed):
    plan = make_plan(text=text)
    walk = Walk(plan, bob, seed)
    holds(plan, "imported")
    for _ in range(4):
        before, number = text_of(plan), plan.change_number
        done = walk.step()
        plan.refresh_from_db()
        if done is None or plan.change_number == number:
            continue
        after = text_of(plan)
        holds(plan, done)
        undo(plan=plan, actor=bob)
        assert text_of(plan) == before, done
        redo(plan=plan, actor=bob)
        assert text_of(plan) == after, done
