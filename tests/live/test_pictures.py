"""Pictures over the feed: they follow what they show, and nothing else sends them."""

import pytest

from plans.actions import items, undo
from plans.live import updates
from plans.models import Plan, Section
from tests import make
from tests.pages import OpenPage, comparable, parsed
from tests.views.asking import signed_in, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
RISKS, PHASES = "7. RISKS & MITIGATIONS", "4. IMPLEMENTATION PHASES"


def now(plan):
    return Plan.objects.get(pk=plan.pk)


class Watch:
    """A page that is told of each change."""

    def __init__(self, plan, user):
        self.plan, self.browser = plan, signed_in(user)
        self.page = OpenPage(self.fresh())
        self.number = now(plan).change_number

    def fresh(self):
        return self.browser.get(url_of("plan", self.plan)).content.decode()

    def hear(self):
        """The headings whose pictures came."""
        update = updates.load_update_after(now(self.plan), self.number, [True])
        self.page.apply(update.html[True])
        self.number = update.number
        assert self.page.lines() == comparable(parsed(self.fresh()), "#plan-body")
        partials = parsed(update.html[True]).find_all("hx-partial")
        targets = [each["hx-target"].removeprefix("#") for each in partials]
        ids = [int(t.removeprefix("pictures-")) for t in targets if "pictures" in t]
        return set(Section.objects.filter(pk__in=ids).values_list("heading", flat=True))

    def cells(self):
        """The cells of the matrix that there are risks in."""
        cells = self.page.soup.select("a.cell")
        return {cell["data-cell"]: cell["aria-label"] for cell in cells}


def save(plan, actor, item, **values):
    row = make.row_of(plan, item.pk)
    values = {name.replace("_", "-"): value for name, value in values.items()}
    items.save_item(plan=now(plan), item=row, actor=actor, values=values, seen=None)


def test_a_picture_comes_with_a_change_of_what_it_shows(plan, alice, bob):
    watch = Watch(plan, alice)
    assert set(watch.cells()) == {"high-low", "medium-high"}
    save(plan, bob, make.find(plan, cell="R-001"), cell_3="Med")
    assert watch.hear() == {RISKS}
    assert watch.cells() == {
        "high-medium": "1 risk R-001: impact high, likelihood medium",
        "medium-high": "1 risk R-002: impact medium, likelihood high",
    }
    save(plan, bob, make.find(plan, label="Owner"), value="Carol & Dan")
    assert watch.hear() == {PHASES}
    assert "Carol & Dan" in watch.page.soup.select_one(".picture-of-phases").text


def test_pictures_follow_rows_that_come_and_go_and_no_other_rows(plan, alice, bob):
    watch = Watch(plan, alice)
    risk = make.find(plan, cell="R-002")
    items.remove_item(plan=now(plan), item=risk, actor=bob)
    assert watch.hear() == {RISKS}
    assert set(watch.cells()) == {"high-low"}
    undo.undo(plan=now(plan), actor=bob)
    assert watch.hear() == {RISKS}
    assert set(watch.cells()) == {"high-low", "medium-high"}
    save(plan, bob, make.find(plan, label="Storage"), value="SQLite")
    check = make.find(plan, text="Constraints known")
    items.remove_item(plan=now(plan), item=check, actor=bob)
    assert watch.hear() == set()


def test_readers_see_the_same_pictures(plan, alice, victor):
    def shown(person):
        page = parsed(signed_in(person).get(url_of("plan", plan)).content.decode())
        return [str(each) for each in page.select(".picture")]

    assert shown(alice) == shown(victor)
    assert len(shown(victor)) == 3
