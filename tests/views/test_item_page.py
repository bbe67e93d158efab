"""The page of an item, as a browser without JavaScript has it: it edits every kind."""

import re

import pytest
from bs4 import Tag

from plans.actions import questions
from plans.models import Item
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import signed_in, soup, url_of, words_of
from tests.views.test_items import kinds_of, motley  # noqa: F401

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def form_of(page, action="") -> dict[str, str]:
    """What a form there would post, untouched; with what others put into it."""
    form = page.select_one(f'noscript form[action$="{action}"]')
    fields = [each for each in form.select("[name]") if each.name != "button"]
    if form.get("id"):
        fields += page.select(f'[form="{form["id"]}"][name]')
    return {
        each["name"]: value for each in fields if (value := posted(each)) is not None
    }


def posted(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.option
        return chosen["value"]
    if field.get("type") == "checkbox":
        return "on" if field.has_attr("checked") else None
    return field.get("value", "")


@pytest.fixture
def edit(client, bob):
    """Opens the page of an item, changes a form of it, and posts that."""
    browser = signed_in(bob)

    def edit(plan, item, action="", **values):
        page = soup(browser.get(url_of("item", plan, item.pk)))
        typed = form_of(page, action or f"items/{item.pk}/") | values
        typed = {name: value for name, value in typed.items() if value is not None}
        address = url_of("item", plan, item.pk) + action
        answer = browser.post(address, typed)
        assert answer.status_code == 302, words_of(answer)
        assert answer["Location"] == f"{plan.get_absolute_url()}#item-{item.pk}"
        return typed

    return edit


@pytest.mark.slow
def test_a_form_that_was_not_touched_changes_nothing(motley, edit):  # noqa: F811
    before, changes = make.text_of(motley), motley.changes.count()
    for kind, items in kinds_of(motley).items():
        for item in [] if kind == "guidance" else items:
            edit(motley, item)
    assert make.text_of(motley) == before
    assert motley.changes.count() == changes


def test_a_field_with_its_label(motley, edit):  # noqa: F811
    edit(motley, make.find(motley, label="Storage"), label="Store", value="SQLite")
    assert "- **Store**: SQLite\n" in make.text_of(motley)


def test_a_choice_and_a_date(motley, edit):  # noqa: F811
    edit(motley, make.find(motley, label="Level"), value="Med")
    edit(motley, make.find(motley, label="Date"), value="2026-02-03")
    text = make.text_of(motley)
    assert "- **Level**: Med\n" in text
    assert "- **Date**: 2026-02-03\n" in text


def test_a_check_is_ticked_and_unticked(motley, edit):  # noqa: F811
    check = make.find(motley, text="Problem clear")
    edit(motley, check, text="Problem known", done="on")
    assert "- [x] Problem known\n" in make.text_of(motley)
    edit(motley, check, done=None)
    assert "- [ ] Problem known\n" in make.text_of(motley)


def test_a_cell_of_a_row(motley, edit):  # noqa: F811
    edit(
        motley, make.find(motley, cell="R-001"), **{"cell-1": "a | b", "cell-2": "Low"}
    )
    (row,) = (line for line in make.text_of(motley).splitlines() if "R-001" in line)
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
    assert cells == ["R-001", r"a \| b", "Low", "Low", "Show the age", "Bob"]


@pytest.mark.parametrize(
    ("kind", "text", "written"),
    [
        ("entry", "# Another", "1. \\# Another\n2. Second\n"),
        ("passage", "Other words:\n\n- with a list", "Other words:\n\n- with a list\n"),
        ("code", "src/\n└── tides/", "```text\nsrc/\n└── tides/\n```"),
        ("front_matter", "---\nowner: pilots\n---", "---\nowner: pilots\n---\n"),
        ("raw", "```text\nanother\n```", "  ```text\n  another\n  ```\n"),
    ],
)
def test_a_text(motley, edit, kind, text, written):  # noqa: F811
    edit(motley, kinds_of(motley)[kind][0], text=text)
    assert written in make.text_of(motley)


def test_a_question_in_place_of_a_value_is_answered(motley, edit):  # noqa: F811
    scope = make.find(motley, label="Scope")
    assert edit(motley, scope)["value"] == ""
    assert "[NEEDS CLARIFICATION: Which harbours?]" in make.text_of(motley)
    edit(motley, scope, value="Both")
    assert "- **Scope**: Both\n" in make.text_of(motley)


def test_a_question_in_place_of_a_value_is_dismissed(motley, edit):  # noqa: F811
    edit(motley, make.find(motley, label="Scope"), "question/", do="drop", reason="No.")
    assert "NEEDS CLARIFICATION" not in make.text_of(motley)


def test_a_question_in_a_longer_text_is_answered(motley, alice, edit):  # noqa: F811
    category = make.find(motley, label="Category")
    questions.ask(
        plan=motley, item=category, actor=alice, key="value", question="B?", seen=None
    )
    edit(motley, category, "question/", answer="of tides", do="answer")
    assert "- **Category**: Plan of tides\n" in make.text_of(motley)


def test_a_question_in_a_cell_is_answered(motley, alice, edit):  # noqa: F811
    risk = make.find(motley, cell="R-001")
    questions.ask(
        plan=motley, item=risk, actor=alice, key="cell-4", question="How?", seen=None
    )
    edit(motley, risk, "question/", answer="in minutes", do="answer")
    assert "| Show the age in minutes |" in make.text_of(motley)


@pytest.mark.parametrize(("direction", "place"), [("up", 0), ("down", 2)])
def test_an_item_is_moved(motley, bob, direction, place):  # noqa: F811
    second = make.find(motley, text="Second")
    page = soup(signed_in(bob).get(url_of("item", motley, second.pk)))
    button = page.select_one(f'#editor [name=direction][value="{direction}"]')
    data = form_of(page, f"items/{second.pk}/") | {"direction": direction}
    assert signed_in(bob).post(button["formaction"], data).status_code == 302
    siblings = Item.objects.filter(block=second.block_id, parent=None)
    assert list(siblings.order_by("position"))[place].pk == second.pk


@pytest.mark.parametrize(
    "typed", ["mine", "[NEEDS CLARIFICATION: Mine?]"], ids=["text", "question"]
)
def test_who_came_second_keeps_either_text(motley, alice, bob, typed):  # noqa: F811
    scope = make.find(motley, label="Scope")
    address = url_of("item", motley, scope.pk)
    browser = signed_in(bob)
    data = form_of(soup(browser.get(address)), address) | {"value": typed}
    signed_in(alice).post(address, {"value": "theirs", "seen": scope.version})
    answer = browser.post(address, data)
    assert answer.status_code == 409
    page = soup(answer)
    conflict = page.select_one("noscript .conflict")
    assert "theirs" in conflict.get_text()
    assert conflict.a["href"] == address  # "Use the saved text"
    assert conflict.button["form"] == page.select_one("noscript form")["id"]
    again = form_of(page, address)
    assert again["value"] == typed
    assert browser.post(address, again).status_code == 302
    assert f"- **Scope**: {typed}\n" in make.text_of(motley)


def test_a_reader_has_no_form(motley, victor):  # noqa: F811
    for items in kinds_of(motley).values():
        page = soup(signed_in(victor).get(url_of("item", motley, items[0].pk)))
        assert not page.select("main form, main noscript, main .edit")
        assert page.find(id=f"item-{items[0].pk}")


def test_it_is_named_by_its_place(plan, alice):
    storage = make.find(plan, label="Storage")
    page = soup(signed_in(alice).get(url_of("item", plan, storage.pk)))
    assert page.h1.get_text(strip=True) == "1. OBJECTIVE › Storage"
    assert page.title.get_text(strip=True).startswith("1. OBJECTIVE › Storage: ")
