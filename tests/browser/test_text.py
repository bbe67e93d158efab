"""Putting two changes of one text together: the laws of static/js/editor/text.js.

Each example of hypothesis is a batch of cases, because a call of the browser takes
longer than all of them.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import settings as planner_settings
from tests.effort import examples

pytestmark = pytest.mark.once

MODULE = Path(planner_settings.BASE_DIR / "static/js/editor/text.js")
BATCH = 40

REBASE = """cases => cases.map(([base, mine, theirs]) => {
    const { text, clean, map } = window.rebase(base, mine, theirs);
    const places = [];
    for (let at = 0; at <= mine.length; at++) places.push(map(at));
    return { text, clean, places };
})"""


@pytest.fixture(scope="module")
def page(chromium):
    """An empty page with the module in it."""
    with chromium.in_use() as browser:
        page = browser.new_page()
        load_module(page)
        yield page
        page.close()


def load_module(page):
    page.route(
        "http://text.test/**",
        lambda route: route.fulfill(
            body=MODULE.read_text() if route.request.url.endswith(".js") else "",
            content_type="text/javascript"
            if route.request.url.endswith(".js")
            else "text/html",
        ),
    )
    page.goto("http://text.test/")
    page.evaluate("import('/text.js').then(module => Object.assign(window, module))")


def rebased(page, *cases):
    return page.evaluate(REBASE, [list(case) for case in cases])


# --- By example ---


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("A page", "A page for piers", "The page", "The page for piers"),
        ("one two three", "one 2 three", "one two 3", "one 2 3"),
        ("a b c", "a b c", "a x c", "a x c"),
        ("a b c", "a x c", "a x c", "a x c"),
        ("Grüße aus Kiel", "Viele Grüße aus Kiel", "Grüße aus Köln 🚢", None),
        ("", "mine", "", "mine"),
        ("line\nline two\n", "line\nline 2\n", "Line\nline two\n", "Line\nline 2\n"),
    ],
)
def test_changes_of_different_words_are_put_together(
    page, base, mine, theirs, expected
):
    (result,) = rebased(page, (base, mine, theirs))
    assert result["clean"]
    assert result["text"] == (expected or "Viele Grüße aus Köln 🚢")


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("A page", "A site", "A view"),
        ("A page", "A page for piers", "A page for gauges"),
        ("", "mine", "theirs"),
        ("A page for you", "A page", "A page for us"),
    ],
)
def test_changes_of_the_same_words_leave_mine(page, base, mine, theirs):
    (result,) = rebased(page, (base, mine, theirs))
    assert not result["clean"]
    assert result["text"] == mine


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("one two|", "zero one two", "zero one two|"),
        ("one| two", "one two three", "one| two three"),
        ("one two|", "one two three", "one two| three"),
        ("|one two", "zero one two", "|zero one two"),
        ("one two|", "one", "one|"),
        ("one t|wo three", "one 2 three", "one 2| three"),
    ],
)
def test_the_caret_stays_at_its_words(page, mine, theirs, expected):
    at = mine.index("|")
    text = mine.replace("|", "")
    (result,) = rebased(page, (text, text, theirs))
    place = result["places"][at]
    assert result["text"][:place] + "|" + result["text"][place:] == expected


# --- By law ---

words = st.sampled_from(["alpha", "beta", "gamma", "ü", "9", ".", "-", "\n", "", "🚢"])
text = st.lists(words, max_size=12).map(" ".join)
laws = settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@laws
@given(pairs=st.lists(st.tuples(text, text), min_size=BATCH, max_size=BATCH))
def test_hunks_lead_from_one_text_to_the_other(page, pairs):
    results = page.evaluate(
        """pairs => pairs.map(([before, after]) => {
            let made = before;
            for (const { from, to, text } of window.hunksOf(before, after).reverse()) {
                made = made.slice(0, from) + text + made.slice(to);
            }
            return made;
        })""",
        [list(pair) for pair in pairs],
    )
    assert results == [after for _, after in pairs]


@laws
@given(pairs=st.lists(st.tuples(text, text), min_size=BATCH, max_size=BATCH))
def test_one_change_alone_is_kept_as_it_is(page, pairs):
    alone = rebased(page, *[(base, mine, base) for base, mine in pairs])
    arriving = rebased(page, *[(base, base, theirs) for base, theirs in pairs])
    twice = rebased(page, *[(base, same, same) for base, same in pairs])
    for results in (alone, arriving, twice):
        assert [result["text"] for result in results] == [after for _, after in pairs]
        assert all(result["clean"] for result in results)


@st.composite
def two_edits(draw):
    """A text of words that are all different, and two edits that bring new ones."""
    base = [f"base{number}" for number in range(draw(st.integers(0, 8)))]

    def edited(name):
        words = list(base)
        for step in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(words)))
            if draw(st.booleans()):
                words.insert(at, f"{name}{step}")
            else:
                del words[at : at + 1]
        return " ".join(words)

    return " ".join(base), edited("mine"), edited("theirs")


@laws
@given(cases=st.lists(two_edits(), min_size=BATCH, max_size=BATCH))
def test_no_word_of_either_is_lost_and_the_caret_keeps_its_place(page, cases):
    results = rebased(page, *cases)
    for (base, mine, theirs), result in zip(cases, results, strict=True):
        if not result["clean"]:
            assert result["text"] == mine
            continue
        together = result["text"].split()
        old = set(base.split())
        for side in (mine, theirs):
            assert set(side.split()) - old <= set(together)
            assert not (old - set(side.split())) & set(together)
        for at, place in enumerate(result["places"]):
            if mine[at - 1 : at + 1].strip() != mine[at - 1 : at + 1]:
                before = {word for word in mine[:at].split() if word in together}
                assert before <= set(result["text"][:place].split())
                after = {word for word in mine[at:].split() if word in together}
                assert after <= set(result["text"][place:].split())


def test_long_texts_take_no_time(page):
    base = " ".join(f"word{number}" for number in range(20_000))
    other = " ".join(f"term{number}" for number in range(20_000))
    milliseconds = page.evaluate(
        """([base, other]) => {
            const start = performance.now();
            window.rebase(base, base + " more", "First " + base);
            window.rebase(base, other, "First " + base);
            return performance.now() - start;
        }""",
        [base, other],
    )
    assert milliseconds < 1000
