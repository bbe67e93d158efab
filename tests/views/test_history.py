"""The pages of what happened, and bringing earlier texts back from them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plans.actions.history import restore
from plans.actions.items import add_item, remove_item, save_item
from plans.actions.sections import remove_section, rename_section
from plans.actions.undo import redo, undo
from plans.actions.updating import apply_changes, compare_with
from plans.models import Change, Plan, Section
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def save(plan, item, actor, **values):
    item = make.row_of(plan, item.pk)
    save_item(plan=plan, item=item, actor=actor, values=values, seen=None)
    return plan.changes.first()


@pytest.fixture
def storage(plan):
    return make.find(plan, label="Storage")


@pytest.fixture
def risk(plan):
    return make.find(plan, cell="R-001")


def entries(answer):
    """What each change says, newest first, without what only the eye is spared."""
    page = soup(answer)
    for hidden in page.select(".visually-hidden"):
        hidden.decompose()
    return [" ".join(e.get_text(" ").split()) for e in page.select(".history-entry")]


def history(plan, user, **query):
    return signed_in(user).get(url_of("history", plan, **query))


def item_history(plan, user, item, **query):
    return signed_in(user).get(url_of("item_history", plan, item.pk, **query))


# --- the history of a plan -----------------------------------------------------------


def test_tells_who_did_what_where_newest_first(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, alice, value="SQLite and files")
    newest, older, first = entries(history(plan, alice))
    assert "Alice edited 1. OBJECTIVE › Storage" in newest
    assert "Bob edited 1. OBJECTIVE › Storage" in older
    assert "Alice imported Tide tables" in first


def test_marks_the_words_that_changed(plan, alice, bob, storage):
    save(plan, storage, alice, value="one <b>old</b> file")
    save(plan, storage, bob, value="one <b>new</b> file & more")
    answer = history(plan, alice)
    entry = soup(answer).select_one(".history-entry .history-diff")
    assert entry.get_text() == (
        "one [removed: <b>old</b>] [added: <b>new</b>] file [added: & more]"
    )
    assert entry.find("del").get_text() == "[removed: <b>old</b>]"
    assert entry.find("ins").get_text() == "[added: <b>new</b>]"


def test_one_persons_typing_in_one_item_is_one_entry(plan, alice, bob, storage, risk):
    for text in ("S", "SQLi", "SQLite"):
        save(plan, storage, bob, value=text)
    save(plan, risk, bob, **{"cell-1": "Silence"})
    save(plan, storage, bob, value="SQLite, in a file")
    later, row, typing, first = entries(history(plan, alice))
    assert later.endswith("SQLite SQLite, in a file")
    assert "Description" in row
    assert "3 saves" in typing
    assert typing.endswith("SQLite")
    assert "imported" in first


def test_typing_goes_on_after_a_pause_of_ten_minutes_as_another_entry(
    plan, alice, bob, storage
):
    save(plan, storage, bob, value="SQLite")
    change = save(plan, storage, bob, value="SQLite, in a file")
    earlier = timezone.now() - timedelta(minutes=11)
    plan.changes.filter(number__lt=change.number).update(created_at=earlier)
    assert len(entries(history(plan, alice))) == 3


def test_what_was_undone_stands_by_itself(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, bob, value="SQLite, in a file")
    undo(plan=plan, actor=bob)
    assert len(entries(history(plan, alice))) == 4


def test_two_values_of_a_row_are_told_together(plan, alice, bob, risk):
    save(plan, risk, bob, **{"cell-1": "Silence"})
    save(plan, risk, bob, **{"cell-2": "Med"})
    page = soup(history(plan, alice))
    names = [name.get_text() for name in page.select(".history-name")]
    assert names == ["Description", "Impact"]


def test_names_the_columns_of_a_row(plan, alice, bob, risk):
    save(plan, risk, bob, **{"cell-1": "Silence", "cell-2": "Med"})
    page = soup(history(plan, alice))
    entry = page.select_one(".history-entry")
    names = [name.get_text() for name in entry.select(".history-name")]
    assert names == ["Description", "Impact"]


def test_tells_of_headings_ticks_and_labels(plan, alice, bob, storage):
    check = make.find(plan, text="Problem statement clear")
    save(plan, check, bob, done=True)
    save(plan, storage, bob, label="Database")
    section = make.section_of(plan, "Phase 1: Build")
    rename_section(
        plan=plan, section=section, actor=bob, heading="Phase 1: Make", seen=None
    )
    heading, label, tick, _ = entries(history(plan, alice))
    assert "renamed section Phase 1: Make" in heading
    assert "Heading Phase 1: Build Make" in heading
    assert "Label Storage Database" in label
    assert "Done no yes" in tick


def test_leads_to_the_places_that_are_there(plan, alice, bob, storage, risk):
    save(plan, storage, bob, value="SQLite")
    save(plan, risk, bob, **{"cell-1": "Silence"})
    remove_item(plan=plan, item=risk, actor=bob)
    client = signed_in(alice)
    page = soup(client.get(url_of("history", plan)))
    links = [link["href"] for link in page.select(".history-what a")]
    section = risk.block.section_id
    assert links == [
        f"{plan.get_absolute_url()}#section-{section}",
        f"{plan.get_absolute_url()}#section-{section}",
        f"{plan.get_absolute_url()}#item-{storage.pk}",
    ]
    plan_page = soup(client.get(plan.get_absolute_url()))
    for link in links:
        assert plan_page.find(id=link.partition("#")[2])
    for link in page.select(".history-side a"):
        assert client.get(link["href"]).status_code == 200


def test_leads_to_the_page_of_a_long_table(team, alice, bob):
    rows = "".join(f"| m{n} | 1 | x |\n" for n in range(120))
    text = make.SMALL.replace("| Response time | < 200 ms p95 | Load test |\n", rows)
    plan = make.make_plan(team=team, actor=alice, text=text)
    row = make.find(plan, cell="m110")
    save(plan, row, bob, **{"cell-1": "2"})
    link = soup(history(plan, alice)).select_one(".history-what a")["href"]
    assert link.endswith(f"?rows-{row.block_id}=2#item-{row.pk}")


def test_says_what_was_undone(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    undo(plan=plan, actor=bob)
    undone, edited, _ = entries(history(plan, alice))
    assert "Bob undid a change of" in undone
    assert "Undone" in edited
    redo(plan=plan, actor=bob)
    assert "Undone" not in " ".join(entries(history(plan, alice)))
    undo(plan=plan, actor=bob)
    assert "Undone" in entries(history(plan, alice))[-2]


def test_is_grouped_by_day(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, bob, value="Files")
    now = timezone.now()
    for number, days in ((1, 40), (2, 1)):
        changes = Change.objects.filter(plan=plan, number=number)
        changes.update(created_at=now - timedelta(days=days))
    dates = [d.get_text() for d in soup(history(plan, alice)).select(".history-date")]
    assert [date.split(",")[0] for date in dates[:2]] == ["Today", "Yesterday"]
    assert len(dates) == 3


def test_shows_the_changes_of_one_person(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, alice, value="Files")
    (entry,) = entries(history(plan, alice, by=bob.pk))
    assert "Bob edited" in entry
    assert entries(history(plan, alice, by=10**8)) == []


def test_shows_the_changes_of_a_section_and_those_below_it(
    plan, alice, bob, storage, risk
):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    save(plan, storage, bob, value="SQLite")
    save(plan, goal, bob, value="A page")
    save(plan, risk, bob, **{"cell-1": "Silence"})
    section = make.section_of(plan, "4. IMPLEMENTATION PHASES")
    (entry,) = entries(history(plan, alice, section=section.pk))
    assert "Phase 1: Build › Goal" in entry
    # And still when it is gone.
    section.plan = plan
    remove_section(plan=plan, section=section, actor=bob)
    answer = history(plan, alice, section=section.pk)
    assert len(entries(answer)) == 2
    chosen = soup(answer).select_one("[name=section] [selected]").get_text()
    assert chosen == "4. IMPLEMENTATION PHASES (removed)"


def test_shows_the_changes_of_the_last_days(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    Change.objects.filter(plan=plan, number=1).update(
        created_at=timezone.now() - timedelta(days=8)
    )
    assert len(entries(history(plan, alice, days=7))) == 1
    assert len(entries(history(plan, alice, days=30))) == 2


def test_says_that_nothing_was_found(plan, alice, dana):
    answer = history(plan, alice, by=dana.pk)
    assert "No matching changes" in words_of(answer)
    assert url_of("history", plan) in [a["href"] for a in soup(answer).select("main a")]


@pytest.mark.slow
def test_has_fifty_changes_a_page_and_keeps_the_filter(plan, alice, bob, storage, risk):
    for number in range(30):
        save(plan, risk, bob, **{"cell-1": f"text {number}"})
        save(plan, storage, bob, value=f"text {number}")
    answer = history(plan, alice, by=bob.pk)
    assert len(entries(answer)) == 50
    older = soup(answer).select_one(".pager a")
    assert older.get_text() == "Next"
    answer = signed_in(alice).get(url_of("history", plan) + older["href"])
    assert len(entries(answer)) == 10
    assert "text 3 4" in entries(answer)[0]
    assert "imported" not in words_of(answer)


@pytest.mark.parametrize("text", ["", "x", "-1", "\N{SUPERSCRIPT TWO}", "9" * 5_000])
@pytest.mark.parametrize("name", ["by", "section", "days", "page"])
def test_a_filter_that_makes_no_sense_breaks_nothing(plan, alice, name, text):
    assert history(plan, alice, **{name: text}).status_code == 200


def test_days_and_pages_may_be_any_number(plan, alice):
    assert history(plan, alice, days=999_999_999, page=999_999_999).status_code == 200


def test_does_not_compare_for_ever(plan, alice, bob):
    summary = make.find(plan, heading="Summary")
    for word, writer in zip("abcd", (alice, bob, alice, bob), strict=True):
        save(plan, summary, writer, text=(f"{word} x " * 4_900 + "\n") * 5)
    answer = history(plan, alice)
    assert "A long text was changed." in words_of(answer)
    assert len(entries(answer)) == 5


def test_readers_read_it_without_buttons(plan, alice, bob, dana, victor, storage):
    save(plan, storage, bob, value="SQLite")
    for reader in (dana, victor):
        for answer in (history(plan, reader), item_history(plan, reader, storage)):
            assert answer.status_code == 200
            assert "SQLite" in words_of(answer)
            assert not soup(answer).select("main form[method=post]")


def test_the_plan_leads_to_its_history(plan, alice, storage):
    page = soup(signed_in(alice).get(plan.get_absolute_url()))
    links = [link["href"] for link in page.select("a[href]")]
    assert links.count(url_of("history", plan)) == 3  # toolbar, its menu, activity


@pytest.mark.parametrize("changes", [2, 15])
def test_takes_the_same_queries_for_any_number_of_changes(
    plan, alice, bob, storage, risk, changes, django_assert_num_queries
):
    for number in range(changes):
        save(plan, storage, (alice, bob)[number % 2], value=f"text {number}")
        save(plan, risk, bob, **{"cell-1": f"text {number}"})
    undo(plan=plan, actor=bob)
    client = signed_in(alice)
    client.get("/")
    with django_assert_num_queries(16):
        client.get(url_of("history", plan))
    with django_assert_num_queries(21):
        client.get(url_of("item_history", plan, storage.pk))


# --- the history of an item ----------------------------------------------------------


def test_shows_each_earlier_text_in_full(plan, alice, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, alice, value="PostgreSQL", label="Database")
    save(plan, make.find(plan, label="Category"), alice, value="Other")
    page = soup(item_history(plan, alice, storage))
    texts = [
        [value.get_text(" ", strip=True) for value in full.select(".history-value")]
        for full in page.select(".history-full")
    ]
    assert texts == [
        ["Label Database", "PostgreSQL"],
        ["Label Storage", "SQLite"],
        ["Label Storage", "(empty)"],
    ]
    assert page.find("h1").get_text() == "1. OBJECTIVE › Database"


def test_tells_what_a_file_did_to_it(plan, alice, bob, storage):
    """And nothing of what else it did; what was before it can be restored."""
    sqlite = save(plan, storage, bob, value="SQLite")
    base = make.text_of(plan)
    for theirs in (
        base.replace("SQLite", "A server").replace("Summer time", "Winter time"),
        base.replace("SQLite", "A server").replace("Keep UTC", "Keep it"),
    ):
        now = Plan.objects.get(pk=plan.pk)
        keys = compare_with(now, base, theirs).keys
        apply_changes(
            plan=now, actor=alice, base=base, theirs=theirs, keys=keys, source="a file"
        )
    save(plan, storage, bob, value="Files")
    lines = entries(item_history(plan, bob, storage))
    for entry, text in zip(
        lines, ("Files", "A server", "SQLite", "(empty)"), strict=True
    ):
        assert text in entry
    assert "a file" in lines[1] and "Winter" not in " ".join(lines)
    item = make.row_of(plan, storage.pk)
    restore(plan=plan, item=item, actor=bob, change=sqlite)
    assert make.row_of(plan, storage.pk).field.value == "SQLite"


def test_offers_to_restore_all_texts_but_the_one_of_now(plan, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, bob, value="PostgreSQL")
    page = soup(item_history(plan, bob, storage))
    numbers = [n["value"] for n in page.select("main form [name=number]")]
    assert numbers == ["2", "1"]
    assert "Current" in page.get_text()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_restores_a_text_and_goes_to_it(plan, bob, alice, storage, headers):
    save(plan, storage, bob, value="SQLite")
    before = make.text_of(plan)
    save(plan, storage, alice, value="PostgreSQL")
    answer = signed_in(bob).post(
        url_of("item_restore", plan, storage.pk), {"number": 2}, headers=headers
    )
    place = f"{plan.get_absolute_url()}#item-{storage.pk}"
    if headers:
        assert answer["HX-Redirect"] == place
    else:
        assert answer["Location"] == place
    assert make.text_of(plan) == before
    assert "restored this" in entries(item_history(plan, bob, storage))[0]
    assert "restored 1. OBJECTIVE › Storage" in entries(history(plan, bob))[0]


def test_restores_the_text_of_the_beginning(plan, bob, storage):
    save(plan, storage, bob, value="SQLite")
    save(plan, storage, bob, value="PostgreSQL")
    form = soup(item_history(plan, bob, storage)).select("main form")[-1]
    number = form.select_one("[name=number]")["value"]
    signed_in(bob).post(form["action"], {"number": number})
    assert make.text_of(plan) == make.SMALL


def test_an_added_item_begins_with_its_addition(plan, bob, risk):
    new = add_item(plan=plan, block=risk.block, actor=bob)
    save(plan, new, bob, **{"cell-1": "Ice"})
    answer = item_history(plan, bob, new)
    assert not soup(answer).find(id="beginning")
    assert "Bob added this" in entries(answer)[-1]


@pytest.mark.parametrize("part", ["item", "section"])
def test_brings_back_what_was_removed(plan, alice, bob, risk, part):
    save(plan, risk, bob, **{"cell-1": "Silence"})
    before = make.text_of(plan)
    if part == "item":
        remove_item(plan=plan, item=make.row_of(plan, risk.pk), actor=bob)
    else:
        section = Section.objects.get(pk=risk.block.section_id)
        section.plan = plan
        remove_section(plan=plan, section=section, actor=bob)
    page = soup(item_history(plan, alice, risk))
    assert "no longer in the plan" in page.get_text()
    assert "Current" not in page.get_text()
    form = page.select_one(".history-gone form")
    answer = signed_in(alice).post(form["action"], follow=True)
    assert "Restored to the plan." in words_of(answer)
    assert make.text_of(plan) == before


def test_tells_when_it_went_with_what_it_was_nested_in(plan, alice, bob):
    entry = make.find(plan, text="research.md")
    field = make.find(plan, label="Deliverables")
    save(plan, entry, bob, text="notes.md")
    save(plan, field, bob, label="Results")
    remove_item(plan=plan, item=make.row_of(plan, field.pk), actor=alice)
    lines = entries(item_history(plan, bob, entry))
    assert "Alice removed from Phase 0: Research › Results" in lines[0]
    assert "Bob edited this" in lines[1]
    assert len(lines) == 3  # the beginning, but not the new label


def test_pages_of_an_item_go_on_where_the_newer_one_ended(plan, bob, storage):
    for number in range(30):
        save(plan, storage, bob, value=f"text {number}")
    page = soup(item_history(plan, bob, storage, page=2))
    texts = [full.select("pre")[-1].get_text() for full in page.select(".history-full")]
    assert texts[:10] == [f"text {number}" for number in range(9, -1, -1)]


def test_says_why_nothing_was_restored(plan, bob, storage):
    answer = signed_in(bob).post(url_of("item_restore", plan, storage.pk))
    assert answer.status_code == 422
    assert "The plan already has this text" in words_of(answer)


@pytest.mark.parametrize(
    "number", ["", "x", "0", "99", "\N{SUPERSCRIPT TWO}", "9" * 30]
)
def test_a_change_that_is_not_there_is_not_found(plan, bob, storage, number):
    save(plan, storage, bob, value="SQLite")
    before = make.text_of(plan)
    url = url_of("item_restore", plan, storage.pk)
    assert signed_in(bob).post(url, {"number": number}).status_code == 404
    assert make.text_of(plan) == before


def test_an_item_of_another_plan_has_no_history_here(team, plan, alice):
    other = make.make_plan(team=team, actor=alice)
    item = make.find(other, label="Storage")
    assert item_history(plan, alice, item).status_code == 404


def test_a_restored_item_is_told_once(plan, bob, risk):
    """Its return names no values, but its page has them."""
    change = plan.changes.first()
    remove_item(plan=plan, item=risk, actor=bob)
    restore(plan=plan, item=risk, actor=bob, change=change)
    lines = entries(item_history(plan, bob, risk))
    assert "Bob restored this" in lines[0]
    assert "The gauges fall silent" in lines[0]
