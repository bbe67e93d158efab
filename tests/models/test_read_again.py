"""That an upgrade brings up to date what rows say is blank, open or answered."""

import pytest
from django.apps import apps

from plans.content import storage
from plans.content.export import draft_text, finished_text
from plans.migrations._data_steps import (
    keep_template_comments,
    read_items_again,
)
from plans.models import Dependency, Field, Item, Plan
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TEXT = """\
- **Type**: `[string]`
- **Goal**: NEEDS CLARIFICATION: how fast?
- **Owner**: [Name]

| Dependency | Status | See | Note |
|---|---|---|---|
| `[lib]` | Green | [1] | [hint] |

- `[a-z]`
- [ ] [2, 3]
"""


def test_rows_of_before_say_what_is_read_in_them_today(team, alice):
    plan = make.make_plan(team=team, actor=alice, text=TEXT)
    today = [(i.fillable, i.blank, i.questions) for i in Item.objects.order_by("pk")]
    # As they were stored: each such bracket a blank, no question without brackets.
    Field.objects.filter(label="Type").update(value="")
    Dependency.objects.update(name="")
    Item.objects.filter(kind="entry").update(text="")
    for row in Item.objects.filter(kind="row"):
        Item.objects.filter(pk=row.pk).update(cells={**row.cells, "2": ""})
    Item.objects.update(fillable=1, blank=1, questions=0)

    read_items_again(apps, None)

    assert draft_text(plan) == TEXT
    fields = storage.load(plan).document.sections[0].blocks[0].items
    values = [field.value for field in fields]
    assert values == ["`[string]`", "NEEDS CLARIFICATION: how fast?", ""]
    stored = [(i.fillable, i.blank, i.questions) for i in Item.objects.order_by("pk")]
    assert stored == today


def test_a_plan_of_its_own_template_knows_the_comments_of_it(team, alice):
    text = "# Plan\n\n<!-- Say\n  what. -->\n\nWords.\n\n<!-- ANCHOR:a -->\n"
    own = make.make_plan(team=team, actor=alice, text=text)
    Plan.objects.filter(pk=own.pk).update(own_placeholders=["sum"])
    other = make.make_plan(team=team, actor=alice, text=text)
    keep_template_comments(apps, None)
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.own_placeholders == ["<!-- Say what. -->", "sum"]
    assert other.own_placeholders == []
    assert "Say" not in finished_text(own) and "ANCHOR" in finished_text(own)
    assert "Say" in finished_text(other)
