"""Dates and numbers as people write them; and what stays the same for everybody."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from plans import formats
from plans.actions.assignments import assign
from plans.content.limits import COMMENT_TOO_LONG, Measure, Unreadable, check_measure
from plans.models import User
from tests import make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once

MOMENT = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
# Region: a moment, a short day, a number.
WRITTEN = {
    "": ("4 March 2026, 14:05", "4 Mar 2026", "1,234,567"),
    "en": ("March 4, 2026, 2:05 p.m.", "Mar 4, 2026", "1,234,567"),
    "en-gb": ("4 Mar 2026, 2:05 p.m.", "4 Mar 2026", "1,234,567"),
    "de": ("4. March 2026, 14:05", "4. Mar 2026", "1.234.567"),
    "fr": ("4 March 2026, 14:05", "4 Mar 2026", "1\xa0234\xa0567"),
    "es": ("4 March 2026, 14:05", "4 Mar 2026", "1\xa0234\xa0567"),
    "ja": ("2026年3月4日, 14:05", "2026年3月4日", "1,234,567"),
    "ar": ("4 March، 2026, 2:05 PM", "4 Mar، 2026", "1.234.567"),
    "fa": ("4 March 2026, 14:05", "4 Mar 2026", "1,234,567"),
}  # fmt: skip


@pytest.mark.parametrize("region", WRITTEN)
def test_a_region_has_its_order_and_signs_with_english_words(region):
    with formats.override(region):
        assert (
            formats.write(MOMENT, "day clock"),
            formats.write(MOMENT, "short_day"),
            formats.number(1_234_567),
        ) == WRITTEN[region]


def test_every_region_writes_days_that_can_be_read():
    for region in formats.regions():
        with formats.override(region):
            day = formats.write(date(2026, 3, 4), "day")
            assert "2026" in day
            assert any(word in day for word in ("Mar", "月", "월")), (region, day)
            assert formats.write(date(2026, 11, 4), "short_month_day")
            assert not set("\\<>\"'&") & set(day + formats.number(12_345)), region


@pytest.mark.parametrize(
    ("header", "region"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.5", "en"),
        ("en-GB", "en-gb"),
        ("xx, fa-IR;q=0.5", "fa"),
        ("*", ""),
        ("", ""),
        ("\x00;q=,,,;" + "a" * 2_000, ""),
    ],
)
def test_a_browser_asks_for_a_region(header, region):
    assert formats.accepted(header) == region


def test_the_profile_goes_before_the_browser(alice, plan):
    client = signed_in(alice)
    page = client.get(url_of("profile"), headers={"Accept-Language": "de"})
    assert "12.345" in words_of(page)
    form = {"display_name": "Alice", "colour": "", "time_zone": "", "region": "en"}
    client.post(url_of("profile"), form)
    assert User.objects.get(pk=alice.pk).region == "en"
    page = client.get(url_of("profile"), headers={"Accept-Language": "de"})
    assert "12,345" in words_of(page)
    refused = client.post(url_of("profile"), form | {"region": "xx"})
    assert refused.status_code == 422
    assert soup(refused).select_one("#id_region[aria-invalid]")


def test_pages_are_written_for_their_reader_though_markup_is_kept(plan, alice, bob):
    item = make.find(plan, label="Storage")
    due = date(2026, 3, 4)
    assign(plan=plan, item=item, actor=alice, assignee=bob, due=due)
    for person, region, day in [(alice, "en", "Mar 4"), (bob, "de", "4. Mar")] * 2:
        person.region = region
        person.save()
        page = soup(signed_in(person).get(url_of("plan", plan)))
        time = page.select_one(f"#item-{item.pk} .assignment time")
        assert time["datetime"] == "2026-03-04"
        assert time.get_text(strip=True).startswith(day)


@pytest.mark.parametrize("region", ["de", "ar", "fa", "en", "en-gb"])
def test_forms_and_files_are_the_same_everywhere(plan, alice, region):
    item = make.find(plan, label="Storage")
    assign(plan=plan, item=item, actor=alice, assignee=alice, due=date(2026, 3, 4))
    before = make.text_of(plan)
    alice.region = region
    alice.save()
    client = signed_in(alice)
    form = soup(client.get(f"{plan.get_absolute_url()}items/{item.pk}/assign/"))
    assert form.select_one("[name=due]")["value"] == "2026-03-04"
    assert client.get(url_of("download", plan)).content.decode() == before
    page = soup(client.get(url_of("plan", plan)))
    times = [time["datetime"] for time in page.select("time[datetime]")]
    assert times
    assert all(time.isascii() and date.fromisoformat(time[:10]) for time in times)


def test_a_mail_is_written_for_its_recipient():
    with formats.override("en"), timezone.override("UTC"):
        assert formats.write(date(2026, 3, 4), "day") == "March 4, 2026"
    assert formats.write(date(2026, 3, 4), "day") == "4 March 2026"


def test_a_mail_says_in_which_zone_its_times_are():
    person = User(region="en", time_zone="Asia/Tokyo")
    with timezone.override("Europe/Lisbon"):
        with formats.written_for(person):
            assert formats.with_zone(MOMENT) == "March 4, 2026, 11:05 p.m. (Asia/Tokyo)"
        for nobody in (None, User(time_zone="Mars/Olympus")):
            with formats.written_for(nobody):
                assert formats.with_zone(MOMENT) == "4 March 2026, 14:05 UTC"


def test_numbers_in_refusals_are_those_of_the_region():
    """Of limits that forms name, too, which are made before anybody asks."""
    with formats.override("de"):
        with pytest.raises(Unreadable, match=r"7\.000 lines.* up to 6\.000"):
            check_measure(Measure(lines=7_000))
        assert str(COMMENT_TOO_LONG) == "A comment can have up to 5.000 characters."
    assert str(COMMENT_TOO_LONG) == "A comment can have up to 5,000 characters."
