"""What the demo's people do with a plan, each in a line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from plans.actions.assignments import assign
from plans.actions.comments import comment, resolve
from plans.actions.items import save_item
from plans.actions.plans import import_plan
from plans.actions.reviews import request_review
from plans.actions.signing import sign
from plans.actions.suggestions import suggest
from plans.actions.tags import change_tags
from plans.content import storage
from plans.content.anchors import About
from plans.models import Approval, Comment, Item, Plan, Section, Team, Thread, User


def demo_text(name: str) -> str:
    return files("plans.demo").joinpath(f"{name}.md").read_bytes().decode()


@dataclass(frozen=True)
class Stage:
    """A plan of the demo, and the people who work on it by their usernames."""

    plan: Plan
    people: dict[str, User]
    today: date

    @classmethod
    def of(
        cls,
        name: str,
        team: Team,
        author: str,
        people: dict[str, User],
        today: date,
        *,
        tags: Collection[str] = (),
    ) -> Stage:
        """A plan from one of the files beside this module."""
        actor = people[author]
        plan = import_plan(team=team, actor=actor, text=demo_text(name))
        change_tags(plan=plan, actor=actor, add=tags)
        return cls(plan, people, today)

    def field(self, label: str) -> Item:
        """The first field of that label."""
        items = storage.items_of(self.plan).present().filter(field__label=label)
        return items.order_by("pk")[0]

    def section(self, heading: str) -> Section:
        sections = Section.objects.present().filter(plan=self.plan)
        return sections.get(heading__startswith=heading)

    def edit(self, name: str, label: str, value: str) -> None:
        item = self.field(label)
        save_item(
            plan=self.plan,
            item=item,
            actor=self.people[name],
            values={"value": value},
            seen=item.version,
        )

    def submit(self, name: str) -> None:
        request_review(plan=self.plan, actor=self.people[name])

    def sign(self, name: str, role: str, decision: str, comment_text: str = "") -> None:
        slots = Approval.objects.filter(item__block__section__plan=self.plan)
        sign(
            plan=self.plan,
            approval=slots.get(role=role),
            version=self.plan.versions.latest("number"),
            actor=self.people[name],
            decision=decision,
            comment=comment_text,
            proof="demo",
        )

    def assign(
        self, name: str, to: str, days: int, *, label: str = "", heading: str = ""
    ) -> None:
        """Due so many days from today; overdue if that is negative."""
        due = self.today + timedelta(days=days)
        assign(
            plan=self.plan,
            actor=self.people[name],
            item=self.field(label) if label else None,
            section=self.section(heading) if heading else None,
            assignee=self.people[to],
            due=due,
        )

    def comment(
        self,
        name: str,
        text: str,
        *,
        label: str = "",
        heading: str = "",
        about: str = "",
    ) -> Thread:
        """On a section, on a field, or on some words of its value."""
        item = self.field(label) if label else None
        words = None
        if item and about:
            words = About("value", about, position=item.field.value.index(about))
        first: Comment = comment(
            plan=self.plan,
            actor=self.people[name],
            item=item,
            section=self.section(heading) if heading else None,
            about=words,
            text=text,
        )
        return first.thread

    def reply(self, name: str, thread: Thread, text: str) -> None:
        comment(plan=self.plan, actor=self.people[name], thread=thread, text=text)

    def resolve(self, name: str, thread: Thread) -> None:
        resolve(plan=self.plan, actor=self.people[name], thread=thread)

    def suggest(self, name: str, label: str, old: str, new: str, reason: str) -> None:
        """Another wording of some words of a field."""
        item = self.field(label)
        suggest(
            plan=self.plan,
            item=item,
            actor=self.people[name],
            key="value",
            text=item.field.value.replace(old, new),
            reason=reason,
        )
