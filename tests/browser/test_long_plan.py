"""A long plan: what is far from view is not laid out, and is reached all the same."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

PARTS = 120
TEXT = "# Tides\n\n" + "".join(
    f"## Part {part}\n\n- **Goal {part}**: Gauge {part}\n\n"
    + "".join(f"- Note {part}.{note}\n" for note in range(8))
    + "\n"
    for part in range(1, PARTS + 1)
)
# Whether it is laid out, which what is far from view is not.
IS_LAID_OUT = "node => node.checkVisibility({ contentVisibilityAuto: true })"

pytestmark = pytest.mark.once


@pytest.fixture
def long_plan(team, alice):
    return make.make_plan(team=team, actor=alice, text=TEXT)


def test_what_is_far_away_is_reached(visit, alice, long_plan):
    page = steps.open_plan(visit(alice), long_plan)
    row = make.find(long_plan, label=f"Goal {PARTS - 2}")
    far = steps.value(page, row)
    assert not far.evaluate(IS_LAID_OUT)
    # From the outline, and by an address.
    page.get_by_role("link", name=f"Part {PARTS - 5}", exact=True).click()
    heading = page.get_by_role("heading", name=f"Part {PARTS - 5}")
    expect(heading).to_be_in_viewport()
    page.goto(f"{long_plan.get_absolute_url()}#item-{row.pk}")
    page.reload()
    expect(far).to_be_in_viewport()
    # By the keys that walk, and by find.
    far.locator(".edit").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text(f"Note {PARTS - 2}.0", exact=True)).to_be_in_viewport()
    page.keyboard.press("/")
    page.keyboard.type(f"Note {PARTS - 20}.7")
    expect(page.get_by_text(f"Note {PARTS - 20}.7", exact=True)).to_be_in_viewport()


def test_it_stays_where_it_was_scrolled_to(visit, alice, long_plan):
    page = steps.open_plan(visit(alice), long_plan)
    place = page.get_by_role("heading", name=f"Part {PARTS - 20}")
    place.evaluate("node => node.scrollIntoView()")
    page.wait_for_timeout(300)
    before = place.bounding_box()["y"]
    page.mouse.wheel(0, 10)
    page.mouse.wheel(0, -10)
    page.wait_for_timeout(300)
    assert abs(place.bounding_box()["y"] - before) < 3


def test_all_of_it_is_printed(visit, alice, long_plan):
    page = steps.open_plan(visit(alice), long_plan)
    page.emulate_media(media="print")
    for part in (1, PARTS - 20, PARTS):
        last = page.get_by_text(f"Note {part}.7", exact=True)
        assert last.evaluate(IS_LAID_OUT)
