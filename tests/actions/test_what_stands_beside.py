"""That no part of a plan is read as something else for what stands above or below it.

A part goes, comes or moves, and others become neighbours: the text still says what the
rows say, and undo gives the bytes back.
"""

import pytest

from plans.actions.blocks import add_block, remove_block
from plans.actions.items import remove_item, save_item
from plans.actions.moving import move_item, move_section
from plans.actions.sections import remove_section
from plans.actions.undo import undo
from plans.content import storage
from plans.document import BlockKind
from plans.models import Block
from tests.actions.test_texts_and_rows import holds
from tests.make import make_plan, row_of, section_of, text_of

pytestmark = pytest.mark.once


def without_block(number):
    def act(who):
        sections = storage.load(who["plan"]).document.sections
        parts = [block for section in sections for block in section.blocks]
        remove_block(block=Block.objects.get(pk=parts[number].id), **who)

    return act


def without_item(number):
    def act(who):
        remove_item(item=item_of(who["plan"], number), **who)

    return act


def item_up(number):
    def act(who):
        move_item(item=item_of(who["plan"], number), direction="up", **who)

    return act


def saved(number, text):
    def act(who):
        item = item_of(who["plan"], number)
        save_item(item=item, values={"text": text}, seen=None, **who)

    return act


def without_section(heading):
    def act(who):
        remove_section(section=section_of(who["plan"], heading), **who)

    return act


def section_down(heading):
    def act(who):
        section = section_of(who["plan"], heading)
        move_section(section=section, direction="down", **who)

    return act


def with_new(kind, heading=""):
    def act(who):
        add_block(section=section_of(who["plan"], heading), kind=kind, **who)

    return act


def item_of(plan, number):
    return row_of(plan, [*storage.load(plan).items][number])


CASES = {
    "rule above what is now a text": (
        "- a\n\n---\n\n- b\n\nWords.\n",
        without_block(1),
        "- a\n\n---\n\nWords.\n",
    ),
    "rule below a heading": (
        "## H\n\n***\n\n- a\n\nWords.\n",
        without_block(0),
        "## H\n\n***\n\nWords.\n",
    ),
    "rule between what are now two texts": (
        "A.\n\n___\n\n- a\n\nB.\n",
        without_block(1),
        "A.\n\n___\n\nB.\n",
    ),
    "rule at the end of a section": (
        "## A\n\nWords.\n\n- a\n\n---\n\n## B\n\nMore.\n",
        without_block(1),
        "## A\n\nWords.\n\n---\n\n## B\n\nMore.\n",
    ),
    "rule at the end of the file": (
        "## A\n\nWords.\n\n## B\n\n- b\n\n* * *\n",
        without_section("B"),
        "## A\n\nWords.\n\n* * *\n",
    ),
    "rule right below a table, then below a text": (
        "Words.\n\n| A |\n|---|\n| b |\n---\n\n## H\n",
        without_block(1),
        "Words.\n\n---\n\n## H\n",
    ),
    "rule right below a table, and a new text": (
        "| A |\n|---|\n| b |\n---\n\n## H\n",
        with_new(BlockKind.PASSAGE),
        "| A |\n|---|\n| b |\n\n[...]\n\n---\n\n## H\n",
    ),
    "rule right below a table, in another section": (
        "## A\n\nWords.\n\n## B\n\n| A |\n|---|\n| b |\n---\n\n## C\n",
        section_down("A"),
        "## B\n\n| A |\n|---|\n| b |\n\n## A\n\nWords.\n\n---\n\n## C\n",
    ),
    "rule right below a quotation that is a text now": (
        "> quoted\n---\n\n- a\n",
        saved(0, "Words."),
        "Words.\n\n---\n\n- a\n",
    ),
    "rule that stands in, below a list": (
        "- a\n\nWords.\n\n  ---\n\n## H\n",
        without_block(1),
        "- a\n\n---\n\n## H\n",
    ),
    "rules alone": (
        "_ _ _\n\n***\n",
        with_new(BlockKind.LIST),
        "- [...]\n\n_ _ _\n\n***\n",
    ),
    "rule at the start of the file": (
        "* a\n\n---\nb: c\n---\n",
        without_item(0),
        "\n---\nb: c\n---\n",
    ),
    "comment between two texts": (
        "A.\n<!-- c -->\nB.\n",
        without_block(1),
        "A.\n\nB.\n",
    ),
    "comment between a list and a text": (
        "- a\n<!-- c -->\nB.\n",
        without_block(1),
        "- a\n\nB.\n",
    ),
    "comment between a table and a text": (
        "| A |\n|---|\n| b |\n<!-- c -->\nB.\n",
        without_block(1),
        "| A |\n|---|\n| b |\n\nB.\n",
    ),
    "code below a list": (
        "- a\n\n```\nb\n```\n\n    c\n",
        without_block(1),
        "- a\n\n---\n\n    c\n",
    ),
    "heading that stands in, below a list": (
        "## A\n\n- a\n\n## B\n\nWords.\n\n  ## C\n\nMore.\n",
        without_section("B"),
        "## A\n\n- a\n\n---\n\n  ## C\n\nMore.\n",
    ),
    "label above a new list": (
        "**A**:\n",
        with_new(BlockKind.LIST),
        "**A**:\n\n---\n\n- [...]\n",
    ),
    "label above a link definition": (
        "**A**:\n\n[b]: c\n",
        with_new(BlockKind.LIST),
        "**A**:\n\n[b]: c\n\n- [...]\n",
    ),
    "title below a link definition": (
        '[a]: b\n<!-- c -->\n"d"\n',
        without_block(1),
        '[a]: b\n\n"d"\n',
    ),
    "HTML that went on to the end of the file": (
        "## A\n- a\n## B\n<div>\nb\n",
        section_down("A"),
        "## B\n<div>\nb\n\n## A\n- a\n",
    ),
    "table without rows above a table": (
        "| A |\n|---|\n<div>\n\n| B |\n|---|\n| c |\n",
        without_item(0),
        "| A |\n|---|\n\n| B |\n|---|\n| c |\n",
    ),
    "table without rows above an underlined heading": (
        "| A |\n|---|\n### B\nC\n---\n",
        without_section("B"),
        "| A |\n|---|\n\nC\n---\n",
    ),
    "list that a new one becomes a part of": (
        "- **A**:\n",
        with_new(BlockKind.CHECKLIST),
        "- **A**:\n\n- [ ]\n",
    ),
    "table below another end of a list": (
        "**A**:\n- a\n\n**B**: b\n| C |\n|---|\n",
        without_item(2),
        "**A**:\n- a\n\n| C |\n|---|\n",
    ),
    "list with another end": (
        "- a\n- ```\n  b\n  ```\n| C |\n|---|\n",
        item_up(1),
        "- ```\n  b\n  ```\n- a\n\n| C |\n|---|\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("text", "act", "expected"), CASES.values(), ids=CASES.keys())
def test_a_part_stays_what_it_is(team, bob, text, act, expected, newline):
    text = text.replace("\n", newline)
    plan = make_plan(text=text)
    act({"plan": plan, "actor": bob})
    holds(plan, "done")
    assert text_of(plan).replace(newline, "\n") == expected
    undo(plan=plan, actor=bob)
    assert text_of(plan) == text
