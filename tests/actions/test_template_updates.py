"""Bringing plans up to a newer version of their template loses no text."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import document as doc
from plans.actions.comments import comment
from plans.actions.items import add_item, save_item
from plans.actions.plans import Start, create_from_template
from plans.actions.template_updates import (
    bring_up_to_date,
    compare_with_template,
    keys_without_clash,
)
from plans.actions.templates import add_template, add_template_version
from plans.actions.undo import redo, undo
from plans.content import storage
from plans.document.diff.changes import Clash
from plans.document.diff.three_way import plan_changes
from plans.errors import NotAllowed, Refused
from plans.models import Change, Plan
from tests import make
from tests.document.texts import KINDS, can_be_typed_into, set_value
from tests.effort import examples
from tests.make import corpus_files

pytestmark = pytest.mark.once

OLD = """\
# Implementation Plan: [FEATURE]

## Context

<!-- ACTION REQUIRED: Say where it runs. -->

- **Storage**: [e.g., files]
- **Owner**: [Name]
- **Budget**: [How much?]

## Checks

- [ ] Reviewed
- [ ] Measured

## Risks

| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |
|---|---|---|---|---|---|
| R-001 | [What can happen?] | High/Med/Low | High/Med/Low | [What to do] | [Name] |

## Old ways

[What was done before]
"""
NEW = """\
# Implementation Plan: [FEATURE]

## Context

<!-- ACTION REQUIRED: Say where it runs, and for whom. -->

- **Data store**: [e.g., files]
- **Owner**: [Name]
- **Region**: [Where it runs]

## Quality checks

- [ ] Reviewed
- [ ] Load-tested
- [ ] Measured

## Risks

| Risk ID | Description | Impact | Likelihood | Mitigation | Owner |
|---|---|---|---|---|---|
| R-001 | [What can happen?] | High/Med/Low | High/Med/Low | [What to do] | [Name] |

## Support

- **On call**: [Name]
"""


@pytest.fixture
def old(team, alice):
    return add_template(team=team, actor=alice, name="Service plan", markdown=OLD)


def newer(old, actor, markdown=NEW):
    return add_template_version(template=old.template, actor=actor, markdown=markdown)


def planned(old, actor):
    return create_from_template(
        team=old.template.team, actor=actor, start=Start("Tide tables"), version=old
    )


def typed(plan, actor, label, text):
    row = make.find(plan, label=label)
    save_item(plan=plan, item=row, actor=actor, values={"value": text}, seen=None)


def update(plan, version, actor, keys=None):
    if keys is None:
        keys = keys_without_clash(compare_with_template(plan, version))
    return bring_up_to_date(plan=plan, version=version, actor=actor, keys=keys)


def test_an_untouched_plan_becomes_what_a_new_one_would_be(team, alice, bob, old):
    plan = planned(old, bob)
    version = newer(old, alice)
    update(plan, version, bob)
    plan.refresh_from_db()
    assert plan.template_version == version
    assert make.text_of(plan) == make.text_of(planned(version, bob))


def test_what_people_wrote_stays_and_undo_takes_it_all_back(team, alice, bob, old):
    plan = planned(old, bob)
    typed(plan, bob, "Storage", "A file for each harbour")
    typed(plan, bob, "Budget", "Two weeks")
    ways = make.find(plan, heading="Old ways")
    save_item(
        plan=plan, item=ways, actor=bob, values={"text": "By telephone."}, seen=None
    )
    storage_row = make.find(plan, label="Storage")
    comment(plan=plan, actor=alice, item=storage_row, text="Is that enough?")
    before = make.text_of(plan)
    version = newer(old, alice)
    compared = compare_with_template(plan, version)
    kept = [c for c in compared.changes if c.clash]
    assert [c.clash for c in kept] == [Clash.KEPT] * 2
    applied = update(plan, version, bob)
    text = make.text_of(plan)
    assert "- **Data store**: A file for each harbour\n" in text
    assert "- **Budget**: Two weeks\n" in text
    assert "By telephone." in text
    assert "and for whom" in text and "- [ ] Load-tested" in text
    assert "## Quality checks" in text and "## Support" in text
    again = make.find(plan, label="Data store")
    assert (again.pk, again.open_threads) == (storage_row.pk, 1)
    assert applied.change.verb == Change.Verb.PLAN_UP_TO_DATE
    assert applied.change.label == "Service plan, version 2"
    undo(plan=plan, actor=bob)
    plan = Plan.objects.get(pk=plan.pk)
    assert (make.text_of(plan), plan.template_version) == (before, old)
    redo(plan=plan, actor=bob)
    plan = Plan.objects.get(pk=plan.pk)
    assert (make.text_of(plan), plan.template_version) == (text, version)


def test_what_is_dropped_with_its_text_goes_only_where_it_is_chosen(
    team, alice, bob, old
):
    plan = planned(old, bob)
    typed(plan, bob, "Budget", "Two weeks")
    version = newer(old, alice)
    compared = compare_with_template(plan, version)
    update(plan, version, bob, compared.keys)
    assert "Budget" not in make.text_of(plan)
    undo(plan=plan, actor=bob)
    assert "- **Budget**: Two weeks\n" in make.text_of(plan)


def test_nothing_chosen_only_notes_the_version(team, alice, bob, old):
    plan = planned(old, bob)
    version, before = newer(old, alice), make.text_of(plan)
    update(plan, version, bob, [])
    plan.refresh_from_db()
    assert (make.text_of(plan), plan.template_version) == (before, version)
    with pytest.raises(Refused, match="up to date with version 2"):
        update(plan, version, bob, [])
    with pytest.raises(Refused, match="up to date"):
        update(plan, old, bob, [])


def test_only_editors_update_and_only_from_the_plan_s_own_template(
    team, alice, bob, dana, old
):
    plan = planned(old, bob)
    version = newer(old, alice)
    with pytest.raises(NotAllowed):
        update(plan, version, dana)
    other = add_template(team=team, actor=alice, name="Other", markdown=NEW)
    with pytest.raises(Refused, match="didn’t come from"):
        update(plan, other, bob, [])


def test_rows_that_people_added_stay(team, alice, bob, old):
    plan = planned(old, bob)
    first = make.find(plan, cell="R-001")
    second = add_item(plan=plan, block=first.block, actor=bob)
    for row, text in ((first, "The gauges fall silent"), (second, "Ice")):
        row = make.row_of(plan, row.pk)
        values = {"cell-1": text}
        save_item(plan=plan, item=row, actor=bob, values=values, seen=None)
    table = NEW.replace("| Risk ID | Description", "| Risk ID | What | Description")
    table = table.replace("|---|---|", "|---|---|---|", 1)
    table = table.replace("| R-001 |", "| R-001 | [Area] |")
    update(plan, newer(old, alice, table), bob)
    text = make.text_of(plan)
    assert "The gauges fall silent" in text and "Ice" in text


@pytest.mark.slow
def test_every_template_can_be_updated(team, alice, bob):
    """Each with every other as its newer version: what was typed is still there."""
    chance = random.Random(7)  # noqa: S311
    texts = [
        path.read_bytes().decode() for path in corpus_files("templates", whole=True)
    ]
    for number, text in enumerate(texts):
        other = texts[(number + 1) % len(texts)]
        document = doc.read(text)
        words = typed_into(document, chance)
        check_nothing_lost(text, doc.write(document), other, words)
        assert not plan_changes(text, doc.write(document), text).changes


# --- The law -------------------------------------------------------------------------

LINES = [
    *("## Context", "## Goals", "### More", "- **Storage**: [e.g., files]", "---"),
    *("- **Owner**: [Name]", "- **State**: [A | B | C]", "- **List**:\n  - [one]"),
    *("- [ ] Reviewed", "- [ ] [Check]", "[What is it?]", "Some words. [more]"),
    *("| Metric | Target |\n|---|---|\n| [Name] | [X] ms |", "- [Entry]", "", ""),
    *("<!-- ACTION REQUIRED: x -->", "**Bare**: [value]", "```\ntree/\n```"),
    *("- **Goal**: [NEEDS CLARIFICATION: which?]", "1. [Step 1]\n2. [Step 2]"),
]
templates = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=20).map(
        lambda lines: "# Plan: [FEATURE]\n\n" + "".join(f"{line}\n" for line in lines)
    ),
    st.sampled_from([OLD, NEW, KINDS, doc.default_template()]),
)


@st.composite
def newer_of(draw, text):
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["put", "drop", "rename", "move"])):
            case "put":
                lines.insert(at, draw(st.sampled_from(LINES)) + "\n")
            case "drop":
                del lines[at : at + draw(st.integers(1, 4))]
            case "rename" if at < len(lines):
                lines[at] = lines[at].replace("a", "u").replace("o", "i")
            case "move":
                moving = lines[at : at + 3]
                del lines[at : at + 3]
                to = draw(st.integers(0, len(lines)))
                lines[to:to] = moving
    return "".join(lines) or "# Plan\n"


def typed_into(document, chance):
    """Words of our own, in some of a document's values; returns them."""
    words = []
    for _, _, item in document.walk():
        values = doc.values_of(item)
        if not values or not can_be_typed_into(item) or chance.random() < 0.4:
            continue
        index = chance.randrange(len(values))
        if values[index] and item.kind in ("code", "raw"):
            continue
        words.append(f"typed{len(words)}word")
        set_value(item, index, f"{values[index]} {words[-1]}".strip())
    return words


def check_nothing_lost(old, mine, new, words):
    compared = plan_changes(old, mine, new)
    text = compared.text_with(keys_without_clash(compared)).text
    assert [word for word in words if word not in text] == []


@given(templates, st.data(), st.randoms(use_true_random=False))
def test_no_text_is_lost(old, data, chance):
    document = doc.read(old)
    words = typed_into(document, chance)
    mine = doc.write(document)
    new = data.draw(st.one_of(newer_of(old), templates))
    check_nothing_lost(old, mine, new, [word for word in words if word in mine])
    assert not plan_changes(old, mine, old).changes


@pytest.mark.slow
@given(templates, st.data(), st.integers(0, 2**32))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=examples(8),
    deadline=None,
)
def test_a_plan_keeps_what_was_typed_and_undo_gives_its_bytes(
    team, alice, bob, old, data, seed
):
    markdown = data.draw(templates)
    row = add_template(
        team=team, actor=alice, name=f"T{seed}{markdown!r}"[:90], markdown=markdown
    )
    plan = planned(row, bob)
    chance, words = random.Random(seed), []  # noqa: S311
    for item in list(storage.load(plan).items.values()):
        if item.kind not in ("field", "entry", "passage") or chance.random() < 0.5:
            continue
        words.append(f"typed{len(words)}word")
        key = "value" if item.kind == "field" else "text"
        item = make.row_of(plan, item.pk)
        save_item(plan=plan, item=item, actor=bob, values={key: words[-1]}, seen=None)
    before = make.text_of(plan)
    new = data.draw(newer_of(markdown))
    if new == markdown:
        return
    update(plan, newer(row, alice, new), bob)
    text = make.text_of(plan)
    assert [word for word in words if word not in text] == []
    undo(plan=plan, actor=bob)
    assert make.text_of(Plan.objects.get(pk=plan.pk)) == before
