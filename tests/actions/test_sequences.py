"""That a plan stays whole through any sequence of additions, moves and removals.

After each step the text, read again, says what the rows say, and undo gives the bytes
back. The sequences are random but the same in every run.
"""

import random
import re

import pytest

from plans import demo
from plans import document as doc
from plans.actions.blocks import NEW_BLOCKS, add_block, remove_block
from plans.actions.duplicates import duplicate_item, duplicate_section
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.moving import (
    move_item,
    move_section,
    place_item,
    place_section,
)
from plans.actions.phases import add_phase
from plans.actions.sections import add_section, remove_section
from plans.actions.undo import redo, undo
from plans.actions.updating import apply_changes, compare_with
from plans.content import storage
from plans.content.past_documents import document_after
from plans.errors import Refused
from plans.models import Block, Item, Plan
from tests.effort import examples
from tests.make import SMALL, corpus_files, make_plan, row_of, text_of
from tests.registers_walk import assert_registers_are_true

pytestmark = [pytest.mark.once, pytest.mark.slow]

# A paragraph that is a blank and nothing else.
BLANK = re.compile(r"^\[[^\[\]\n]*\]$", re.MULTILINE)
CAN_BE_ADDED = {"field", "check", "entry", "row"}


class Walk:
    """Random steps through a plan; each names what it did, or None for nothing."""

    def __init__(self, plan, actor, seed):
        self.plan, self.actor = plan, actor
        self.random = random.Random(seed)  # noqa: S311

    def step(self):
        self.loaded = storage.load(self.plan)
        step = self.random.choice(
            [self.add, self.remove, self.move, self.move, self.save]
            + [
                self.add_part,
                self.remove_part,
                self.move_part,
                self.phase,
                self.duplicate,
                self.take_file,
            ]
        )
        try:
            return step()
        except (Refused, IndexError):  # nothing there to do it with
            return None

    def item(self):
        return row_of(self.plan, self.random.choice(list(self.loaded.items)))

    def section(self):
        section = self.random.choice(list(self.loaded.sections.values()))
        section.plan = self.plan
        return section

    @property
    def who(self):
        return {"plan": self.plan, "actor": self.actor}

    def add(self):
        item = self.item()
        if item.kind not in CAN_BE_ADDED:
            return None
        add_item(block=item.block, after=item, parent=item.parent, **self.who)
        return f"added after {item}"

    def remove(self):
        item = self.item()
        remove_item(item=item, **self.who)
        return f"removed {item}"

    def move(self):
        item = self.item()
        if self.random.random() < 0.5:
            side = self.random.choice(["before", "after"])
            siblings = Item.objects.filter(
                block=item.block, parent=item.parent, removed=False
            )
            beside = self.random.choice(list(siblings))
            place_item(item=item, beside=beside, side=side, **self.who)
            return f"moved {item} {side} {beside}"
        move_item(item=item, direction=self.random.choice(["up", "down"]), **self.who)
        return f"moved {item}"

    def save(self):
        item = self.item()
        if item.kind not in CAN_BE_ADDED:
            return None
        text = self.random.choice(
            [
                *("new", "a\n\n- b", "# c | d", "", "---"),
                *("[NEEDS CLARIFICATION: why?]", "High, from 2026-04-30"),
            ]
        )
        values = {"value": text, "text": text, "cell-1": text}
        save_item(item=item, values=values, seen=None, **self.who)
        return f"saved {item}"

    def add_part(self):
        section, kind = self.section(), self.random.choice(list(NEW_BLOCKS))
        if self.random.random() < 0.5:
            inside = self.random.random() < 0.5
            add_section(
                after=section, heading="New", kind=kind, is_inside=inside, **self.who
            )
        else:
            blocks = Block.objects.filter(section=section, removed=False)
            behind = self.random.choice([None, section, *blocks])
            add_block(section=section, kind=kind, behind=behind, **self.who)
        return f"added {kind} at {section}"

    def remove_part(self):
        section = self.section()
        if section.level > 1 and self.random.random() < 0.5:
            remove_section(section=section, **self.who)
            return f"removed {section}"
        block = self.random.choice(list(self.loaded.blocks.values()))
        block.section = self.loaded.sections[block.section_id]
        block.section.plan = self.plan
        remove_block(block=block, **self.who)
        return f"removed {block}"

    def move_part(self):
        section = self.section()
        if self.random.random() < 0.5:
            side = self.random.choice(["before", "after"])
            beside = self.section()
            place_section(section=section, beside=beside, side=side, **self.who)
            return f"moved {section} {side} {beside}"
        direction = self.random.choice(["up", "down"])
        move_section(section=section, direction=direction, **self.who)
        return f"moved {section}"

    def phase(self):
        after = self.random.choice([None, self.section()])
        add_phase(after=after, **self.who)
        return f"added a phase after {after}"

    def duplicate(self):
        if self.random.random() < 0.5:
            section = self.section()
            duplicate_section(section=section, **self.who)
            return f"duplicated {section}"
        item = self.item()
        if item.kind not in CAN_BE_ADDED:
            return None
        duplicate_item(item=item, **self.who)
        return f"duplicated {item}"

    def take_file(self):
        """One that has some lines at other places."""
        base = text_of(self.plan)
        lines = base.splitlines(keepends=True)
        for _ in range(3):
            line = lines.pop(self.random.randrange(len(lines)))
            lines.insert(self.random.randrange(len(lines) + 1), line)
        theirs = "".join(lines)
        keys = {change.key for change in compare_with(self.plan, base, theirs).changes}
        apply_changes(base=base, theirs=theirs, keys=keys, source="a file", **self.who)
        return "took a file"


def as_one(outline):
    """Passages that follow each other are one when they are read again, and a blank
    one among them is a placeholder in it."""
    joined = []
    for kind, *values in outline:
        words = [*values]
        if kind == "passage":
            words[2] = words[2] or "[...]"
            if joined and joined[-1][0] == "passage":
                joined[-1][3] += "\n\n" + words[2]
                continue
        joined.append([kind, *words])
    for words in joined:
        if words[0] == "passage":
            words[3] = BLANK.sub("[...]", re.sub(r"\n{3,}", "\n\n", words[3]))
    return joined


def is_whole(plan):
    stored = storage.load(Plan.objects.get(pk=plan.pk)).document
    again = doc.read(doc.write(stored))
    return as_one(doc.outline(again)) == as_one(doc.outline(stored))


def walk_through(plan, actor, seed, steps):
    walk = Walk(plan, actor, seed)
    texts = {plan.changes.first(): text_of(plan)}
    for _ in range(steps):
        # What is in memory counts the steps that were refused, too.
        before, number = text_of(plan), Plan.objects.get(pk=plan.pk).change_number
        done = walk.step()
        if done is None or Plan.objects.get(pk=plan.pk).change_number == number:
            continue
        after = text_of(plan)
        assert is_whole(plan), done
        assert_registers_are_true(plan)
        undo(plan=plan, actor=actor)
        assert text_of(plan) == before, done
        assert_registers_are_true(plan)
        redo(plan=plan, actor=actor)
        assert text_of(plan) == after, done
        assert_registers_are_true(plan)
        texts[plan.changes.first()] = after
    for change, text in texts.items():
        assert doc.write(document_after(plan, change)) == text, change


TEXTS = {
    "small": SMALL,
    "windows": SMALL.replace("\n", "\r\n"),
    "template": doc.default_template(),
    "demo": demo.demo_text("offline-readings"),
}


@pytest.mark.parametrize("seed", range(examples(1)))
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_plan_stays_whole(team, bob, text, seed):
    walk_through(make_plan(text=text), bob, seed, steps=12)


def test_real_plans_stay_whole(team, bob):
    for path in corpus_files("templates", "corpus/seed-variant"):
        plan = make_plan(text=path.read_bytes().decode())
        walk_through(plan, bob, path.name, steps=3)
