"""The list of plans."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plans.actions.assignments import assign
from plans.actions.comments import comment
from plans.actions.tags import change_tags
from plans.models import Plan
from tests import make
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of


def titles_on(response) -> list[str]:
    return [link.get_text() for link in soup(response).select(".plan-row-title")]


@pytest.mark.parametrize("name", ["plan_list", "inbox"])
def test_the_lists_are_for_people_who_are_signed_in(client, alice, name):
    url = url_of(name)
    assert client.get(url)["Location"].endswith(f"?next={url}")
    assert client.get(url, headers=HTMX).status_code == 401
    assert signed_in(alice).post(url).status_code == 405


def test_members_see_the_plans_of_their_teams_and_nobody_else_s(
    plan, alice, bob, dana, charlie
):
    for member in (alice, bob, dana):
        assert titles_on(signed_in(member).get(url_of("plan_list"))) == ["Tide tables"]
    answer = signed_in(charlie).get(url_of("plan_list"))
    assert titles_on(answer) == []
    assert "No plans yet" in words_of(answer)


def test_who_is_in_two_teams_sees_each_plan_once(plan, alice, charlie, team):
    make.make_member(alice, charlie.memberships.get().team)
    other = charlie.memberships.get().team
    make.make_plan(team=other, actor=charlie, text="# Plan: Elsewhere\n")
    titles = titles_on(signed_in(alice).get(url_of("plan_list")))
    assert sorted(titles) == ["Elsewhere", "Tide tables"]


def test_plans_are_found_by_their_title_or_their_team(plan, team, alice):
    make.make_plan(team=team, actor=alice, text="# Plan: Buoys 100%\n")
    client = signed_in(alice)
    for words, expected in (
        ("tide", ["Tide tables"]),
        (" BUOY ", ["Buoys 100%"]),
        ("%", ["Buoys 100%"]),
        ("harb", ["Buoys 100%", "Tide tables"]),
        ("", ["Buoys 100%", "Tide tables"]),
    ):
        answer = client.get(url_of("plan_list", q=words))
        assert titles_on(answer) == expected, words
    answer = client.get(url_of("plan_list", q="<b>nothing"))
    assert "Title or team: “<b>nothing”" in words_of(answer)
    assert soup(answer).select_one("main [name=q]")["value"] == "<b>nothing"


def test_what_is_put_away_is_listed_apart_and_comes_back(plan, alice, charlie):
    Plan.objects.update(is_open=True)
    client = signed_in(alice)

    def listed(client=client):
        return [
            titles_on(client.get(url_of("plan_list", **query)))
            for query in ({}, {"state": "archived"})
        ]

    for _ in range(2):  # a second click does nothing more
        client.post(url_of("archive", plan), {"archived": "1"})
    assert listed() == [[], ["Tide tables"]]
    # Nobody outside of the team looks for it.
    assert listed(signed_in(charlie)) == [[], []]
    assert "Archived" in words_of(client.get(url_of("plan", plan)))
    assert "Restore" in words_of(client.get(url_of("plan_menu", plan)))
    search = client.get(url_of("plan_list", state="archived", q="none"))
    kept = soup(search).select_one("form.filters [name=state]")
    assert kept["value"] == "archived"
    client.post(url_of("archive", plan), {"archived": "0"})
    assert listed() == [["Tide tables"], []]
    assert plan.changes.filter(verb__startswith="plan.").count() == 3


def test_the_newest_change_comes_first(plan, team, alice):
    make.make_plan(team=team, actor=alice, text="# Plan: Later\n")
    client = signed_in(alice)
    assert titles_on(client.get(url_of("plan_list"))) == ["Later", "Tide tables"]
    item = make.find(plan, label="Storage")
    client.post(url_of("item", plan, item.pk), {"value": "SQLite"})
    assert titles_on(client.get(url_of("plan_list"))) == ["Tide tables", "Later"]


# --- Pages ---


@pytest.fixture
def forty(team, alice):
    """Titles that have an order; the last one was changed last."""
    plan = make.make_plan(team=team, actor=alice, text="# Plan: Sea & sky 1\n")
    names = [f"Sea & sky {number}" for number in range(2, 41)]
    Plan.objects.bulk_create(
        Plan(
            team=team,
            created_by=alice,
            title=name,
            slug=f"sea-{name[-2:]}".replace(" ", "0"),
        )
        for name in names
    )
    at = plan.updated_at
    for number, one in enumerate(Plan.objects.order_by("pk")):
        Plan.objects.filter(pk=one.pk).update(updated_at=at + timedelta(seconds=number))
    return ["Sea & sky 1", *names][::-1]


def pager_on(response):
    return soup(response).select(".pager a")


def followed(client, response, words):
    (link,) = [link for link in pager_on(response) if link.get_text() == words]
    return client.get(url_of("plan_list") + link["href"])


def test_twenty_five_plans_are_on_a_page_and_the_others_behind_it(forty, alice):
    client = signed_in(alice)
    first = client.get(url_of("plan_list"))
    assert titles_on(first) == forty[:25]
    assert "1 to 25" in words_of(first)
    assert [link.get_text() for link in pager_on(first)] == ["Next"]
    second = followed(client, first, "Next")
    assert titles_on(second) == forty[25:]
    assert "26 to 40" in words_of(second)
    assert [link.get_text() for link in pager_on(second)] == ["Previous"]
    assert titles_on(followed(client, second, "Previous")) == forty[:25]


def test_a_list_that_fits_has_no_pages(plan, alice):
    answer = signed_in(alice).get(url_of("plan_list"))
    assert "1 plan" in words_of(answer)
    assert not pager_on(answer)


def test_exactly_twenty_five_plans_fit(forty, alice):
    Plan.objects.filter(title__in=forty[25:]).update(archived=True)
    answer = signed_in(alice).get(url_of("plan_list"))
    assert len(titles_on(answer)) == 25
    assert not pager_on(answer)


def test_a_search_goes_on_behind_its_first_page(forty, alice):
    client = signed_in(alice)
    first = client.get(url_of("plan_list", q="sea &"))
    second = followed(client, first, "Next")
    assert titles_on(second) == forty[25:]
    assert soup(second).select_one("main [name=q]")["value"] == "sea &"


def test_a_page_behind_the_end_leads_back(forty, alice):
    client = signed_in(alice)
    answer = client.get(url_of("plan_list", q="sea &", page="3"))
    assert titles_on(answer) == []
    link = soup(answer).select_one(".empty a")
    back = client.get(link["href"])
    assert titles_on(back) == forty[:25]


@pytest.mark.parametrize("page", ["0", "-1", "first", "²", "9" * 30])
def test_what_is_no_page_is_the_first(forty, alice, page):
    answer = signed_in(alice).get(url_of("plan_list", page=page))
    assert titles_on(answer) == forty[:25]


# --- However many there are ---


@pytest.mark.slow
def test_the_lists_take_as_many_queries_for_forty_plans_as_for_ten(
    team, alice, dana, django_assert_num_queries
):
    count = 0
    for size in (10, 40):
        while count < size:
            text = make.FINISHED.replace("Tide tables", f"Tides {count}")
            plan = make.make_plan(team=team, actor=alice, text=text)
            if count % 2:
                signed_in(alice).post(url_of("review_request", plan))
            count += 1
        for person, name, queries in (
            (alice, "plan_list", 21),
            (dana, "plan_list", 22),
        ):
            client = signed_in(person)
            client.get(url_of(name))  # states and counts are kept from now on
            with django_assert_num_queries(queries):
                answer = client.get(url_of(name))
            assert len(titles_on(answer)) == min(size, 25)


# --- Filters, orders and states ---


@pytest.fixture
def fleet(team, alice, bob, dana, charlie):
    """Plans of two teams of Alice, in several states; one of nobody's business."""
    other = make.make_team("Pilots")
    make.make_member(alice, other, "owner")
    draft = make.make_plan(team=team, actor=bob, text="# Plan: Buoys\n")
    submitted = make.make_submitted(team=team, actor=alice, editor=bob)
    elsewhere = make.make_plan(team=other, actor=alice, text="# Plan: anchors\n")
    hidden = make.make_plan(
        team=charlie.memberships.get().team, actor=charlie, text="# Plan: Secret\n"
    )
    change_tags(plan=draft, actor=bob, add=["Harbour", "Q3"])
    change_tags(plan=elsewhere, actor=alice, add=["harbour"])
    change_tags(plan=hidden, actor=charlie, add=["Hush"])
    return {
        "draft": draft,
        "submitted": submitted,
        "elsewhere": elsewhere,
        "hidden": hidden,
    }


def choices_of(answer, name):
    boxes = soup(answer).select(f"form.filters [name={name}]")
    return {box["value"]: box.parent.get_text(strip=True) for box in boxes}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "draft"}, {"Buoys", "anchors"}),
        ({"state": "review"}, {"Tide tables"}),
        ({"state": "approved"}, set()),
        ({"owner": "bob"}, {"Buoys"}),
        ({"approver": "dana"}, {"Tide tables"}),
        ({"approver": "dana", "state": "draft"}, set()),
        ({"tag": "harbour"}, {"Buoys", "anchors"}),
        ({"tag": "q3"}, {"Buoys"}),
        ({"tag": "hush"}, {"Buoys", "Tide tables", "anchors"}),  # no tag of hers
        ({"team": "pilots"}, {"anchors"}),
        ({"changed": "7"}, {"Buoys", "Tide tables", "anchors"}),
        ({"changed": "-30"}, set()),
        ({"state": ["review", "draft"]}, {"Buoys", "Tide tables", "anchors"}),
        ({"state": ["approved", "review"]}, {"Tide tables"}),
        ({"state": ["archived", "draft"]}, set()),  # the archive is a list of its own
        ({"tag": ["q3", "harbour"], "team": ["pilots", "x"]}, {"anchors"}),
        ({"tag": ["q3", "hush"]}, {"Buoys"}),
        ({"owner": ["bob", "alice"], "team": "pilots"}, {"anchors"}),
        ({"approver": ["bob", "dana"]}, {"Tide tables"}),
        ({"since": "2020-01-01"}, {"Buoys", "Tide tables", "anchors"}),
        ({"since": "2020-01-01", "until": "2020-02-01"}, set()),
        ({"until": "2020-02-01", "changed": "7"}, set()),
        ({"q": "pilo"}, {"anchors"}),
        ({"state": "none", "team": "x"}, {"Buoys", "Tide tables", "anchors"}),
    ],
)  # fmt: skip
def test_plans_are_filtered_by_what_the_address_says(fleet, alice, query, expected):
    answer = signed_in(alice).get(url_of("plan_list", **query))
    assert {*titles_on(answer)} == expected


def test_plans_come_in_the_chosen_order(fleet, alice):
    client = signed_in(alice)
    by_title = titles_on(client.get(url_of("plan_list", sort="title")))
    assert by_title == ["anchors", "Buoys", "Tide tables"]
    newest = titles_on(client.get(url_of("plan_list", sort="-created")))
    assert newest == ["anchors", "Tide tables", "Buoys"]
    changed = [
        titles_on(client.get(url_of("plan_list", sort=s))) for s in ("", "changed")
    ]
    assert changed[0] == changed[1][::-1]


def test_nothing_that_one_may_not_see_is_counted_or_offered(fleet, alice, charlie):
    answer = signed_in(alice).get(url_of("plan_list"))
    tabs = [tab.get_text().split() for tab in soup(answer).select(".tabs .tab")]
    assert tabs[:3] == [["All", "3"], ["Draft", "2"], ["In", "review", "1"]]
    assert choices_of(answer, "tag") == {"harbour": "Harbour", "q3": "Q3"}
    assert set(choices_of(answer, "team")) == {"harbour", "pilots"}
    assert "charlie" not in choices_of(answer, "owner")
    stranger = signed_in(charlie)
    answer = stranger.get(url_of("plan_list"))
    assert titles_on(answer) == ["Secret"]
    assert choices_of(answer, "tag") == {"hush": "Hush"}
    assert set(choices_of(answer, "approver")) == {"charlie"}
    # What anyone may read is counted and offered to everyone.
    Plan.objects.filter(pk=fleet["draft"].pk).update(is_open=True)
    answer = stranger.get(url_of("plan_list"))
    assert {*titles_on(answer)} == {"Secret", "Buoys"}
    assert set(choices_of(answer, "tag")) == {"hush", "harbour", "q3"}
    assert soup(answer).select_one(".tabs .tab").get_text().split() == ["All", "2"]


def test_days_are_those_of_the_reader(fleet, alice):
    """Half past ten in the evening in Greenwich is the next day in Tokyo."""
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    Plan.objects.filter(pk=fleet["draft"].pk).update(updated_at=at)
    for zone, day in (("Asia/Tokyo", "2026-04-01"), ("UTC", "2026-03-31")):
        alice.time_zone = zone
        alice.save()
        client = signed_in(alice)
        answer = client.get(url_of("plan_list", since=day, until=day))
        assert titles_on(answer) == ["Buoys"]
        other = {"2026-04-01": "2026-03-31", "2026-03-31": "2026-04-01"}[day]
        assert not titles_on(client.get(url_of("plan_list", since=other, until=other)))


def test_several_states_are_no_tab_but_chips(fleet, alice):
    client = signed_in(alice)
    answer = client.get(url_of("plan_list", state=["draft", "review"], q="s"))
    assert not soup(answer).select(".tabs [aria-current]")
    chips = {
        " ".join(chip.get_text().split()): chip.a["href"]
        for chip in soup(answer).select(".chip")
    }
    assert list(chips) == [
        *("Title or team: “s” ×", "State: Draft ×", "State: In review ×")
    ]
    alone = client.get(chips["State: Draft ×"])
    assert soup(alone).select_one(".tabs [aria-current]").get_text().split() == [
        *("In", "review", "1")
    ]
    clear = soup(answer).select_one(".chips-clear")["href"]
    assert clear == url_of("plan_list")
    # With one, it is the tab, which stays.
    clear = soup(alone).select_one(".chips-clear")["href"]
    assert clear == url_of("plan_list", state="review")


def test_a_filter_that_is_set_is_a_chip_that_goes(fleet, alice):
    client = signed_in(alice)
    answer = client.get(url_of("plan_list", tag="harbour", owner="bob", state="draft"))
    chips = [" ".join(c.get_text().split()) for c in soup(answer).select(".chip")]
    assert chips == ["Created by: Bob ×", "Tag: Harbour ×"]
    (tag,) = [c for c in soup(answer).select(".chip") if "Tag" in c.get_text()]
    assert titles_on(client.get(tag.a["href"])) == ["Buoys"]
    assert "owner=bob" in tag.a["href"] and "state=draft" in tag.a["href"]


# --- Access ---


@pytest.fixture
def zebras():
    """A team of its own, with a plan that says so in all that lists show."""
    team = make.make_team("Zebras")
    zed = make.make_user("zebra", team=team, role="owner")
    text = make.FINISHED.replace("Tide tables", "Zebra crossings")
    plan = make.make_plan(team=team, actor=zed, text=text)
    change_tags(plan=plan, actor=zed, add=["zebra"])
    comment(plan=plan, actor=zed, item=make.find(plan, label="Storage"), text="zebra")
    assign(
        plan=plan,
        actor=zed,
        item=make.find(plan, label="Storage"),
        assignee=zed,
        due=date(2020, 1, 1),
    )
    return plan


# Whether the plan is open to everyone and archived, and whether others may see it.
HIDDEN = [
    ({"is_open": False}, False),
    ({"is_open": False, "archived": True}, False),
    ({"is_open": True, "archived": True}, False),
    ({"is_open": True}, True),
]
ADDRESSES = [
    *({}, {"sort": "title"}, {"sort": "-created"}, {"page": 2}),
    *({"state": state} for state in ("draft", "review", "approved", "archived")),
    *({"tag": "zebra"}, {"owner": "zebra"}, {"approver": "zebra"}, {"team": "zebras"}),
    {
        "tag": ["zebra", "x"],
        "team": ["zebras", "harbour"],
        "state": ["draft", "review"],
    },
    *({"changed": "7"}, {"changed": "-90"}, {"since": "2020-01-01"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "is_seen"), HIDDEN)
@pytest.mark.parametrize("who", ["alice", "dana", "charlie", "newcomer"])
def test_a_plan_that_one_may_not_see_is_in_no_list_count_or_choice(
    request, plan, alice, dana, zebras, columns, is_seen, who
):
    person = make.make_user("newcomer") if who == "newcomer" else None
    client = signed_in(person or request.getfixturevalue(who))
    Plan.objects.filter(pk=zebras.pk).update(**columns)
    counts = [0, 0]
    for query in ADDRESSES:
        page = soup(client.get(url_of("plan_list", **query)))
        words = " ".join(page.get_text().split()).casefold()
        assert ("zebra" in words) <= is_seen, query
        if tabs := page.select(".tabs .count"):
            rows = len(page.select(".plan-row-title"))
            counts = [int(tabs[0].get_text()), max(counts[1], rows)]
    assert counts[0] in (0, counts[1])
    bulk = {"do": "tag", "tag": "mine", "plan": zebras.pk}
    answer = client.post(url_of("plans_bulk"), bulk)
    assert answer.status_code == (302 if columns["is_open"] else 422)
    assert [tag.name for tag in zebras.tags.all()] == ["zebra"]
    for name in ("plan_menu", "plan_duplicate"):
        status = client.get(url_of(name, zebras)).status_code
        assert status == (200 if columns["is_open"] else 404)
