"""The page of the search, and what the palette gets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.comments import comment
from plans.actions.suggestions import decline, suggest
from plans.actions.versions import save_version
from plans.models import Plan
from plans.search import indexing
from tests import make
from tests.views.asking import signed_in, soup, words_of


def results(answer):
    return soup(answer).select(".search-result")


def test_results_have_their_passage_place_and_address(plan, bob):
    (result,) = results(signed_in(bob).get("/search/", {"q": "gauges fall"}))
    row = make.find(plan, cell="R-001")
    link = result.select_one("a")
    assert link["href"] == f"{plan.url}#item-{row.pk}"
    assert link.text == "7. RISKS & MITIGATIONS › R-001"
    assert [mark.text for mark in result.select("mark")] == ["gauges", "fall"]
    assert "Tide tables" in result.text


def test_each_kind_leads_to_its_place(plan, bob, dana):
    item = make.find(plan, label="Category")
    thread = comment(plan=plan, actor=dana, item=item, text="Lantern?").thread
    save_version(plan=plan, actor=bob, name="Lantern")
    make.edit(plan, bob, value="A lantern")
    make.make_plan(team=plan.team, actor=bob, text="# Plan: Lantern\n\n## Lantern\n")
    answer = signed_in(bob).get("/search/", {"q": "lantern", "versions": "1"})
    links = {link["href"] for link in soup(answer).select(".search-result-link")}
    assert {
        f"{plan.url}#item-{item.pk}",
        thread.get_absolute_url(),
        f"{plan.url}versions/#version-saved-1",
        "/plans/lantern/",
    } < links
    assert "5 results" in words_of(answer)


def test_suggestions_and_columns_lead_to_their_places(plan, bob, dana, charlie):
    item = make.find(plan, label="Category")
    suggestion = suggest(
        plan=plan, item=item, actor=dana, key="value", text="Lantern", reason="Brighter"
    )

    def found(words, user=bob, **filters):
        answer = signed_in(user).get("/search/", {"q": words, **filters})
        links = soup(answer).select(".search-result-link")
        return [(link.text.strip(), link["href"]) for link in links]

    place = f"{plan.url}comments/?item={item.pk}#suggestion-{suggestion.pk}"
    for words in ("lantern", "bright"):
        ((name, url),) = found(words, kind="suggestion")
        assert name.startswith("Dana on ") and url == place
    table = make.find(plan, cell="R-001").block
    assert found("mitigation strategy owner", kind="columns") == [
        ("7. RISKS & MITIGATIONS", f"{plan.url}#block-{table.pk}")
    ]
    assert not found("lantern", charlie) and not found("mitigation", charlie)
    # What was decided is in the plan, or nowhere.
    decline(plan=plan, suggestion=suggestion, actor=bob)
    assert not found("lantern")


def test_markup_in_a_text_does_nothing_and_is_not_in_the_way(plan, bob):
    text = "<script>alert(1)</script> **<mark>lantern</mark>** & `a` \u202eRTL"
    make.edit(plan, bob, value=text)
    (result,) = results(signed_in(bob).get("/search/", {"q": "lantern"}))
    assert [mark.text for mark in result.select("mark")] == ["lantern"]
    assert not result.select("script")
    shown = "<script>alert(1)</script> lantern & a"
    assert shown in " ".join(result.text.split())
    answer = signed_in(bob).get("/search/suggest/", {"q": "lantern"}).json()
    pieces = answer["results"][0]["passage"]
    assert ["lantern", True] in pieces
    assert shown in "".join(piece for piece, _ in pieces)
    assert answer["count"] == "1 result"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "😀"},
        {"q": '"" NEAR( * ^'},
        {"q": "x" * 3_000},
        {"q": "tide", "page": "99", "kind": "poem", "team": "none", "plan": "../.."},
        {"q": "tide", "plan": "no-such-plan", "archived": "1", "versions": "1"},
    ],
)
def test_whatever_is_asked_has_an_answer(plan, bob, query):
    client = signed_in(bob)
    assert client.get("/search/", query).status_code == 200
    assert client.get("/search/suggest/", query).status_code == 200


def test_filters_are_shown_and_taken_away(plan, bob):
    answer = signed_in(bob).get("/search/", {"q": "tide", "plan": plan.slug})
    assert "Plan: Tide tables" in words_of(answer)
    both = {"q": "tide", "kind": ["comment", "title"], "team": plan.team.slug}
    make.make_team("Quay").memberships.create(user=bob, role="viewer")
    page = soup(signed_in(bob).get("/search/", both))
    assert [mark.text for mark in page.select(".search-result mark")] == ["Tide"]
    chips = [chip.text for chip in page.select(".chip > span")]
    assert chips == ["Kind: Titles of plans", "Kind: Comments", "Team: Harbour"]
    (link,) = page.select(".chip a[aria-label$=Comments]")
    assert link["href"] == "?q=tide&kind=title&team=harbour"
    assert len(page.select("input[name=kind][checked]")) == 2
    nothing = signed_in(bob).get("/search/", {"q": "tide", "kind": "comment"})
    assert "No results for “tide”" in words_of(nothing)
    (clear,) = soup(nothing).select(".empty a[href='?q=tide']")
    assert clear.text == "Clear the filters"


def test_there_are_pages_of_results(plan, bob, alice):
    rows = "".join(f"- Lantern {n}\n" for n in range(50))
    make.make_plan(team=plan.team, actor=alice, text=f"# Plan: Other\n\n{rows}")
    client = signed_in(bob)
    first = client.get("/search/", {"q": "lantern"})
    assert len(results(first)) == 20
    assert "Results 1 to 20 of 50" in words_of(first)
    assert len(results(client.get("/search/", {"q": "lantern", "page": "3"}))) == 10


def test_more_than_is_ordered_is_told(plan, bob, alice):
    rows = "".join(f"- Lantern {n}\n" for n in range(250))
    make.make_plan(team=plan.team, actor=alice, text=f"# Plan: Other\n\n{rows}")
    answer = signed_in(bob).get("/search/", {"q": "lantern"})
    assert "More than 200 results" in words_of(answer)


def test_what_has_to_wait_is_told(plan, bob, monkeypatch):
    monkeypatch.setattr(indexing, "PATIENCE", -1)
    answer = signed_in(bob).get("/search/", {"q": "tide"})
    assert "still being indexed" in words_of(answer)
    monkeypatch.undo()
    assert "still being" not in words_of(signed_in(bob).get("/search/", {"q": "tide"}))


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow(plan, team, bob, alice):
    client = signed_in(bob)
    client.get("/search/", {"q": "tide"})

    def queries(words):
        with CaptureQueriesContext(connection) as captured:
            assert results(client.get("/search/", {"q": words}))
        return len(captured)

    few = queries("gauges"), queries("tide")
    for _ in range(4):
        make.make_plan(team=team, actor=alice)
    assert indexing.catch_up_with_all(60)  # a search has less patience
    assert (queries("gauges"), queries("tide")) == few
    assert max(few) <= 22


def places_of(person):
    answer = signed_in(person).get("/search/places/").json()
    return {place["name"]: place["url"] for place in answer["places"]}


def test_the_palette_leads_to_one_s_own_plans_teams_and_pages(plan, bob, charlie):
    hidden = charlie.memberships.get().team
    make.make_plan(team=hidden, actor=charlie, text="# Plan: Secret\n")
    places = places_of(bob)
    assert places["Tide tables"] == plan.url
    assert places["Harbour"] == "/teams/harbour/"
    assert places["New plan"] == "/new/"
    assert not {"Secret", hidden.name, f"Templates of {hidden.name}"} & places.keys()
    client = signed_in(bob)
    assert all(client.get(url).status_code in (200, 302) for url in places.values())
    Plan.objects.update(archived=True)
    assert "Tide tables" not in places_of(bob)
