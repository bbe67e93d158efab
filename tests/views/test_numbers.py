"""That a numbered list shows its numbers in the form, and keeps them right."""

import re

import pytest

from plans.actions.items import add_item
from plans.actions.moving import move_item
from tests.make import find, make_plan, text_of

pytestmark = pytest.mark.once

TEXT = """\
# Plan: Steps

1. Build
2. Push
   1) Tag

- a bullet

3. **Check**: it works
4. **Announce**: it is there

1. [ ] ticked
"""


def numbers(page):
    return re.findall(r'data-number="([^"]*)"', page.content.decode())


def test_numbered_items_show_their_numbers(client, team, bob):
    plan = make_plan(text=TEXT)
    client.force_login(bob)
    page = client.get(plan.url)
    assert numbers(page) == ["1.", "2.", "1)", "3.", "4.", "1."]
    assert 'aria-label="Edit list entry 2."' in page.content.decode()


def test_numbers_follow_what_is_added_and_moved(client, team, bob):
    plan = make_plan(text="# Plan: Steps\n\n1. **Build**: x\n2. **Push**: y\n")
    client.force_login(bob)
    first = find(plan, label="Build")
    add_item(plan=plan, block=first.block, actor=bob, after=first)
    assert numbers(client.get(plan.url)) == ["1.", "2.", "3."]
    move_item(plan=plan, item=find(plan, label="Push"), actor=bob, direction="up")
    assert numbers(client.get(plan.url)) == ["1.", "2.", "3."]
    text = text_of(plan)
    assert "1. **Build**: x\n2. **Push**: y\n3. **New field**:" in text
