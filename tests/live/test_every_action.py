"""Whatever an action does: a page that applies its events shows what a fresh one shows.

All functions of `plans.actions` that take a plan and an actor are found and called, so
a new one is tested as soon as it is there; one that takes something new fails here
until `ARGUMENTS` says how to make it.
"""

import importlib
import inspect
import pkgutil
from datetime import date
from functools import cache, partial
from itertools import product

import pytest

import plans.actions
from plans.actions import (
    comments,
    guests,
    items,
    locks,
    reviews,
    sharing,
    slots,
    suggestions,
    teams,
    templates,
    undo,
    versions,
)
from plans.actions.signers import Newcomer, Signers
from plans.actions.template_updates import (
    additions,
    compare_with_new_template,
    compare_with_template,
)
from plans.actions.updating import compare_with
from plans.content.anchors import About
from plans.document import BlockKind
from plans.errors import Refused
from plans.live import updates
from plans.live.fragments import render_side
from plans.models import Block, Comment, Item, Plan, Risk, Section, Team, Template, User
from tests import effort, make
from tests.kept import Kept
from tests.pages import PARTS, OpenPage
from tests.registers_walk import assert_registers_are_true
from tests.views.asking import signed_in, url_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

# --- The actions ---


def every_action():
    actions = []
    for module in pkgutil.iter_modules(plans.actions.__path__):
        if module.name in ("change_log", "cited_comments", "evidence"):
            continue  # the helpers of every action
        name = f"plans.actions.{module.name}"
        for _, function in inspect.getmembers(importlib.import_module(name)):
            if inspect.isfunction(function) and function.__module__ == name:
                parameters = inspect.signature(function).parameters.values()
                keywords = {p.name for p in parameters if p.kind == p.KEYWORD_ONLY}
                is_private = function.__name__.startswith("_")
                if {"plan", "actor"} <= keywords and not is_private:
                    actions.append(function)
    return actions


def test_actions_are_found():
    names = {function.__name__ for function in every_action()}
    assert {"save_item", "move_section", "undo", "request_review"} <= names


# --- What they are called with ---


def items_of_each_kind(plan):
    """One of each kind of each block, first and last, nested ones too."""
    rows = Item.objects.filter(
        block__section__plan=plan,
        removed=False,
        block__removed=False,
        block__section__removed=False,
    ).select_related("block")
    by_kind = {}
    for row in rows:
        by_kind.setdefault((row.kind, row.block.kind, bool(row.parent_id)), []).append(
            row.pk
        )
    picked = {pk for ids in by_kind.values() for pk in (ids[0], ids[-1])}
    picked |= {row.pk for row in rows if row.questions}
    return [make.row_of(plan, pk) for pk in sorted(picked)]


def sections_of(plan):
    rows = Section.objects.filter(plan=plan, removed=False)
    return [with_plan(row, plan) for row in rows]


def with_plan(row, plan):
    row.plan = plan
    return row


def blocks_of(plan):
    rows = Block.objects.filter(section__plan=plan, removed=False)
    return list(rows.select_related("section"))


def threads_of(plan):
    return list(plan.threads.all())


def comments_of(plan):
    return list(Comment.objects.filter(thread__plan=plan))


# For each parameter, what to call an action with. All combinations are tried.
ARGUMENTS = {
    "item": items_of_each_kind,
    "section": sections_of,
    "block": blocks_of,
    "after": lambda plan: [sections_of(plan)[2]],
    "behind": lambda plan: [None, *sections_of(plan)[2:4], *blocks_of(plan)[1:4]],
    "thread_ids": lambda plan: [[], [each.pk for each in threads_of(plan)]],
    # With a key of their own: tests/evidence/test_own_key.py.
    "own": lambda plan: [None],
    "together": lambda plan: [()],
    "slots": lambda plan: [[(make.slot_of(plan, "Launch Approval"), None)]],
    "email": lambda plan: ["hanna@customer.test"],
    "role": lambda plan: ["", "Launch Approval"],
    "signers": lambda plan: [
        Signers([User.objects.get(username="dana")], "all"),
        Signers([], "all", newcomer=Newcomer("Nora Lind", "nora@firm.test")),
        Signers([], "any", newcomer=Newcomer("Nora Lind", "nora@firm.test", "guest")),
    ],
    "newcomer": lambda plan: [Newcomer("Nora Lind", "nora@firm.test")],
    "invitation": lambda plan: [
        teams.invite(team=plan.team, actor=plan.created_by, role="reviewer")[0]
    ],
    "guest": lambda plan: list(plan.guests.all()),
    "name": lambda plan: ["A new name"],
    "at": lambda plan: [0, 1],
    "column": lambda plan: [0, 1],
    "named": lambda plan: ["One", "Two"],
    "to": lambda plan: [1],
    "side": lambda plan: ["before", "after"],
    "is_inside": lambda plan: [False, True],
    "values": lambda plan: [
        {
            "value": "Something **new**",
            "text": "Something **new**",
            "cell-1": "Something `new`",
            "done": True,
        },
        {"value": "", "text": "", "cell-1": "", "done": False},
        {"value": "[NEEDS CLARIFICATION: really?]", "text": "x [NEEDS CLARIFICATION]"},
    ],
    "seen": lambda plan: [None],
    "based_on": lambda plan: [None],
    "heading": lambda plan: ["A new heading"],
    "kind": lambda plan: [BlockKind.RISKS, BlockKind.PASSAGE, BlockKind.CHECKLIST],
    "direction": lambda plan: ["up", "down"],
    "number": lambda plan: [0, 1],
    "key": lambda plan: ["value", "text", "cell-2"],
    "question": lambda plan: ["Which one?"],
    "text": lambda plan: ["Words of somebody"],
    "archived": lambda plan: [True],
    "add": lambda plan: [["Harbour", "Q3"]],
    "remove": lambda plan: [[]],
    "change": lambda plan: list(plan.changes.all()[:4]),
    "parent": lambda plan: [None],
    "approval": lambda plan: [make.find(plan, label="Launch Approval").approval],
    "version": lambda plan: [*plan.versions.all()[:1], *plan.saved_versions.all()],
    "decision": lambda plan: ["approved", "approved_if", "declined"],
    "comment": lambda plan: ["", "Because of the tides"],
    "meaning": lambda plan: [""],
    "proof": lambda plan: ["password"],
    "rules": lambda plan: [{"not_alone": False}, {"expires_after": 3}],
    # Read by the action itself, as when no view has read it before.
    "member": lambda plan: [None],
    "is_required": lambda plan: [False, True],
    "covers": lambda plan: [[], ["1. OBJECTIVE"]],
    "person": lambda plan: [User.objects.get(username="frida")],
    "leaves": lambda plan: [User.objects.get(username="alice")],
    "is_open": lambda plan: [True],
    "signs": lambda plan: [True, False],
    "reason": lambda plan: ["", "Until the tide turns"],
    "days": lambda plan: [14],
    "link": lambda plan: list(plan.share_links.all()),
    "comes": lambda plan: [User.objects.get(username="dana")],
    "thread": threads_of,
    "suggestion": lambda plan: list(plan.suggestions.all()),
    "first": lambda plan: [0],
    "last": lambda plan: [max(each.pk for each in plan.suggestions.all())],
    "author": lambda plan: [User.objects.get(username="dana")],
}
# Where a parameter's name means something else.
OF_ONE = {
    ("name_signers", "role"): lambda plan: ["Launch Approval"],
    ("add_slot", "block"): lambda plan: [
        make.find(plan, label="Launch Approval").block
    ],
    ("place_item", "item"): lambda plan: [make.find(plan, label="Storage")],
    ("place_item", "beside"): lambda plan: [make.find(plan, label="Category")],
    # They are numbered by their places.
    ("place_section", "section"): lambda plan: [
        Section.objects.get(plan=plan, heading__endswith=": Build")
    ],
    ("place_section", "beside"): lambda plan: [
        Section.objects.get(plan=plan, heading__endswith=": Research")
    ],
    ("paste_items", "item"): lambda plan: [make.find(plan, cell="R-001")],
    ("paste_items", "values"): lambda plan: [{}, {"cell-1": "One"}],
    ("paste_items", "rows"): lambda plan: [[], [{"cell-1": "Two"}, {"cell-2": "x"}]],
    ("add_item", "after"): lambda plan: [None],
    ("add_item", "values"): lambda plan: [
        None,
        {"label": "New", "value": "Dana", "text": "New", "cell-1": "New"},
    ],
    ("choose_option", "item"): lambda plan: [make.find(plan, heading="5. TREES")],
    ("choose_option", "number"): lambda plan: [1],
    ("restore", "item"): lambda plan: [
        make.find(plan, label="Storage"),
        make.row_of(plan, Risk.objects.get(code="R-002").pk),
    ],
    ("dismiss", "reason"): lambda plan: ["Because of the tides"],
    ("drop", "reason"): lambda plan: ["Because of the tides"],
    ("dismiss", "item"): lambda plan: [make.find(plan, label="Goal")],
    ("dismiss", "key"): lambda plan: ["value"],
    ("dismiss", "question"): lambda plan: ["Which harbours?"],
    ("use_answer", "comment"): lambda plan: [
        each for each in comments_of(plan) if each.thread.is_question
    ],
    ("accept", "text"): lambda plan: [None, "Words of an editor"],
    ("edit_comment", "comment"): comments_of,
    ("remove_comment", "comment"): comments_of,
    ("change_reminders", "due_after"): lambda plan: [None, 2],
    ("change_reminders", "remind_after"): lambda plan: [1],
    ("change_reminders", "escalate_after"): lambda plan: [None],
    ("change_slot", "after"): lambda plan: [[], [make.slot_of(plan)]],
}


def changes_of_a_file(plan):
    """Taking the changes of a file: all of them, and each by itself."""
    text = make.text_of(plan)
    theirs = (
        text.replace("- **Goal**:", "- **Goal**: Ours:", 1) + "\n## New\n\nWords.\n"
    )
    keys = compare_with(plan, None, theirs).keys
    return [
        {"base": None, "theirs": theirs, "keys": some, "source": "plan.md"}
        for some in (keys, *({key} for key in keys))
    ]


def changes_of_a_template(plan):
    """Bringing the plan up to another version: with all changes, and with none."""
    owner, text = User.objects.get(username="alice"), make.text_of(plan)
    old = templates.add_template(
        team=plan.team,
        actor=owner,
        name=f"Ours {Template.objects.count()}",
        markdown=text,
        hints="# 1. OBJECTIVE\n\nA",
    )
    Plan.objects.filter(pk=plan.pk).update(template_version=old)
    plan.template_version = old
    new = templates.add_template_version(
        template=old.template,
        actor=owner,
        markdown=text.replace("- **Goal**:", "- **Aim**:") + "\n## New\n\n[Words]\n",
        hints="# 1. OBJECTIVE\n\nB\n",
    )
    keys = compare_with_template(plan, new).keys
    return [{"version": new, "keys": some} for some in (keys, [])]


def changes_of_a_new_template(plan):
    """Following a template, with all that it adds, and with nothing."""
    version = changes_of_a_template(plan)[0]["version"]
    Plan.objects.filter(pk=plan.pk).update(template_version=None)
    plan.template_version = None
    keys = {each.key for each in additions(compare_with_new_template(plan, version))}
    return [{"version": version, "keys": some} for some in (keys, [])]


def another_team(plan):
    """Of the same people."""
    team, is_new = Team.objects.get_or_create(slug="pilots", name="Pilots")
    for member in plan.team.memberships.all() if is_new else ():
        make.make_member(member.user, team, member.role)
    return team


# An action that takes one of several things.
CALLS = {
    "move_plan": lambda plan: [{"team": another_team(plan)}],
    "apply_changes": changes_of_a_file,
    "bring_up_to_date": changes_of_a_template,
    "follow_template": changes_of_a_new_template,
    "stop_following": lambda plan: [{} for _ in changes_of_a_template(plan)[:1]],
    "assign": lambda plan: [
        {"assignee": who, "due": due, **where}
        for where in (
            {"item": make.find(plan, label="Storage")},
            {"item": make.find(plan, cell="R-001")},
            {"section": make.section_of(plan, "5. TREES")},
        )
        for who, due in (
            (User.objects.get(username="bob"), date(2026, 1, 31)),
            (None, date(2099, 1, 31)),
            (None, None),
        )
    ],
    "comment": lambda plan: [
        {"text": "In a new thread, @bob", "item": make.find(plan, label="Storage")},
        {"text": "In a new thread", "item": make.find(plan, cell="R-001")},
        {"text": "In a new thread", "section": make.section_of(plan, "5. TREES")},
        {"text": "An answer", "thread": threads_of(plan)[0]},
    ],
}


def calls_of(action, plan):
    """Keyword arguments for each call, without plan and actor."""
    if action.__name__ in CALLS:
        return CALLS[action.__name__](plan)
    parameters = inspect.signature(action).parameters.values()
    choices = {}
    for name in (p.name for p in parameters):
        if name in ("plan", "actor"):
            continue
        known = OF_ONE.get((action.__name__, name), ARGUMENTS.get(name))
        assert known, f"ARGUMENTS does not say how to make {name} for {action.__name__}"
        choices[name] = known(plan)
    return [
        dict(zip(choices, each, strict=True)) for each in product(*choices.values())
    ]


# --- The law ---


class Watcher:
    """Somebody's open page, kept up to date by events alone."""

    def __init__(self, plan, user, *, may_edit):
        self.plan, self.may_edit = plan, may_edit
        self.client = signed_in(user)
        self.number = Plan.objects.get(pk=plan.pk).change_number
        self.page = OpenPage(self.fetched())

    def fetched(self):
        return self.client.get(url_of("plan", self.plan)).content.decode()

    def hear(self):
        plan = Plan.objects.get(pk=self.plan.pk)
        update = updates.load_update_after(plan, self.number, [self.may_edit])
        if update.needs_reload:
            answer = self.client.get(url_of("body", self.plan))
            self.page.apply(answer.content.decode())
        else:
            self.page.apply(update.html[self.may_edit])
            self.page.apply(render_side(plan, can_edit=self.may_edit))
        self.number = update.number

    def check(self):
        fresh = OpenPage(self.fetched())
        for part in PARTS:
            assert self.page.lines(part) == fresh.lines(part), part


TREES = """
## 5. TREES

```text
# [REMOVE IF UNUSED] Option 1: Single project
src/

# [REMOVE IF UNUSED] Option 2: Web application
backend/
```
"""
# Of each action, as many that change something; spread over all that there are.
MOST_CALLS = 100 if effort.IS_THOROUGH else 3
STEPS = 10


# Actions that begin with a plan of their own.
OWN_PLANS = {
    *("request_review", "withdraw", "confirm_condition", "confirm", "add_approvals"),
    *("unlock_editing", "restore_version", "name_version"),
    *("add_column", "rename_column", "move_column", "remove_column"),
}


def make_eventful(name, is_of_sign_off):
    """A plan in which something happened already, with more to come back to."""
    team = make.make_team()
    alice, _, dana = make.make_cast(team)
    if is_of_sign_off:
        plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
        if name == "request_review":
            return plan
        rules = {"not_alone": False, "not_last_editor": False}
        slots.change_rules(plan=plan, actor=alice, rules=rules)
        reviews.request_review(plan=plan, actor=alice)
        make.sign(plan, dana)
        if name == "withdraw":
            make.sign(plan, alice, "Launch Approval")
        elif name == "confirm_condition":
            make.sign(plan, alice, "Launch Approval", "approved_if")
        return plan
    text = make.SMALL
    if name == "confirm":
        # Frida is named, and joins afterwards.
        text = text.replace("[Name/Role]", "Frida")
    if name == "add_approvals":
        text = text[: text.index("### Approvals")]
    text += TREES
    if name.endswith("_column"):
        text += "\n## Table\n\n| One | Two |\n|-----|-----|\n| a | b |\n| c | d |\n"
    plan = make.make_plan(team=team, actor=alice, text=text)
    if name == "confirm":
        make.make_user("frida", team=team)
    sharing.share_plan(plan=plan, actor=alice, days=1)
    guests.invite_guest(
        plan=plan, actor=alice, name="Greta Moss", email="greta@customer.test", days=1
    )
    save = {"plan": plan, "actor": alice, "seen": None}
    items.save_item(
        item=make.find(plan, label="Storage"), values={"value": "SQLite"}, **save
    )
    items.remove_item(plan=plan, item=make.find(plan, cell="R-002"), actor=alice)
    items.save_item(
        item=make.find(plan, label="Category"), values={"value": "Map"}, **save
    )
    undo.undo(plan=plan, actor=alice)
    for text in ("Which one?", "Settled."):
        comment = comments.comment(
            plan=plan, actor=alice, item=make.find(plan, label="Goal"), text=text
        )
    comments.resolve(plan=plan, actor=alice, thread=comment.thread)
    if name in ("restore_version", "name_version"):
        versions.save_version(plan=plan, actor=alice, name="At first")
        items.remove_item(plan=plan, item=make.find(plan, cell="R-001"), actor=alice)
    if name == "unlock_editing":
        locks.lock_editing(plan=plan, actor=alice)
    about = About("value", "Which harbours?", is_question=True)
    goal = make.find(plan, label="Goal")
    comments.comment(plan=plan, actor=dana, item=goal, text="All.", about=about)
    for number, who in enumerate((dana, alice, dana, dana)):
        label = ("Storage", "Goal")[number % 2]
        suggestions.suggest(
            plan=plan,
            item=make.find(plan, label=label),
            actor=who,
            key="value",
            text=f"Suggested {number}",
        )
    return plan


@cache
def kept_for(name, is_of_sign_off):
    return Kept(partial(make_eventful, name, is_of_sign_off))


@pytest.fixture
def kept_rows(db, action):
    name = action.__name__ if action.__name__ in OWN_PLANS else ""
    kept = kept_for(
        name, action.__module__.endswith((".reviews", ".signing", ".slots"))
    )
    return kept.restore()


@pytest.fixture
def team(kept_rows):
    return Team.objects.get()


@pytest.fixture
def eventful(kept_rows):
    return Plan.objects.get(pk=kept_rows.pk)


@pytest.mark.parametrize("action", every_action(), ids=lambda each: each.__name__)
def test_a_page_that_heard_of_it_is_like_a_fresh_one(action, eventful, alice, victor):
    watchers = [
        Watcher(eventful, alice, may_edit=True),
        Watcher(eventful, victor, may_edit=False),
    ]
    done = 0
    count = len(calls_of(action, eventful))
    step = 1 if effort.IS_THOROUGH else -(-count // STEPS)
    # Far apart first.
    for number in (*range(0, count, 3 * step), *range(0, count, step)):
        # Rows change under the calls, so each one looks at the plan anew.
        plan = Plan.objects.get(pk=eventful.pk)
        calls = calls_of(action, plan)
        if number >= len(calls):
            break
        before = plan.change_number
        try:
            action(plan=plan, actor=alice, **calls[number])
        except Refused:
            continue
        if Plan.objects.get(pk=plan.pk).change_number == before:
            continue
        done += 1
        assert_registers_are_true(plan)
        for watcher in watchers:
            watcher.hear()
            watcher.check()
        if done == MOST_CALLS:
            break
    assert done, "no call did anything: give it better arguments"
