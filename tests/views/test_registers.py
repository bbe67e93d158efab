"""The registers: what they list for whom, filtered, in order, counted, and as files."""

import csv
import io
import json
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from plans import document as doc
from plans.actions.assignments import assign
from plans.actions.items import remove_item, save_item
from plans.actions.plans import archive_plan
from plans.actions.signing import confirm_condition
from plans.actions.tags import change_tags
from plans.models import Plan, RegisterEntry, User
from plans.page.registers import page as register_page
from plans.page.registers import queries
from plans.search import searching
from tests import make
from tests.registers_walk import assert_registers_are_true, date_of, visible_rows
from tests.search.scan import scan
from tests.views.asking import signed_in, soup, url_of, words_of

REGISTERS = {
    "risks": "risk",
    "dependencies": "dependency",
    "questions": "question",
    "metrics": "metric",
}

HEADS = make.SMALL[: make.SMALL.index("## 6.")]
MANY = f"""\
# Plan: Storm surge

## Questions

- **Weirs**: [NEEDS CLARIFICATION: Who closes them?]
- **Sirens**: [NEEDS CLARIFICATION]

## Metrics

| Metric | Target | Measurement Method |
|--------|--------|--------------------|
| Warned in time | - | Count |
| False alarms | 2 a year | |

## Risks

{make.SMALL[make.SMALL.index("| Risk ID") : make.SMALL.index("| R-001")]}\
| S-1 | Nobody reads **mail** at night | High | High | - | |
| S-2 | =SUM(A1) | High | Low | Call | Dana |
| S-3 | The sea is calm | low | low | | TBD |
| S-4 | Fog | | High | Horns | Dana |
| S-5 | | | | | |

## Dependencies

{make.SMALL[make.SMALL.index("| Dependency |") : make.SMALL.index("| Gauge feed")]}\
| Buoys | External | | Yellow | 2026-02-30, 2026-04-01 | |
| Radar | External | Weather office | Red, late | 2025-12-24 | No warning |
| Tide pool | Internal | - | | soon | |
| Charts | Internal | Maps | Yellow | 2026-03-01 | |
"""


@pytest.fixture
def surge(plan, team, alice):
    return make.make_plan(team=team, actor=alice, text=MANY)


@pytest.fixture
def elsewhere(charlie):
    """Charlie's, which nobody else may see."""
    team = charlie.memberships.get().team
    return make.make_plan(team=team, actor=charlie, text=MANY.replace("S-", "SECRET-"))


def names_on(answer):
    return [link.get_text() for link in soup(answer).select(".register-name")]


def places_on(answer):
    return [link["href"] for link in soup(answer).select(".register-name")]


def ask(user, name, **query):
    return signed_in(user).get(url_of("register", None, name), query)


def numbers_of(answer):
    """What the picture counts, by what its links are called."""
    page = soup(answer)
    cells = {
        cell["data-cell"]: int(cell.select_one(".cell-count").get_text())
        for cell in page.select("a.cell")
    }
    bars = page.select(".counted-bar .shortcuts a")
    return cells or {
        link.get_text().rsplit(" ", 1)[0].strip(): int(link.select_one(".count").string)
        for link in bars
    }


# --- Order ---


def test_the_worst_risks_come_first(surge, alice):
    assert names_on(ask(alice, "risks")) == [
        "S-1 Nobody reads mail at night",
        "R-002 Summer time",
        *("R-001 The gauges fall silent", "S-2 =SUM(A1)"),
        "S-4 Fog",
        "S-3 The sea is calm",
    ]
    answer = ask(alice, "risks", sort="-risk")
    assert names_on(answer)[0] == "S-3 The sea is calm"
    head = soup(answer).select_one("[aria-sort]")
    assert (head["aria-sort"], head.get_text(strip=True)) == ("descending", "Risk")


def test_red_and_yellow_dependencies_come_first_and_the_earliest_of_them(surge, alice):
    assert names_on(ask(alice, "dependencies")) == [
        *("Radar", "Gauge feed", "Charts", "Buoys", "Tide pool", "Map tiles")
    ]
    by_date = names_on(ask(alice, "dependencies", sort="date"))
    assert by_date[:4] == ["Radar", "Charts", "Buoys", "Gauge feed"]


def test_the_oldest_question_comes_first(surge, alice):
    at = timezone.now()
    entries = RegisterEntry.objects.filter(register="question").order_by("-pk")
    for days, entry in enumerate(entries):
        entry.since = at - timedelta(days=days * 50)
        entry.save()
    answer = ask(alice, "questions")
    assert names_on(answer) == [
        *("Which harbours?", "Who closes them?", "(needs clarification)")
    ]
    assert numbers_of(answer) == {
        "Under a week": 1,
        "1 to 3 months": 1,
        "Over 3 months": 1,
    }
    assert names_on(ask(alice, "questions", age="older")) == ["Which harbours?"]
    assert names_on(ask(alice, "questions", age="month")) == []


def test_metrics_without_a_target_come_first(surge, alice):
    answer = ask(alice, "metrics")
    assert names_on(answer)[0] == "Warned in time"
    assert numbers_of(answer) == {"No target": 1, "With a target": 2}


def test_a_blank_is_no_target_and_a_question_says_what_it_asks(team, alice):
    rows = [
        "| [NEEDS CLARIFICATION: Which *time*?] | < [X] ms p95 | |",
        "| [NEEDS CLARIFICATION] | [NEEDS CLARIFICATION: How few?] | |",
        "| Seen at [Y] | 2 [a] year | |",
    ]
    text = MANY[: MANY.index("| Warned")] + "\n".join(rows) + "\n"
    plan = make.make_plan(team=team, actor=alice, text=text)
    assert_registers_are_true(plan)
    answer = ask(alice, "metrics")
    assert numbers_of(answer) == {"No target": 2, "With a target": 1}
    marks = soup(answer).select(".register-table mark")
    assert [(mark["class"], mark.get_text()) for mark in marks] == [
        (["open-question"], "Which time?"),
        (["placeholder"], "< [X] ms p95"),
        (["open-question"], "Open question"),
        (["open-question"], "How few?"),
    ]


# --- Filters ---


def test_a_cell_of_the_picture_filters_and_takes_the_filter_away_again(surge, alice):
    client = signed_in(alice)
    answer = client.get(url_of("register", None, "risks", sort="risk"))
    assert numbers_of(answer) == {
        "high-high": 1,
        "high-low": 2,
        "medium-high": 1,
        "low-low": 1,
    }
    cell = soup(answer).select_one("[data-cell=high-low]")
    filtered = client.get(url_of("register", None, "risks") + cell["href"])
    assert names_on(filtered) == ["S-2 =SUM(A1)", "R-001 The gauges fall silent"]
    # The picture still counts the others, so that another cell can be chosen.
    assert numbers_of(filtered) == numbers_of(answer)
    chosen = soup(filtered).select_one("a.cell[aria-current]")
    assert chosen["data-cell"] == "high-low"
    chips = [chip.get_text() for chip in soup(filtered).select(".chip > span")]
    assert chips == ["Impact: High", "Likelihood: Low"]
    back = client.get(url_of("register", None, "risks") + chosen["href"])
    assert len(names_on(back)) == 6


def test_parts_of_a_bar_are_chosen_together(surge, alice):
    client = signed_in(alice)
    address = url_of("register", None, "dependencies")
    answer = client.get(address, {"status": "red"})
    for label, names in (
        ("Yellow", ["Radar", "Gauge feed", "Charts", "Buoys"]),
        ("Red", ["Charts", "Buoys"]),
    ):
        links = soup(answer).select(".counted-bar .shortcuts a")
        (link,) = [one for one in links if label in one.get_text()]
        answer = client.get(address + link["href"])
        assert names_on(answer) == names


@pytest.mark.parametrize(
    "name, query, names",
    [
        ("risks", {"lacks": "mitigation", "impact": "high"}, ["S-1"]),
        ("risks", {"lacks": "owner"}, ["S-1", "S-3"]),
        ("risks", {"impact": "none"}, ["S-4"]),
        ("risks", {"owner": "dana"}, ["S-2", "S-4"]),
        ("risks", {"q": "silent"}, ["R-001"]),
        ("risks", {"q": "storm surge", "likelihood": "low"}, ["S-2", "S-3"]),
        ("risks", {"team": "harbour", "impact": "medium"}, ["R-002"]),
        (
            "risks",
            {"team": "elsewhere"},
            ["S-1", "R-002", "R-001", "S-2", "S-4", "S-3"],
        ),
        ("dependencies", {"status": "yellow"}, ["Charts", "Buoys"]),
        ("dependencies", {"status": "none"}, ["Tide"]),
        ("dependencies", {"lacks": "owner"}, ["Buoys", "Tide"]),
        ("dependencies", {"owner": "office", "q": "warning"}, ["Radar"]),
        ("risks", {"impact": ["none", "medium"]}, ["R-002", "S-4"]),
        ("risks", {"impact": ["high", "low"], "likelihood": ["low"]}, "R-001 S-2 S-3"),
        ("risks", {"lacks": ["owner", "mitigation"]}, ["S-1", "S-3"]),
        ("risks", {"since": "2020-01-01", "until": "2020-01-02"}, []),
        ("dependencies", {"status": ["red", "none"]}, ["Radar", "Gauge", "Tide"]),
        (
            "dependencies",
            {"since": "2026-03-01", "until": "2026-04-30"},
            "Charts Buoys",
        ),
        ("dependencies", {"until": "2026-01-01"}, ["Radar"]),
        ("dependencies", {"since": "2026-05-01"}, ["Gauge"]),
        ("questions", {"who": ["me", "nobody"]}, ["Which", "Who", "(needs"]),
        ("questions", {"age": ["week", "older"]}, ["Which", "Who", "(needs"]),
        ("metrics", {"lacks": "target"}, ["Warned"]),
        ("metrics", {"q": "load"}, ["Response"]),
        ("questions", {"q": "weirs"}, ["Who"]),
        ("questions", {"who": "me"}, ["Which"]),
        ("questions", {"who": "nobody"}, ["Who", "(needs"]),
    ],
)
def test_filters(surge, alice, name, query, names):
    goal = make.find(Plan.objects.get(title="Tide tables"), label="Goal")
    assign(
        plan=goal.block.section.plan, actor=alice, item=goal, assignee=alice, due=None
    )
    answer = ask(alice, name, **query)
    names = names.split() if isinstance(names, str) else names
    assert [one.split()[0] for one in names_on(answer)] == names
    assert words_of(answer).count("Apply") == 1
    total = soup(answer).select_one(".register-head > p")
    assert int(total.get_text().split()[0] if total else 0) == len(names)


def test_a_plan_alone(surge, alice):
    answer = ask(alice, "dependencies", plan=surge.slug)
    assert names_on(answer) == ["Radar", "Charts", "Buoys", "Tide pool"]
    assert "Plan: Storm surge" in words_of(answer)
    assert not names_on(ask(alice, "dependencies", plan="no-such-plan"))
    assert len(names_on(ask(alice, "dependencies", plan="no slug"))) == 6
    two = [surge.slug, "tide-tables"]
    answer = ask(alice, "dependencies", plan=two)
    assert len(names_on(answer)) == 6
    fields = soup(answer).select(".filters input[name=plan]")
    assert [field["value"] for field in fields] == two
    (link,) = soup(answer).select(".chip a[aria-label$='Storm surge']")
    assert link["href"] == "?plan=tide-tables"


def test_plans_with_a_tag(surge, elsewhere, alice, charlie):
    change_tags(plan=surge, actor=alice, add=["Storms"])
    change_tags(plan=elsewhere, actor=charlie, add=["Hidden"])
    answer = ask(alice, "dependencies", tag="storms")
    assert names_on(answer) == ["Radar", "Charts", "Buoys", "Tide pool"]
    assert [box["value"] for box in soup(answer).select("[name=tag]")] == ["storms"]
    assert len(names_on(ask(alice, "dependencies", tag="hidden"))) == 6


def test_what_is_no_filter_selects_everything(surge, alice):
    for query in (
        {"impact": "huge", "lacks": "x", "sort": "plan__team", "page": "-1"},
        {"team": "\x01", "likelihood": "\ud7ff" * 900, "plan": "a b"},
        {"page": "9" * 30},
    ):
        answer = ask(alice, "risks", **query)
        assert answer.status_code == 200
    assert len(names_on(ask(alice, "risks", impact="huge", page="²"))) == 6


def test_a_register_that_nobody_knows(alice):
    assert ask(alice, "risk").status_code == 404
    for name in ("register_csv", "register_json"):
        assert signed_in(alice).get(url_of(name, None, "all")).status_code == 404
    answer = signed_in(alice).get(url_of("registers"))
    assert answer.url == url_of("register", None, "risks")


# --- Where a row leads ---


def test_a_row_leads_to_its_place_in_the_plan(surge, alice):
    answer = ask(alice, "risks", plan=surge.slug, q="calm")
    (place,) = places_on(answer)
    item = make.find(surge, cell="S-3")
    assert place == f"{surge.url}#item-{item.pk}"
    page = soup(signed_in(alice).get(surge.url))
    assert page.select_one(f"#item-{item.pk}")


def test_a_row_of_a_long_table_leads_to_its_page(team, alice, monkeypatch):
    rows = "".join(
        f"| R-{row:03} | Wave {row} | Low | Low | | |\n" for row in range(130)
    )
    risks = make.SMALL[make.SMALL.index("| Risk ID") : make.SMALL.index("| R-001")]
    plan = make.make_plan(
        team=team, actor=alice, text=f"# Sea\n\n## Risks\n\n{risks}{rows}"
    )
    item = make.find(plan, cell="R-120")
    (place,) = places_on(ask(alice, "risks", q="Wave 120"))
    assert place == f"{plan.url}?rows-{item.block_id}=2#item-{item.pk}"
    page = soup(signed_in(alice).get(place.split("#")[0]))
    assert page.select_one(f"#item-{item.pk}")


def test_what_is_typed_is_text(team, alice):
    text = MANY.replace("Fog", "<img src=x onerror=window.ran=1>").replace(
        "Who closes them?", "</title><script>window.ran=1</script>"
    )
    make.make_plan(team=team, actor=alice, text=text)
    for name in REGISTERS:
        answer = ask(alice, name, q="<script>")
        assert "<script>window" not in answer.content.decode()
    assert not soup(ask(alice, "risks")).select("main img")


# --- Pages ---


def test_rows_are_in_pages(surge, alice, monkeypatch):
    monkeypatch.setattr(register_page, "ROWS_PER_PAGE", 4)
    client = signed_in(alice)
    first = client.get(url_of("register", None, "risks", team=surge.team.slug))
    assert len(names_on(first)) == 4
    assert "1 to 4" in words_of(first)
    link = soup(first).select_one(".pager [rel=next]")
    second = client.get(url_of("register", None, "risks") + link["href"])
    assert len({*names_on(first), *names_on(second)}) == 6
    assert soup(second).select_one(".pager [rel=prev]")["href"] == (
        f"?team={surge.team.slug}"
    )
    assert "There are no more rows" in words_of(ask(alice, "risks", page=9))


def test_more_than_can_be_counted(surge, alice, monkeypatch):
    monkeypatch.setattr(queries, "MAX_COUNTED", 3)
    monkeypatch.setattr(register_page, "MAX_COUNTED", 3)
    answer = ask(alice, "risks")
    assert "More than 3 risks" in words_of(answer)
    # The worst ones are those that are counted.
    assert numbers_of(answer)["high-high"] == 1
    assert sum(numbers_of(answer).values()) == 4


# --- Files ---


def test_a_table_for_spreadsheets_runs_no_formula(surge, alice):
    text = MANY.replace("Horns", " =cmd|' /C calc'!A0").replace("Call", "@me, -1")
    make.make_plan(team=surge.team, actor=alice, text=text)
    client = signed_in(alice)
    answer = client.get(url_of("register_csv", None, "risks", sort="risk"))
    assert answer.streaming
    assert "text/csv" in answer["Content-Type"]
    assert answer["Content-Disposition"].startswith('attachment; filename="risks-')
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeffcode,description,impact,impact_level,")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert [row["code"] for row in rows].count("S-2") == 2
    assert len(rows) == 10
    values = [value for row in rows for value in row.values()]
    assert "'=SUM(A1)" in values and "'@me, -1" in values
    assert not [one for one in values if one.lstrip()[:1] in {*"=+-@\t\r"} and one]
    assert rows[0]["url"].startswith("http://testserver/plans/")
    assert {row["team"] for row in rows} == {"Harbour"}


def test_rows_for_programs(surge, alice):
    client = signed_in(alice)
    charts = make.find(surge, cell="Charts")
    answer = client.get(
        url_of("register_json", None, "dependencies"),
        {"status": "yellow", "since": "2026-01-01"},
    )
    content = json.loads(b"".join(answer.streaming_content))
    assert content["register"] == "dependencies"
    assert content["filters"] == {"status": ["yellow"], "since": "2026-01-01"}
    assert content["is_complete"] is True
    assert [row["name"] for row in content["rows"]] == ["Charts", "Buoys"]
    assert content["rows"][0] == {
        "name": "Charts",
        "scope": "Internal",
        "owner": "Maps",
        "status": "Yellow",
        "status_level": "yellow",
        "timeline": "2026-03-01",
        "impact_if_blocked": "",
        "date": "2026-03-01",
        "plan": "Storm surge",
        "plan_slug": surge.slug,
        "team": "Harbour",
        "url": f"http://testserver{surge.url}#item-{charts.pk}",
    }


def test_nothing_for_programs(alice):
    client = signed_in(alice)
    answer = client.get(url_of("register_json", None, "risks"))
    assert json.loads(b"".join(answer.streaming_content))["rows"] == []
    answer = client.get(url_of("register_csv", None, "risks"))
    assert b"".join(answer.streaming_content).decode() == "\ufeff"


def test_files_have_at_most_so_many_rows(surge, alice, monkeypatch):
    monkeypatch.setattr("plans.views.registers.MAX_EXPORTED", 4)
    monkeypatch.setattr(register_page, "_CHUNK", 3)
    client = signed_in(alice)
    answer = client.get(url_of("register_json", None, "risks"))
    content = json.loads(b"".join(answer.streaming_content))
    assert (len(content["rows"]), content["is_complete"]) == (4, False)
    answer = client.get(url_of("register_csv", None, "risks"))
    assert b"".join(answer.streaming_content).count(b"\r\n") == 5


# --- Access ---


@pytest.mark.slow
def test_each_person_gets_what_a_plain_walk_finds(
    surge, elsewhere, team, alice, bob, victor, charlie
):
    """Of own teams, of plans open to all, of archived plans and removed parts."""
    opened = make.make_plan(
        team=elsewhere.team, actor=charlie, text=MANY.replace("S-", "OPEN-")
    )
    Plan.objects.filter(pk=opened.pk).update(is_open=True)
    away = make.make_plan(team=team, actor=alice, text=MANY.replace("S-", "AWAY-"))
    archive_plan(plan=away, actor=alice)
    remove_item(plan=surge, item=make.find(surge, cell="S-4"), actor=bob)
    save_item(
        plan=surge,
        item=make.find(surge, cell="S-3"),
        actor=bob,
        values={"cell-2": "High"},
        seen=None,
    )
    newcomer = make.make_user("nora")
    for user, (name, register) in product(
        (alice, victor, charlie, newcomer), REGISTERS.items()
    ):
        expected = visible_rows(user, register)
        answer = ask(user, name)
        ids = [int(place.rsplit("-", 1)[1]) for place in places_on(answer)]
        assert sorted(ids) == sorted(found.item for found in expected)
        # A bar of one part is not drawn; it is counted all the same.
        picture = answer.context["page"].picture
        parts = getattr(picture, "cells", ()) or picture.shares
        assert sum(part.number for part in parts) == len(
            [
                found
                for found in expected
                if register != "risk"
                or all(doc.parse_level(found[c]) for c in ("impact", "likelihood"))
            ]
        )
        total = soup(answer).select_one(".register-head > p")
        assert int(total.get_text().split()[0] if total else 0) == len(expected)
        client = signed_in(user)
        for file in ("register_csv", "register_json"):
            content = b"".join(client.get(url_of(file, None, name)).streaming_content)
            urls = content.count(b"#item-")
            assert urls == len(expected)
            if user == alice:
                assert b"SECRET" not in content and b"AWAY" not in content
        page = answer.content.decode()
        if user in (alice, victor):
            assert "SECRET" not in page and "AWAY" not in page
            assert elsewhere.slug not in page
        if user == newcomer:
            assert "Harbour" not in page


def test_a_team_is_no_choice_for_strangers(surge, elsewhere, alice):
    boxes = soup(ask(alice, "risks")).select("[name=team]")
    assert [box["value"] for box in boxes] == ["harbour"]
    answer = ask(alice, "risks", plan=elsewhere.slug)
    assert not names_on(answer) and "Storm surge" not in words_of(answer)
    chip = soup(answer).select_one(".chip > span").get_text()
    assert chip == f"Plan: {elsewhere.slug}"


def test_a_file_leaves_out_what_was_taken_away_meanwhile(surge, alice):
    client = signed_in(alice)
    answer = client.get(url_of("register_csv", None, "risks"))
    Plan.objects.filter(pk=surge.pk).update(archived=True)
    content = b"".join(answer.streaming_content).decode()
    assert "R-001" in content and "S-1" not in content


def test_dates_are_those_of_the_walk(surge):
    for entry in RegisterEntry.objects.filter(register="dependency"):
        assert entry.date == date_of(entry.item.dependency.timeline)


# --- Approvals ---


def test_approvals_that_are_not_settled(team, alice, bob, dana, charlie):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    client = signed_in(alice)

    def listed(**query):
        page = soup(client.get(url_of("register", None, "approvals"), query))
        return [
            [cell.get_text(strip=True) for cell in row.select("th, td")[:3]]
            for row in page.select(".register-table tbody tr")
        ]

    first = ["Technical Design", "Waiting", "Dana"]
    assert listed() == [first, ["Launch Approval", "Waits for others first", "Alice"]]
    assert listed(kind="waiting") == listed(approver="dana") == [first]
    make.sign(plan, dana, "Technical Design", "approved_if")
    assert listed(q="design") == [["Technical Design", "Condition to confirm", "Dana"]]
    slot = {"approval": make.slot_of(plan), "comment": "Met", "proof": "password"}
    confirm_condition(plan=plan, actor=dana, **slot)
    assert listed() == [["Launch Approval", "Waiting", "Alice"]]
    make.edit(plan, bob, value="Plan of currents")
    assert listed(sort="-level")[0] == [
        "Technical Design",
        "Stale since an edit",
        "Dana",
    ]
    answer = ask(alice, "approvals")
    assert numbers_of(answer) == {"Stale since an edit": 1, "Waiting": 1}
    assert set(places_on(answer)) == {url_of("review", plan)}
    file = client.get(url_of("register_json", None, "approvals", kind="stale"))
    (row,) = json.loads(b"".join(file.streaming_content))["rows"]
    assert (row["role"], row["people"]) == ("Technical Design", ["Dana"])
    assert not names_on(ask(charlie, "approvals"))


def test_a_request_that_ended(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    plan.versions.update(expires_at=timezone.now() - timedelta(days=2))
    Plan.objects.update(state_number=0)
    assert words_of(ask(alice, "approvals")).count("Request ended") == 2


# --- However many there are ---

# Session and user; teams, choices; plans of the query; counts, which rows, and these.
QUERIES = 7
# Whether the index is behind; items of the register and titles, for words as they are
# and as beginnings.
OF_WORDS = 4


@pytest.mark.parametrize("name", REGISTERS)
def test_a_page_costs_the_same_queries_for_one_plan_and_for_many(
    surge, alice, name, django_assert_num_queries
):
    client = signed_in(alice)
    client.get(url_of("register", None, name))
    for _ in range(2):
        with django_assert_num_queries(QUERIES):
            client.get(url_of("register", None, name))
        for _ in range(3):
            make.make_plan(team=surge.team, actor=alice, text=MANY)


def test_approvals_cost_the_same_queries_for_one_plan_and_for_many(
    team, alice, bob, dana, django_assert_num_queries
):
    client = signed_in(alice)
    for _ in range(2):
        make.make_submitted(team=team, actor=alice, editor=bob)
        client.get(url_of("register", None, "approvals"))
        # The states, and the people of the rows.
        with django_assert_num_queries(QUERIES + 2):
            client.get(url_of("register", None, "approvals"))


def test_words_cost_the_same_queries_for_one_plan_and_for_many(
    surge, alice, django_assert_num_queries
):
    client = signed_in(alice)
    for _ in range(2):
        client.get(url_of("register", None, "risks", q="dana high"))
        with django_assert_num_queries(QUERIES + OF_WORDS):
            client.get(url_of("register", None, "risks", q="dana high"))
        for _ in range(3):
            make.make_plan(team=surge.team, actor=alice, text=MANY)


@pytest.mark.parametrize("name", REGISTERS)
@pytest.mark.parametrize("most_tags", [20, 0])
def test_words_find_what_a_walk_over_everything_finds(
    surge, elsewhere, alice, name, monkeypatch, most_tags
):
    """Words in the row or in its plan's title; for somebody in many teams, too."""
    monkeypatch.setattr(searching, "MOST_TAGS", most_tags)
    assert not names_on(ask(alice, name, q="secret"))
    for text in ("surge", "tide", "dana", "nobody mail", "WÉIRS clo", "late", "gauge"):
        found = scan(alice, text)
        expected = {
            row.item
            for row in visible_rows(alice, REGISTERS[name])
            if {("item", row.item), ("title", row.plan)} & found
        }
        places = places_on(ask(alice, name, q=text))
        assert {int(place.split("#item-")[1]) for place in places} == expected, text


def test_of_many_with_the_words_the_newest_are_listed(surge, alice, monkeypatch):
    monkeypatch.setattr(searching, "MOST_ITEMS", 1)
    monkeypatch.setattr(register_page, "MOST_ITEMS", 1)
    answer = ask(alice, "risks", q="dana")
    assert len(names_on(answer)) == 1
    assert "Among the newest 1 that have these words" in words_of(answer)
    file = signed_in(alice).get(url_of("register_json", None, "risks", q="dana"))
    assert not json.loads(b"".join(file.streaming_content))["is_complete"]


def test_people_of_many_teams(alice, django_assert_num_queries):
    client = signed_in(User.objects.get(pk=alice.pk))
    for number in range(3):
        team = make.make_team(f"Team {number}", f"team-{number}")
        make.make_member(alice, team)
        make.make_plan(team=team, actor=alice, text=MANY)
    client.get(url_of("register", None, "risks"))
    with django_assert_num_queries(QUERIES):
        answer = client.get(url_of("register", None, "risks"))
    assert len(soup(answer).select("[name=team]")) == 4


def test_who_may_see_more_plans_than_ids_are_passed(
    surge, elsewhere, alice, monkeypatch
):
    monkeypatch.setattr("plans.models.register.MAX_PLAN_IDS", 1)
    answer = ask(alice, "risks")
    assert len(names_on(answer)) == 6
    assert "SECRET" not in answer.content.decode()
