"""Lists by their address: pages, order, and filters that are set."""

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template.loader import render_to_string

from plans import formats
from plans.forms.lists import ChoicesField, DayField, FilterForm, WordsField
from plans.page.lists import (
    Column,
    ListAddress,
    Sort,
    pager_of,
    sort_choices,
    sort_in,
    table_head,
    uncounted_pager,
)

COLUMNS = [
    Column("Owner", "owner"),
    Column("Age", "age", is_descending=True),
    Column("Place"),
]


class Filters(FilterForm):
    hidden = ("plan",)
    period = ("since",)

    q = WordsField(label="Words")
    level = forms.ChoiceField(
        label="Level", choices=[("", "Any level"), ("high", "High")]
    )
    tag = ChoicesField(label="Tag", choices=[("sea", "Sea"), ("air", "<Air>")])
    since = DayField(label="Since")
    plan = forms.SlugField(label="Plan")
    sort = forms.CharField()


def filters(query):
    return Filters(QueryDict(query))


def test_an_address_with_another_filter_begins_at_the_first_page():
    address = ListAddress("/risks/", {"q": "a&b", "page": "3", "sort": ""})
    assert address.having() == "/risks/?q=a%26b"
    assert address.having(level="high") == "/risks/?q=a%26b&level=high"
    assert address.having(page=4) == "/risks/?q=a%26b&page=4"
    assert address.without("q") == "/risks/"
    assert address.at("/risks.csv") == "/risks.csv?q=a%26b"
    assert ListAddress().having() == "?"
    assert ListAddress(values={"tag": ["a", "b"]}).having() == "?tag=a&tag=b"


def test_a_head_sorts_by_its_column_and_then_the_other_way_round():
    address = ListAddress(values={"q": "tide", "page": 2})
    cells = table_head(COLUMNS, Sort("age", is_descending=True), address)
    assert [cell.aria_sort for cell in cells] == ["", "descending", ""]
    assert [cell.url for cell in cells] == [
        "?q=tide&sort=owner",
        "?q=tide&sort=age",
        "",
    ]
    cells = table_head(COLUMNS, Sort("age"), address)
    assert (cells[1].aria_sort, cells[1].url) == ("ascending", "?q=tide&sort=-age")


def test_what_is_no_column_sorts_as_by_default():
    default = Sort("age", is_descending=True)
    assert sort_in("owner", COLUMNS, default) == Sort("owner")
    assert sort_in("-owner", COLUMNS, default).text == "-owner"
    for nonsense in ("", "-", "Place", "--age", "pk", "owner__password"):
        assert sort_in(nonsense, COLUMNS, default) == default
    assert [key for key, _ in sort_choices(COLUMNS, default)] == [
        *("-age", "owner", "-owner", "age")
    ]


def test_pages_say_which_rows_they_show():
    pages = Paginator(range(7), 3)
    address = ListAddress(values={"q": "x"})
    first, second, last = (
        pager_of(pages.page(number), address, label="Pages", rows="Records")
        for number in (1, 2, 3)
    )
    assert first.text == "Records 1 to 3 of 7" and not first.previous_url
    assert (second.previous_url, second.next_url) == ("?q=x&page=1", "?q=x&page=3")
    assert last.is_needed and not last.next_url
    whole = pager_of(Paginator([1], 3).page(1), address, label="Pages")
    assert render_to_string("lists/_pager.html", {"pager": whole}).strip() == ""


def test_uncounted_pages_know_only_whether_there_are_more():
    address = ListAddress(values={"q": "x"})
    pager = uncounted_pager(address, 2, has_next=True, label="Pages")
    assert (pager.previous_url, pager.next_url) == ("?q=x", "?q=x&page=3")
    pager = uncounted_pager(address, 1, has_next=False, label="Pages")
    assert not pager.is_needed


def test_filters_that_are_set_can_be_taken_away_one_by_one():
    form = filters("q=+tide%00+&level=high&plan=sea&sort=-age&page=2")
    assert form.values == {
        "q": "tide",
        "level": "high",
        "plan": "sea",
        "sort": "-age",
    }
    chips = form.chips(ListAddress(values=form.values))
    assert [(chip.label, chip.text, chip.remove_url) for chip in chips] == [
        ("Words", "“tide”", "?level=high&plan=sea&sort=-age"),
        ("Level", "High", "?q=tide&plan=sea&sort=-age"),
        ("Plan", "“sea”", "?q=tide&level=high&sort=-age"),
    ]


def test_what_is_no_filter_of_ours_selects_everything():
    form = filters("level=%FFhuge&plan=a+b&q=" + "w" * 9_000 + "&other=1")
    assert form.values == {"q": "w" * 200}
    assert filters("").values == {} and not filters("").chips(ListAddress())


def test_several_values_are_chips_of_their_own():
    """In the order of the choices, each once, without those that are none."""
    form = filters("tag=air&tag=sea&tag=sea&tag=war&tag=&since=2026-03-31")
    assert form.values == {"tag": ["sea", "air"], "since": date(2026, 3, 31)}
    with formats.override("de"):
        chips = form.chips(ListAddress(values=form.values))
    assert [(chip.label, chip.text, chip.remove_url) for chip in chips] == [
        ("Tag", "Sea", "?tag=air&since=2026-03-31"),
        ("Tag", "<Air>", "?tag=sea&since=2026-03-31"),
        ("Since", "31. March 2026", "?tag=sea&tag=air"),
    ]


def test_several_values_are_chosen_without_a_script():
    form = filters("tag=air&since=2026-03-31")
    page = render_to_string("lists/_filters.html", {"form": form})
    assert 'name="tag" value="air" checked> <span dir="auto">&lt;Air&gt;</span>' in page
    assert 'name="tag" value="sea">' in page
    assert page.count('<span class="count">1</span>') == 2
    assert '<input type="date" name="since" value="2026-03-31"' in page
    # Where there is nothing to choose from, there is no panel.
    form.fields["tag"].choices = []
    assert 'name="tag"' not in render_to_string("lists/_filters.html", {"form": form})


@pytest.mark.parametrize(
    "day", ["2026-02-30", "31.3.2026", "0001-01-01", "9999-12-31", "today", "\0"]
)
def test_what_is_no_day_is_no_filter(day):
    """The years of a calendar's ends have no room for time zones."""
    query = QueryDict(mutable=True)
    query.setlist("since", [day])
    query.setlist("tag", ["sea"])
    assert Filters(query).values == {"tag": ["sea"]}
