"""Markup that is kept says what fresh markup would, whatever happened meanwhile."""

import pytest
from bs4 import BeautifulSoup

from plans import document as doc
from plans.actions import comments, items, moving, questions, undo
from plans.content import storage
from plans.content.limits import MAX_VALUE_CHARACTERS
from plans.models import Item, Plan
from plans.page import item_html, section_html
from plans.page import items as page_items
from plans.page.section_html import sections_html
from plans.page.view_models import Control
from tests import make
from tests.client import faults_of
from tests.views.asking import signed_in, url_of

pytestmark = pytest.mark.once

TREES = """

### Structure

```text
# [REMOVE IF UNUSED] Option 1: Single project
src/
tests/

# [REMOVE IF UNUSED] Option 2: Web application
backend/
frontend/
```
"""


@pytest.fixture
def plan(team, alice, bob, dana):
    return make.make_plan(team=team, actor=alice, text=make.SMALL + TREES)


def nodes_of(plan, can_edit=True) -> str:
    plan = Plan.objects.get(pk=plan.pk)
    sections = page_items.section_views(plan, storage.load(plan))
    return sections_html(sections, plan, can_edit)


def assert_kept_is_fresh(plan):
    kept = [nodes_of(plan, can_edit) for can_edit in (True, False)]
    item_html.forget()
    section_html.forget()
    assert kept == [nodes_of(plan, can_edit) for can_edit in (True, False)]


@pytest.mark.slow
def test_the_cached_html_is_what_would_be_rendered_now(plan, alice, bob):
    who = {"plan": plan, "actor": bob}
    goal = {"heading": "Phase 1: Build", "label": "Goal"}
    tree = Item.objects.get(block__section__plan=plan, kind=doc.ItemKind.CODE)

    def find(**what):
        return make.find(plan, **what)

    def save(values, **what):
        return items.save_item(item=find(**what), values=values, seen=None, **who)

    entry = {"text": "research.md"}
    walk = [
        lambda: save({"value": "Another"}, **goal),
        lambda: save({"label": "Aim"}, **goal),
        lambda: save({"done": True}, text="Problem statement clear"),
        lambda: save({"cell-2": "Low", "cell-1": "<b>"}, cell="R-001"),
        lambda: items.add_item(block=find(cell="R-001").block, **who),
        lambda: items.add_item(
            block=find(**entry).block, parent=find(**entry).parent, **who
        ),
        lambda: moving.move_item(item=find(**entry), direction="down", **who),
        lambda: items.remove_item(item=find(text="The page"), **who),
        lambda: questions.ask(
            item=find(label="Category"), key="value", question="Why?", seen=None, **who
        ),
        lambda: questions.answer(
            item=find(label="Category"),
            key="value",
            number=0,
            text="So",
            seen=None,
            **who,
        ),
        lambda: items.choose_option(
            item=make.row_of(plan, tree.pk), number=2, seen=tree.version, **who
        ),
        *[lambda: undo.undo(**who)] * 6,
    ]
    nodes_of(plan)
    for step in walk:
        before = make.text_of(plan)
        step()
        plan.refresh_from_db()
        assert make.text_of(plan) != before
        assert_kept_is_fresh(plan)


def test_a_check_says_who_ticked_it_by_the_name_of_today(plan, bob):
    check = make.find(plan, text="Problem statement clear")
    items.save_item(plan=plan, item=check, actor=bob, values={"done": True}, seen=None)
    assert ">Bob," in nodes_of(plan)
    bob.display_name = "Robert"
    bob.save()
    assert ">Robert," in nodes_of(plan)


def test_a_comment_is_counted_although_the_html_is_cached(plan, bob):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    assert "1 open comment on Goal" not in " ".join(nodes_of(plan).split())
    comments.comment(plan=plan, actor=bob, item=goal, text="Whose?")
    assert "1 open comment on Goal" in " ".join(nodes_of(plan).split())


def test_nobody_s_failed_save_is_kept_for_the_others(plan, alice, bob):
    goal = make.find(plan, heading="Phase 1: Build", label="Goal")
    before = nodes_of(plan)
    address = url_of("item", plan, goal.pk)
    answer = signed_in(bob).post(
        address,
        {"value": "x" * (MAX_VALUE_CHARACTERS + 1), "seen": 0},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert nodes_of(plan) == before


def test_a_page_has_its_own_token_and_an_answer_none(plan, alice, bob):
    tree = Item.objects.get(block__section__plan=plan, kind=doc.ItemKind.CODE)
    tokens = set()
    for user in (alice, bob):
        client = signed_in(user)
        page = client.get(url_of("plan", plan)).content.decode()
        tokens |= {part.split('"', 1)[0] for part in page.split(TOKEN)[1:]}
        form = BeautifulSoup(page, "html.parser").select_one(f"#item-{tree.pk} form")
        assert form.select_one("[name=csrfmiddlewaretoken]")["value"] in tokens
        answer = client.get(
            url_of("item", plan, tree.pk), headers={"HX-Request": "true"}
        ).content.decode()
        assert "<form" in answer
        assert "csrfmiddlewaretoken" not in answer
    assert len(tokens) == 2
    assert {len(token) for token in tokens} == {64}


TOKEN = 'name="csrfmiddlewaretoken" value="'


def test_what_the_page_keeps_is_an_empty_element_of_the_same_kind(plan):
    sections = page_items.section_views(plan, storage.load(plan))
    for item in [i for s in sections for b in s.blocks for i in b.items]:
        item.keep = True
        html = item_html.node_html(item, plan, True)
        assert html == (
            f'<{item.outer_tag} id="{item.outer_id}" data-keep></{item.outer_tag}>\n'
        )
        item.keep, item.keep_own = False, True
        html = item_html.node_html(item, plan, True)
        assert f'id="{item.dom_id}" data-keep' in html
        assert faults_of(html) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [("### Title", "h3"), ("a\n===", "h1"), ("```\nx", "pre"), ("a\n\n---", "hr")],
)
def test_a_passage_shows_what_the_file_will_say(plan, alice, typed, name):
    passage = Item.objects.filter(
        block__section__plan=plan, kind=doc.ItemKind.PASSAGE
    ).first()
    items.save_item(
        plan=plan, item=passage, actor=alice, values={"text": typed}, seen=None
    )
    value = BeautifulSoup(nodes_of(plan), "html.parser").select(
        f"#item-{passage.pk}-text-view .markdown"
    )[0]
    assert value.find(name) is None
    assert typed.split()[-1] in value.get_text()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("R-001", "is-short"),
        ("2026-03-20", "is-short"),
        ("", ""),
        ("Routes cannot be put on the phone", ""),
        ("see specs/014-offline-meter-readings/spec.md", "has-long-word"),
    ],
)
def test_a_cell_says_how_it_may_break(value, name):
    assert Control("cell-0", "Risk ID", value).cell_class == name
