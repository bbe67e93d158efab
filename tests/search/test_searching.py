"""What the search finds, and for whom."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from plans.actions.comments import comment, remove_comment
from plans.actions.items import remove_item, save_item
from plans.actions.plans import archive_plan
from plans.actions.sharing import open_plan
from plans.actions.versions import name_version, save_version
from plans.models import Guest, Plan, SearchEntry
from plans.search import indexing, queries, searching
from plans.search.searching import Filters, search
from tests import make
from tests.search.scan import scan, searched

KINDS = {
    "tide": "title",
    "phase research": "heading",
    '"show the tides of"': "item",
    "gauges silent": "item",
    "constraints": "item",
    "response 200 ms": "item",
    "which harbours": "item",
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_every_kind_of_text_is_found(plan, bob, text, kind):
    assert kind in {one for one, _ in searched(bob, text)}
    assert searched(bob, text) == scan(bob, text)


@pytest.mark.parametrize(
    "text", ["silent gauges", "gaug sile", '"gauges fall"', "GAUGES", "gäuges", "r-001"]
)
def test_words_in_any_order_beginnings_and_phrases(plan, bob, text):
    row = make.find(plan, cell="R-001")
    assert ("item", row.pk) in searched(bob, text)


@pytest.mark.parametrize("text", ['"fall gauges"', '"gauges fal"', "gauges sunken"])
def test_what_does_not_fit_is_not_found(plan, bob, text):
    row = make.find(plan, cell="R-001")
    assert ("item", row.pk) not in searched(bob, text)


OF_LANGUAGES = {
    "Éclair": "eclair",
    "Иван": "иван",
    "在会议室里": "议室",
    "Straße": "STRASSE",
}


@pytest.mark.parametrize(("stored", "asked"), OF_LANGUAGES.items())
def test_texts_of_all_languages(plan, bob, stored, asked):
    item = make.find(plan, label="Category")
    save_item(plan=plan, item=item, actor=bob, values={"value": stored}, seen=None)
    assert searched(bob, asked) == {("item", item.pk)}


def test_comments_and_versions(plan, bob, dana):
    item = make.find(plan, label="Category")
    remark = comment(plan=plan, actor=dana, item=item, text="Ask the lighthouse")
    version = save_version(plan=plan, actor=bob, name="Before the storm")
    assert searched(bob, "lighthouse") == {("comment", remark.pk)}
    both = Filters(versions=True)
    assert searched(bob, "storm") == set()
    assert searched(bob, "storm", both) == {("saved", version.pk)}
    assert ("saved", version.pk) in searched(bob, "gauges", both)
    name_version(plan=plan, version=version, actor=bob, name="After the gale")
    assert searched(bob, "storm", both) == set()
    assert searched(bob, "gale", Filters(kinds=("version",))) == {("saved", version.pk)}
    remove_comment(plan=plan, actor=dana, comment=remark)
    assert searched(bob, "lighthouse") == set()


def test_a_long_text_is_found_to_its_end(plan, bob):
    item = make.find(plan, text="Show the tides of a harbour.")
    text = "some words of a text\n" * 2000 + "and its lastword"
    save_item(plan=plan, item=item, actor=bob, values={"text": text}, seen=None)
    assert searched(bob, "lastword") == {("item", item.pk)}


# --- filters


def test_filters(plan, team, bob, alice):
    other = make.make_plan(team=team, actor=alice)
    away = make.make_plan(team=team, actor=alice)
    archive_plan(plan=away, actor=alice)
    titles = {("title", plan.pk), ("title", other.pk)}
    assert searched(bob, "tables", Filters(kinds=("title",))) == titles
    assert searched(bob, "tables", Filters(plan=other)) == {("title", other.pk)}
    assert searched(bob, "tables", Filters(archived=True)) == {("title", away.pk)}
    assert searched(bob, "tables", Filters(teams=(team,))) == titles
    elsewhere = make.make_team("Elsewhere")
    assert searched(bob, "tables", Filters(teams=(elsewhere,))) == set()
    assert searched(bob, "tables", Filters(teams=(team, elsewhere))) == titles
    questions = searched(bob, "harbours", Filters(kinds=("question",)))
    assert questions == {
        ("item", make.find(one, heading="Phase 0: Research", label="Goal").pk)
        for one in (plan, other)
    }
    two = Filters(kinds=("title", "question"))
    assert searched(bob, "tables", two) == titles
    assert searched(bob, "harbours", two) == questions


# --- order


def test_a_title_comes_first_then_headings_then_texts(plan, bob, alice):
    text = "# Plan: Other\n\n## Tide tables\n\nThe tide tables\n"
    make.make_plan(team=plan.team, actor=alice, text=text)
    indexing.catch_up(bob)
    kinds = [hit.kind.value for hit in search(bob, queries.read("tide tables")).hits]
    assert kinds[0] == "title"
    assert kinds.index("heading") < kinds.index("item")


def test_newer_texts_come_first_where_they_fit_alike(plan, bob):
    indexing.catch_up(bob)
    for days, entry in enumerate(SearchEntry.objects.filter(kind="heading")):
        entry.written_at = timezone.now() - timedelta(days=1 + 50 * days)
        entry.save()
    # “Phase 0: Research” and “Phase 1: Build”, of the same length.
    phases = search(bob, queries.read('"phase"'), Filters(kinds=("heading",))).hits
    times = [hit.written_at for hit in phases]
    assert times == sorted(times, reverse=True)
    assert len(times) == 2
    for text in ("phase", "e"):
        hits = search(bob, queries.read(text), Filters(newest_first=True)).hits
        times = [hit.written_at for hit in hits]
        assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("most_tags", [20, 0])
def test_of_many_an_older_phrase_and_an_older_title_come_first(
    plan, bob, alice, monkeypatch, most_tags
):
    monkeypatch.setattr(searching, "MOST_HITS", 2)
    monkeypatch.setattr(searching, "MOST_COMPARED", 6)
    monkeypatch.setattr(searching, "MOST_TAGS", most_tags)
    titled = make.make_plan(team=plan.team, actor=alice, text="# Plan: Flow, ebb\n")
    indexing.catch_up(bob)
    item = make.find(plan, label="Category")
    texts = ["Ebb flow", *[f"Ebb before flow {number}" for number in range(3)]]
    for text in texts:
        comment(plan=plan, actor=bob, item=item, text=text)
        indexing.catch_up(bob)
    found = search(bob, queries.read("ebb flow"))
    assert not found.is_all
    phrase = plan.threads.get(comments__text="Ebb flow").comments.get()
    places = [(hit.kind.value, hit.source) for hit in found.hits]
    assert places == [("title", titled.pk), ("comment", phrase.pk)]


# --- access


@pytest.fixture
def guest(plan, alice):
    user = make.make_user("gina")
    user.guest_email = "gina@example.org"
    user.save()
    Guest.objects.create(
        plan=plan,
        user=user,
        invited_by=alice,
        expires_at=timezone.now() + timedelta(days=1),
    )
    return user


@pytest.mark.slow
@pytest.mark.parametrize(("most_tags", "times_more"), [(20, 2), (0, 2), (0, 0)])
def test_who_finds_what(
    plan,
    team,
    alice,
    bob,
    dana,
    victor,
    charlie,
    guest,
    monkeypatch,
    most_tags,
    times_more,
):
    """A matrix: everyone, plans of each kind, and each way to find them. Somebody in
    many teams is asked for in another way, or in both."""
    monkeypatch.setattr(searching, "MOST_TAGS", most_tags)
    monkeypatch.setattr(searching, "TIMES_MORE", times_more)
    of_others = make.make_plan(team=charlie.teams.get(), actor=charlie)
    opened = make.make_plan(team=team, actor=alice)
    open_plan(plan=opened, actor=alice, is_open=True)
    away = make.make_plan(team=team, actor=alice)
    archive_plan(plan=away, actor=alice)
    for one in (plan, of_others, opened, away):
        owner = charlie if one == of_others else alice
        save_version(plan=one, actor=owner, name="Kept")
        comment(plan=one, actor=owner, item=make.find(one, label="Category"), text="Ah")
    everyone = (alice, bob, dana, victor, charlie, guest)
    for user in everyone:
        for text in ("tide", "ah", "kept", "gauges", "phase"):
            for archived in (False, True):
                filters = Filters(archived=archived, versions=True)
                expected = scan(user, text, archived=archived, versions=True)
                assert searched(user, text, filters) == expected, (user, text)
    seen = {user: len(searched(user, "tables")) for user in everyone}
    assert seen == {alice: 2, bob: 2, dana: 2, victor: 2, charlie: 2, guest: 1}
    # A filter for what a person may not see gives nothing.
    assert searched(bob, "tables", Filters(plan=of_others)) == set()
    assert searched(guest, "tables", Filters(plan=opened)) == set()


def test_an_index_that_is_behind_gives_nothing_away(plan, alice, bob, charlie):
    open_plan(plan=plan, actor=alice, is_open=True)
    assert searched(charlie, "tide")
    open_plan(plan=plan, actor=alice, is_open=False)
    hits = search(charlie, queries.read("tide"))
    assert not hits.hits
    guests = make.make_user("gone")
    guests.guest_email = "gone@example.org"
    assert not search(guests, queries.read("tide")).hits


# --- whatever is asked


@pytest.mark.parametrize(
    "text",
    [
        'tide" OR "gauges',
        "NEAR(tide gauges, 5)",
        "tide AND NOT gauges",
        "words : tide",
        "^tide*",
        "tide & !gauges | <-> :*",
        "'tide'':* \\",
        "plan1 open team1",
        "\ue000open",
        "\0tide\0",
        "tide " * 20_000,
        "x" * 100_000,
        '""" ((( ***',
        "😀🙈",
        "\u202egnorw\u202c שלום",
        "\ud800",
        "",
    ],
)
def test_hostile_questions(plan, bob, text):
    assert searched(bob, text) == scan(bob, text)


# --- the index


def test_a_removed_row_is_not_found_and_undo_brings_it_back(plan, bob):
    row = make.find(plan, cell="R-001")
    assert searched(bob, "silent") == {("item", row.pk)}
    remove_item(plan=plan, item=row, actor=bob)
    assert searched(bob, "silent") == set()


def test_a_save_has_its_item_alone_indexed(plan, bob, django_assert_num_queries):
    indexing.catch_up(bob)
    before = set(SearchEntry.objects.values_list("pk", flat=True))
    make.edit(plan, bob, value="Lighthouse")
    indexing.catch_up(bob)
    after = set(SearchEntry.objects.values_list("pk", flat=True))
    assert len(before - after) == len(after - before) == 1
    with django_assert_num_queries(2):  # memberships, and that nothing is behind
        indexing.catch_up(bob)


def test_the_index_is_written_again(plan, bob, capsys):
    indexing.catch_up(bob)
    SearchEntry.objects.filter(kind="item").delete()
    assert searched(bob, "silent") == set()
    call_command("rebuild_search")
    assert "1 plans" in capsys.readouterr().out
    assert searched(bob, "silent") == scan(bob, "silent") != set()


def test_who_comes_second_writes_nothing(plan, bob, monkeypatch):
    """Two processes index one plan: the one whose reading is older gives way."""
    Plan.objects.filter(pk=plan.pk).update(indexed_number=indexing.NEVER)
    of_row = indexing._Entry.row

    def overtaken(entry, *arguments):
        monkeypatch.setattr(indexing._Entry, "row", of_row)
        indexing.index_plan(plan.pk)
        return of_row(entry, *arguments)

    monkeypatch.setattr(indexing._Entry, "row", overtaken)
    indexing.index_plan(plan.pk)
    assert not indexing.behind().exists()
    assert searched(bob, "silent") == scan(bob, "silent")
