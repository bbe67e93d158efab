"""How complete a plan is: one number, whoever asks and wherever it is shown."""

import re
from pathlib import Path

import pytest

import plans
from plans.actions.items import save_item
from plans.content import export, storage
from tests import make
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.slow

TEMPLATE = Path(plans.__file__).parent / "document" / "plan-template.md"
DUPLICATES = make.FINISHED.replace("R-002", "R-001")
UNJUSTIFIED = make.FINISHED.replace("One build cannot target both", "")
TEXTS = {
    "template": TEMPLATE.read_text(),
    "small": make.SMALL,
    "finished": make.FINISHED,
    "only errors that are no blanks": DUPLICATES,
    "an error of a row": UNJUSTIFIED,
    "warnings alone": make.FINISHED.replace("Keep UTC", "Keep UTC. TODO"),
    "questions in a row": make.FINISHED.replace(
        "Keep UTC", "[NEEDS CLARIFICATION: which zone?]"
    ),
    "nothing to fill in": "# Plan: Tides\n\nAll is said.\n",
    "nothing but an error": "# Plan: Tides\n\n- **Date**: 2026-02-31\n",
    "a decision that was imported": make.FINISHED.replace(
        "**: Dana",
        "**: — approved by Dana on 2026-11-24, version 3, sha256 1a2b3c4d5e6f",
    ),
    "guidance": make.SMALL.replace(
        "Show the tides", "<!-- ACTION REQUIRED: Say what. -->\n\nShow the"
    ),
    "a heading": "# Plan: Tides\n\n## [Name of the phase]\n\nSail.\n",
}


def number_in(text: str) -> int:
    return int(re.search(r"\d+", text)[0])


def counts_on_pages(client, plan) -> dict[str, int]:
    """What each page says still has to be done."""
    page = soup(client.get(url_of("plan", plan)))
    counts = {"outline": sum_of_outline(page)}
    places = {
        "plan": page,
        "side": soup(client.get(url_of("side", plan), headers=HTMX)),
    }
    for name, part in places.items():
        counts[f"{name}, progress"] = left_in(part.select_one("#plan-progress"))
        panel = part.select_one("#panel-problems")
        counts[f"{name}, panel"] = number_in(panel.select_one(".count").get_text())
        listed = panel.select(".problem:not(.is-warning)")
        more = panel.select_one(".problem-more")
        counts[f"{name}, panel's list"] = len(listed) + (
            number_in(more.get_text()) if more else 0
        )
        summary = part.select_one(".sheet > summary").get_text()
        counts[f"{name}, summary"] = number_in(summary)
    check_chapters(page)
    row = soup(client.get(url_of("plan_list"))).select_one(".plan-row-progress")
    counts["list"] = left_in(row)
    for name in ("review", "preview"):
        words = words_of(client.get(url_of(name, plan)))
        match = re.search(r"(\d+) issues? to resolve before", words)
        counts[name] = int(match[1]) if match else 0
    answer = client.get(url_of("download", plan, form="finished"))
    match = re.search(r"(\d+) issues? to resolve", words_of(answer))
    counts["download"] = int(match[1]) if answer.status_code == 409 else 0
    answer = client.post(url_of("review_request", plan))
    match = re.search(r"(\d+) issues? (is|are) still blocking", words_of(answer))
    counts["submission"] = int(match[1]) if match else 0
    draft = client.get(url_of("download", plan)).content.decode()
    seen = words_of(client.post(url_of("plan_import"), {"text": draft}))
    counts["import"] = int(re.search(r"(\d+) blocking issues?", seen)[1])
    return counts


def check_chapters(page) -> None:
    """The bars of the chapters say what the outline says of them."""
    for bar in page.select("#panel-chapters li"):
        done, total = map(
            int, re.findall(r"\d+", bar.select_one(".chapter-count").text)
        )
        target = bar.select_one("a")["href"]
        line = page.select_one(f'.outline-item a[href="{target}"]')
        count = line.select_one(".outline-count")
        assert total - done == (number_in(count.get_text()) if count else 0)


def left_in(part) -> int:
    """A bar and `filled/all`; in words where all or nothing is filled in."""
    label = part.select_one(".progress-label").get_text()
    if label == "Complete" or label.endswith(" to do"):
        assert not part.select("progress")
        return 0 if label == "Complete" else int(label.split()[0])
    filled, total = map(int, label.split("/"))
    bar = part.select_one("progress")
    assert (int(bar["value"]), int(bar["max"])) == (filled, total)
    assert filled < total
    return total - filled


def sum_of_outline(page, kind=".outline-count") -> int:
    """Each section counts in those above it."""
    tops = []
    for item in page.select(".outline-item"):
        depth = number_in(next(c for c in item["class"] if c.startswith("depth-")))
        count = item.select_one(kind)
        here = number_in(count.get_text()) if count else 0
        if not tops or depth <= tops[-1][0]:
            tops.append((depth, here))
    return sum(count for _, count in tops)


@pytest.mark.once
@pytest.mark.parametrize("name", TEXTS)
def test_all_pages_say_the_same_number(team, alice, name):
    plan = make.make_plan(team=team, actor=alice, text=TEXTS[name])
    problems = export.problems(plan, storage.load(plan).document)
    expected = sum(problem.is_error for problem in problems)
    counts = counts_on_pages(signed_in(alice), plan)
    assert counts == dict.fromkeys(counts, expected)


def questions_on_pages(client, plan) -> dict[str, int]:
    """How many open questions each page says there are."""
    page = soup(client.get(url_of("plan", plan)))
    panel = page.select_one("#panel-questions .count").get_text()
    row = soup(client.get(url_of("plan_list"))).select_one(".plan-row-meta")
    match = re.search(r"(\d+) questions?", row.get_text())
    return {
        "outline": sum_of_outline(page, ".outline-questions"),
        "panel": number_in(panel),
        "list": int(match[1]) if match else 0,
    }


@pytest.mark.once
@pytest.mark.parametrize("name", TEXTS)
def test_all_pages_say_the_same_number_of_questions(team, alice, name):
    plan = make.make_plan(team=team, actor=alice, text=TEXTS[name])
    problems = export.problems(plan, storage.load(plan).document)
    expected = sum(problem.code == "question" for problem in problems)
    counts = questions_on_pages(signed_in(alice), plan)
    assert counts == dict.fromkeys(counts, expected)


@pytest.mark.parametrize("text", [DUPLICATES, TEXTS["nothing but an error"]])
def test_a_draft_with_errors_is_never_complete(team, alice, text):
    plan = make.make_plan(team=team, actor=alice, text=text)
    client = signed_in(alice)
    assert "Complete" not in words_of(client.get(url_of("plan_list")))
    page = soup(client.get(url_of("plan", plan)))
    assert "Complete" not in page.select_one("#plan-progress").get_text()


def test_the_list_follows_each_change(team, alice):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    client = signed_in(alice)

    def listed():
        row = soup(client.get(url_of("plan_list"))).select_one(".plan-row-progress")
        return left_in(row)

    assert listed() == 0
    row = make.find(plan, cell="R-002")
    save_item(plan=plan, item=row, actor=alice, values={"cell-0": "R-001"}, seen=None)
    assert listed() == 2
    client.post(url_of("undo", plan))
    assert listed() == 0
