"""Who changed a text comes with the change, whatever else arrives before or after."""

import pytest

from plans.actions.items import save_item
from plans.actions.undo import undo
from plans.live import updates
from plans.models import Plan
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def authors_after(plan, number, item):
    update = updates.load_update_after(Plan.objects.get(pk=plan.pk), number, [True])
    return update.authors[str(item.pk)]


def save(plan, actor, item, **values):
    row = make.row_of(plan, item.pk)
    values = {name.replace("_", "-"): value for name, value in values.items()}
    save_item(plan=plan, item=row, actor=actor, values=values, seen=None)


def test_each_cell_of_a_row_has_its_own_author(plan, alice, bob):
    """Changes that are told together are of several people."""
    risk = make.find(plan, cell="R-001")
    save(plan, alice, risk, cell_1="The gauges freeze")
    save(plan, bob, risk, cell_2="Low")
    assert authors_after(plan, 0, risk) == {
        "cell-1": (alice.pk, "Alice", "item.edited"),
        "cell-2": (bob.pk, "Bob", "item.edited"),
    }


def test_the_last_author_counts_and_how_they_did_it(plan, alice, bob):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    save(plan, alice, goal, value="A page for each pier")
    save(plan, bob, goal, value="A page for each gauge", label="Aim")
    undo(plan=plan, actor=bob)
    assert authors_after(plan, 0, goal) == {
        "label": (bob.pk, "Bob", "undo"),
        "value": (bob.pk, "Bob", "undo"),
    }


def test_a_page_that_has_to_fetch_itself_learns_it_too(plan, alice, monkeypatch):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    save(plan, alice, goal, value="A page for each pier")

    def too_much(*_):
        raise updates.fragments.NeedsReload

    monkeypatch.setattr(updates.fragments, "render_changes", too_much)
    assert authors_after(plan, 0, goal)["value"][1] == "Alice"
