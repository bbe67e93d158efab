"""The plan page and what hangs on it: side panels, preview, download, undo."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from plans import document as doc
from plans.models import Item
from tests import make
from tests.client import assert_fragment_matches_page
from tests.kept import kept_plan, small_plan
from tests.views.asking import (
    HTMX,
    is_fragment,
    signed_in,
    soup,
    targets_of,
    url_of,
    words_of,
)

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def with_rows(size, *, ticked=False) -> str:
    """A plan with `size` rows, checks, fields, questions and problems each."""
    rows = "".join(f"| R-{n:03} | Risk {n} | High | Low | W | |\n" for n in range(size))
    fields = "".join(f"- **Field {n}**: [value]\n" for n in range(size))
    checks = "".join(f"- [ ] Check {n}\n" for n in range(size))
    entries = "".join(
        f"- Entry [NEEDS CLARIFICATION: What is {n}?]\n" for n in range(size)
    )
    sections = "".join(f"### Phase {n}: P\n\n- **Goal**: g\n\n" for n in range(size))
    return (
        f"# Plan: {size} of each\n\n## 1. OBJECTIVE\n\n{fields}\n{entries}\n"
        "## 2. QUALITY GATES\n\n### Definition of Ready (DoR)\n\n"
        f"{checks}\n## 4. PHASES\n\n{sections}## 7. RISKS & MITIGATIONS\n\n"
        "| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |\n"
        f"|---|---|---|---|---|---|\n{rows}\n"
        "## 9. REVIEW\n\n### Approvals\n\n- **Design**: Dana\n"
    )


def tick_all(plan, *people):
    """Every check ticked, by one and another."""
    checks = Item.objects.filter(block__section__plan=plan, kind="check")
    for number, item in enumerate(checks.order_by("pk")):
        client = signed_in(people[number % len(people)])
        client.post(
            url_of("item", plan, item.pk),
            {"text": item.checklist_item.text, "has-done": "1", "done": "on"},
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "queries"),
    [("plan", 12), ("side", 11), ("body", 12), ("preview", 9), ("review", 10)],
)
@pytest.mark.parametrize("person", ["alice", "dana"])
def test_a_page_takes_as_many_queries_for_ten_rows_as_for_two_hundred(
    request, team, alice, bob, dana, django_assert_num_queries, name, queries, person
):
    client = signed_in(request.getfixturevalue(person))
    # Only who edits is offered the names of the team.
    queries -= person == "dana" and name in ("plan", "body")
    for size in (10, 200):
        plan = make.make_plan(team=team, actor=alice, text=with_rows(size))
        if size == 10:
            tick_all(plan, alice, bob)
        with django_assert_num_queries(queries):
            assert client.get(url_of(name, plan), headers=HTMX).status_code == 200


# --- The page ---


def test_the_page_holds_every_section_and_item(plan, alice):
    page = soup(signed_in(alice).get(url_of("plan", plan)))
    for item in Item.objects.filter(block__section__plan=plan):
        assert page.find(id=f"item-{item.pk}")
    headings = [h.get_text() for h in page.select(".section-heading [id^=heading]")]
    assert headings[:3] == [
        "Implementation Plan: Tide tables",
        "1. OBJECTIVE",
        "Summary",
    ]


@pytest.mark.slow
def test_the_pages_of_real_plans_are_sound(team, alice):
    """The checking client looks at each: ids, inline scripts and template syntax."""
    client = signed_in(alice)
    for path in make.corpus_files("corpus"):
        text = path.read_bytes().decode()
        plan = make.make_plan(team=team, actor=alice, text=text)
        assert client.get(url_of("plan", plan)).status_code == 200
        assert client.get(url_of("preview", plan)).status_code == 200


@pytest.fixture
def long_table(team, alice, bob):
    rows = "".join(f"| {n} | text {n} |\n" for n in range(2_000))
    open_rows = rows.replace("text 1500", "[NEEDS CLARIFICATION: Which one?]")
    text = "# Plan: Long\n\n## Rows\n\n| Name | Text |\n|---|---|\n" + open_rows
    return make.make_plan(team=team, actor=alice, text=text)


@pytest.mark.slow
def test_a_table_of_two_thousand_rows_is_shown_in_pages(
    long_table, alice, django_assert_max_num_queries
):
    client = signed_in(alice)
    block = make.find(long_table, cell="text 0").block_id
    with django_assert_max_num_queries(12):
        page = soup(client.get(url_of("plan", long_table)))
    shown = [row["id"] for row in page.select(f"#block-{block} tbody tr")]
    assert len(shown) == 100
    assert "Page 1 of 20" in page.get_text()
    links = [a["href"] for a in page.select(".pager a")]
    assert links == [f"?rows-{block}=2#block-{block}"]
    last = soup(client.get(url_of("plan", long_table, **{f"rows-{block}": 20})))
    item = make.find(long_table, cell="text 1999")
    assert last.find(id=f"item-{item.pk}")
    assert [a["href"] for a in last.select(".pager a")] == [
        f"?rows-{block}=19#block-{block}"
    ]
    beyond = soup(client.get(url_of("plan", long_table, **{f"rows-{block}": 999})))
    assert "Page 20 of 20" in beyond.get_text()
    assert make.text_of(long_table).count("\n") > 2_000


@pytest.mark.parametrize("number", ["", "x", "0", "-3", "²", "9" * 20, "9" * 5000])
def test_a_page_of_a_table_that_is_none_is_its_first(plan, alice, number):
    block = make.find(plan, cell="R-001").block_id
    client = signed_in(alice)
    page = soup(client.get(url_of("plan", plan), {f"rows-{block}": number}))
    assert page.find(id=f"block-{block}")
    assert client.get(url_of("plan", plan), {f"rows-{number}": "2"}).status_code == 200


@pytest.mark.slow
def test_the_side_leads_to_questions_on_every_page_of_a_table(long_table, alice):
    client = signed_in(alice)
    page = soup(client.get(url_of("plan", long_table)))
    questions = page.select("#panel-questions .question-place a")
    assert len(questions) == 1
    path, _, anchor = questions[0]["href"].partition("#")
    there = soup(client.get(url_of("plan", long_table) + path))
    assert there.find(id=anchor)


@pytest.mark.slow
def test_problems_in_a_long_table_lead_to_their_row(team, alice):
    rows = "".join(f"| R-{n:03} | A risk | Low | Low | W | Bob |\n" for n in range(250))
    rows += "| R-300 | A risk | High | High | W | |\n"
    text = (
        "# Plan: Risky\n\n## 7. RISKS & MITIGATIONS\n\n"
        "| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |\n"
        f"|---|---|---|---|---|---|\n{rows}"
    )
    plan = make.make_plan(team=team, actor=alice, text=text)
    client = signed_in(alice)
    item = make.find(plan, cell="R-300")
    for name in ("plan", "preview", "review"):
        page = soup(client.get(url_of(name, plan)))
        links = [
            a["href"]
            for a in page.select(".problem a")
            if a["href"].endswith(f"#item-{item.pk}")
        ]
        assert links, name
        path, _, anchor = links[0].partition("#")
        base = url_of("plan", plan)
        there = client.get(base + path if path.startswith("?") or not path else path)
        assert soup(there).find(id=anchor), name


# --- The side panels ---


@pytest.mark.slow
def test_the_side_is_as_on_the_page(plan, alice):
    client = signed_in(alice)
    # Long enough ago not to be "now" for one and "a second ago" for the other.
    plan.changes.update(created_at=timezone.now() - timedelta(hours=1, minutes=5))
    answer = client.get(url_of("side", plan), headers=HTMX)
    page = client.get(url_of("plan", plan))
    pictures = [f"#{each['id']}" for each in soup(page).select(".pictures")]
    assert len(pictures) > 5
    assert targets_of(answer) == [
        "#plan-side",
        "#plan-outline",
        "#plan-progress",
        "#plan-state",
        "#plan-links",
        "#plan-reading",
        *pictures,
    ]
    for part in targets_of(answer):
        assert_fragment_matches_page(answer, page, part)
    # Or it would ask for itself for ever.
    assert "HX-Trigger" not in answer


def test_the_side_names_questions_problems_and_the_last_changes(plan, alice, bob):
    item = make.find(plan, label="Storage")
    signed_in(bob).post(url_of("item", plan, item.pk), {"value": "SQLite"})
    page = soup(signed_in(alice).get(url_of("side", plan), headers=HTMX))
    question = page.select_one("#panel-questions .question")
    assert "Which harbours?" in question.get_text()
    goal = make.find(plan, label="Goal")
    thread, place = question.select("a")
    assert thread["href"] == url_of("comments", plan, item=goal.pk)
    assert place["href"] == f"#item-{goal.pk}"
    problems = page.find(id="panel-problems").get_text(" ")
    assert "Owner" in problems
    assert "Bob edited 1. OBJECTIVE › Storage" in " ".join(
        page.find(id="panel-activity").get_text(" ").split()
    )


@pytest.mark.slow
def test_every_link_of_the_side_leads_to_something_on_the_page(team, alice):
    plan = make.make_plan_from_template(team=team, actor=alice)
    page = soup(signed_in(alice).get(url_of("plan", plan)))
    links = page.select("#plan-side a[href^='#'], #plan-outline a")
    assert len(links) > 30
    for link in links:
        assert page.find(id=link["href"].removeprefix("#")), link


def test_progress_counts_what_is_filled_in(plan, alice):
    client = signed_in(alice)

    def progress():
        page = soup(client.get(url_of("side", plan), headers=HTMX))
        bar = page.select_one("#plan-progress progress")
        return int(bar["value"]), int(bar["max"])

    done, total = progress()
    item = make.find(plan, label="Storage")
    client.post(url_of("item", plan, item.pk), {"value": "SQLite"})
    assert progress() == (done + 1, total)
    listed = soup(client.get(url_of("plan_list"))).select_one(".progress-label")
    assert listed.get_text() == f"{done + 1}/{total}"


# --- The preview ---


def test_the_preview_shows_the_plan_rendered_and_raw(plan, dana):
    page = soup(signed_in(dana).get(url_of("preview", plan)))
    assert page.select_one("article.markdown h1").get_text() == (
        "Implementation Plan: Tide tables"
    )
    assert page.select_one("pre.raw").get_text().strip() == make.SMALL.strip()
    hrefs = [a["href"] for a in page.select(".page a")]
    assert url_of("download", plan) in hrefs
    assert not [href for href in hrefs if "finished" in href]


def test_a_finished_plan_offers_its_finished_forms(team, alice):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    client = signed_in(alice)
    page = soup(client.get(url_of("preview", plan)))
    links = [a["href"] for a in page.select(".page a") if "plan.md" in a["href"]]
    assert url_of("download", plan, form="finished") in links
    for link in links:
        assert client.get(link).status_code == 200


# --- The download ---


FORMS = [
    {},
    {"form": "draft"},
    {"dialect": "customer"},
    {"dialect": "upstream"},
    {"compatible": "1"},
    {"form": "finished"},
    {"form": "finished", "dialect": "upstream"},
    {"form": "finished", "compatible": "1"},
]


@pytest.mark.parametrize("query", FORMS, ids=str)
def test_the_etag_is_the_digest_of_the_bytes(team, alice, query):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    client = signed_in(alice)
    url = url_of("download", plan, **query)
    answer = client.get(url)
    assert answer.status_code == 200
    etag = f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["ETag"] == etag
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.md"'
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(url, headers={"If-None-Match": known})
        assert again.status_code == 304, known
        assert again.content == b""
        assert again["ETag"] == etag
    other = client.get(url, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    head = client.head(url)
    assert head["ETag"] == etag


def test_the_dialects_differ_as_they_should(team, alice):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    client = signed_in(alice)

    def text(**query):
        return client.get(url_of("download", plan, **query)).content.decode()

    assert text() == make.FINISHED
    assert "\n- **Storage**: SQLite\n" in text(dialect="customer")
    assert "\n**Storage**: SQLite\n" in text(dialect="upstream")
    assert "\n**Storage**: SQLite\n" not in text()
    compatible = text(compatible=1)
    comment = compatible.partition("<!--")[2].partition("-->")[0]
    assert "\n**Storage**: SQLite\n" in comment
    assert doc.read(text(form="finished")).title == "Implementation Plan: Tide tables"


@pytest.mark.parametrize(
    "text",
    [
        make.SMALL,
        make.SMALL.replace("\n", "\r\n"),
        "\ufeff" + make.SMALL,
        make.SMALL.rstrip("\n"),
        make.SMALL + "\n\n\n",
        "just words, no heading",
        "# Pläne für 潮汐 🌊\n\n- **Küste**:   weit  \n",
        "# Plan: NUL\n\nA \0 here.\n",
        "# Plan\n\n| a | b |\n|---|---|\n| `x|y` | z |\n\n```\nunclosed\n",
    ],
    ids=lambda text: ascii(text[-12:]),
)
def test_what_was_imported_comes_back_byte_for_byte(team, alice, text):
    plan = make.make_plan(team=team, actor=alice, text=text)
    answer = signed_in(alice).get(url_of("download", plan))
    assert answer.content == text.encode()


def test_an_unfinished_plan_is_refused_with_links_to_what_is_in_the_way(plan, dana):
    client = signed_in(dana)
    answer = client.get(url_of("download", plan, form="finished"))
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer
    problems = soup(answer).select(".problem a")
    assert problems
    page = soup(client.get(url_of("plan", plan)))
    for link in problems:
        path, _, anchor = link["href"].partition("#")
        assert path == plan.get_absolute_url()
        assert page.find(id=anchor)
    assert url_of("download", plan) in [a["href"] for a in soup(answer)("a")]


@pytest.mark.parametrize("query", [{"form": "final"}, {"dialect": "french"}], ids=str)
def test_a_form_that_there_is_not_is_refused(plan, alice, query):
    answer = signed_in(alice).get(url_of("download", plan, **query))
    assert answer.status_code == 422
    assert next(iter(query)) in words_of(answer)


# --- Undo and redo ---


def test_undo_and_redo_bring_back_what_was_changed(plan, bob):
    client = signed_in(bob)
    before = make.text_of(plan)
    item = make.find(plan, label="Storage")
    client.post(url_of("item", plan, item.pk), {"value": "SQLite"})
    after = make.text_of(plan)
    for name, text, words in (
        ("undo", before, "Undone: 1. OBJECTIVE › Storage"),
        ("redo", after, "Redone: 1. OBJECTIVE › Storage"),
        ("undo", before, "Undone"),
    ):
        answer = client.post(url_of(name, plan), headers=HTMX)
        assert answer.status_code == 200
        assert targets_of(answer) == [f"#item-{item.pk}", "#toasts"]
        assert words in words_of(answer)
        assert make.text_of(plan) == text
        page = client.get(url_of("plan", plan))
        assert_fragment_matches_page(answer, page, f"#item-{item.pk}")


def test_undo_without_javascript_says_what_it_did(plan, bob):
    client = signed_in(bob)
    item = make.find(plan, label="Storage")
    client.post(url_of("item", plan, item.pk), {"value": "SQLite"})
    answer = client.post(url_of("undo", plan), follow=True)
    assert answer.redirect_chain[0][0].startswith(plan.get_absolute_url())
    assert "Undone: 1. OBJECTIVE › Storage" in words_of(answer)
    answer = client.post(url_of("redo", plan), follow=True)
    assert "Redone" in words_of(answer)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_there_is_nothing_to_undo_or_redo_at_first(plan, bob, headers):
    for name in ("undo", "redo"):
        answer = signed_in(bob).post(url_of(name, plan), headers=headers)
        assert answer.status_code == 422
        assert "You have no changes to" in words_of(answer)
        assert is_fragment(answer) is bool(headers)


def test_one_undoes_one_s_own_changes(plan, alice, bob):
    storage = make.find(plan, label="Storage")
    category = make.find(plan, label="Category")
    signed_in(bob).post(url_of("item", plan, storage.pk), {"value": "SQLite"})
    signed_in(alice).post(url_of("item", plan, category.pk), {"value": "Map"})
    signed_in(bob).post(url_of("undo", plan), headers=HTMX)
    text = make.text_of(plan)
    assert "SQLite" not in text
    assert "- **Category**: Map" in text


def test_a_text_that_others_edited_since_is_not_undone(plan, alice, bob):
    item = make.find(plan, label="Storage")
    signed_in(bob).post(url_of("item", plan, item.pk), {"value": "SQLite"})
    signed_in(alice).post(url_of("item", plan, item.pk), {"value": "SQLite 3"})
    answer = signed_in(bob).post(url_of("undo", plan), headers=HTMX)
    assert answer.status_code in (409, 422)
    assert "edited this since your change" in words_of(answer)
    assert "SQLite 3" in make.text_of(plan)
