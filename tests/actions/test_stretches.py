"""Comments on a stretch of a text keep what they were about."""

import pytest

from plans.actions.comments import comment
from plans.content.anchors import About
from plans.errors import Refused
from plans.models import Thread
from plans.page.comments import Scope, threads_context
from plans.permissions import effective_membership
from tests import make


@pytest.fixture
def summary(plan):
    return make.find(plan, heading="Summary")


def about(quote="tides", **more):
    return About(**{"key": "text", "quote": quote, "prefix": "Show the ", **more})


def remark(plan, item, actor, stretch):
    return comment(plan=plan, item=item, actor=actor, text="Which?", about=stretch)


def shown(plan, item, user, role="editor"):
    member = effective_membership(plan, user, role)
    context = threads_context(plan, member, Scope(item_id=item.pk), item)
    (view,) = context["open_threads"]
    return view


def test_the_quote_stays_when_its_text_goes(plan, summary, alice, dana):
    before = make.text_of(plan)
    thread = remark(plan, summary, dana, about(position=9)).thread
    assert (thread.quote, thread.prefix, thread.position) == ("tides", "Show the ", 9)
    assert make.text_of(plan) == before
    assert not shown(plan, summary, alice).is_quote_gone
    for text, is_gone in [
        ("Show **all** the *tides* of a harbour.", False),
        ("Show the ebb of a harbour.", True),
        ("Show the tides again.", False),
    ]:
        item = make.row_of(plan, summary.pk)
        make.save_item(
            plan=plan, item=item, actor=alice, values={"text": text}, seen=None
        )
        item = make.row_of(plan, summary.pk)
        assert shown(plan, item, alice).is_quote_gone is is_gone, text
    assert shown(plan, item, alice).row.quote == "tides"


def test_a_stretch_is_compared_as_it_is_shown(plan, alice, dana):
    item = make.find(plan, label="Storage")
    values = {"value": "See `a&b` and [the *notes*](https://example.org/)"}
    make.save_item(plan=plan, item=item, actor=alice, values=values, seen=None)
    item = make.row_of(plan, item.pk)
    remark(plan, item, dana, about("a&b and the notes", key="value"))
    assert not shown(plan, item, alice).is_quote_gone


@pytest.mark.parametrize(
    ("stretch", "why"),
    [
        (about(""), "Select up to 1,000"),
        (about("x" * 1001), "Select up to 1,000"),
        (about("a\0"), "NUL"),
        (about(key="cell-1"), "no such text"),
        (about(key="nonsense"), "no such text"),
    ],
)
def test_what_cannot_be_kept_is_refused(plan, summary, dana, stretch, why):
    with pytest.raises(Refused, match=why):
        remark(plan, summary, dana, stretch)
    assert not Thread.objects.exists()


def test_what_stands_around_is_cut(plan, summary, dana):
    long = about(prefix="a" * 99 + "b", suffix="c" + "d" * 99)
    thread = remark(plan, summary, dana, long).thread
    assert thread.prefix == "a" * 63 + "b" and thread.suffix == "c" + "d" * 63
