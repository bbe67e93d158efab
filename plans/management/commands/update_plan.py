from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.actions.updating import apply_changes, compare_with
from plans.content.bases import find_base, key_at, texts_to_compare
from plans.content.limits import Unreadable, check_size
from plans.document.diff.changes import ItemChange
from plans.errors import Refused
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT, read_text
from plans.models import Membership, Plan, User
from plans.page.change_list import ListedChange, keys_without_loss
from plans.permissions import Role

# How much of a text is printed of a change.
_LONGEST = 200


class Command(PlannerCommand):
    help = (
        "Take into a plan what was changed in a file since it left the planner, as one "
        "change. Where the plan was edited, too, the file's text becomes a suggestion."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--base",
            help="what the file began as: another file, a version (`3`, `saved-2`), "
            "the text after a change (`change-41`) or at a time (`2026-11-30`, "
            "`2026-11-30T17:45`), or `now`",
        )
        parser.add_argument("--as", dest="username", help="who takes the changes")
        parser.add_argument(
            "--dry-run", action="store_true", help="only print the list of changes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(slug=options["slug"]).select_related("team").first()
        if plan is None:
            raise CommandError(
                f"There is no plan {options['slug']}.", returncode=CANNOT
            )
        actor = self.actor(plan, options["username"])
        try:
            is_whole = self.update(plan, actor, options)
        except (Refused, Unreadable) as error:
            raise CommandError(str(error), returncode=CANNOT) from None
        if not is_whole:
            raise CommandError("Not every change of the file is in the plan.")

    def update(self, plan: Plan, actor: User, options: dict[str, Any]) -> bool:
        """Whether the plan has (or would have) every change of the file."""
        text = read_text(options["file"])
        check_size(text)
        base, theirs = self.texts(plan, text, options["base"])
        self.stderr.write(f"Compared with {base.title}.")
        changes = compare_with(plan, base.text, theirs).changes
        keys = keys_without_loss(changes)
        self.print_changes(changes, keys)
        is_whole = all(change.clash is None for change in changes)
        if options["dry_run"] or not keys:
            return is_whole
        applied = apply_changes(
            plan=plan,
            actor=actor,
            base=base.text,
            theirs=theirs,
            keys=keys,
            source=options["file"].name,
        )
        for _, reason in applied.refused:
            self.stderr.write(f"Not suggested: {reason}")
        return is_whole

    def texts(self, plan: Plan, text: str, base: str | None) -> Any:
        if not base or find_base(plan, base):
            return texts_to_compare(plan, text, base or "")
        if key := key_at(plan, base):
            return texts_to_compare(plan, text, key)
        return texts_to_compare(plan, text, given=read_text(Path(base)))

    def actor(self, plan: Plan, username: str | None) -> User:
        if username:
            user = User.objects.filter(username=username).first()
            if user is None:
                raise CommandError(f"There is no user {username}.", returncode=CANNOT)
            return user
        members = Membership.objects.filter(team=plan.team_id, role=Role.OWNER)
        member = members.select_related("user").order_by("pk").first()
        if member is None:
            raise CommandError(
                f"{plan.team} has no owner: name a user with --as.", returncode=CANNOT
            )
        return member.user

    def print_changes(
        self, changes: Sequence[ItemChange], keys: frozenset[str]
    ) -> None:
        if not changes:
            self.stdout.write("Nothing to take: the plan has every change of the file.")
        for change in changes:
            listed = ListedChange(change, change.key in keys)
            outcome = listed.deed
            if change.clash:
                outcome = "suggested" if listed.is_chosen else "left out"
            self.stdout.write(f"{outcome}\t{change.section}\t{listed.name}")
            for value in listed.values:
                name = f"{value.name}: "
                if value.before:
                    self.stdout.write(f"    - {name}{_line(value.before)}")
                if value.after:
                    self.stdout.write(f"    + {name}{_line(value.after)}")


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
