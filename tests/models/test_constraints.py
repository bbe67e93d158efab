"""That the database itself refuses what must never be, on SQLite and PostgreSQL."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from plans.models import (
    Approval,
    AuditRecord,
    Block,
    Change,
    ChecklistItem,
    Comment,
    Dependency,
    InboxMark,
    Invitation,
    Item,
    MemberNameKey,
    Membership,
    Mention,
    Notice,
    NoticeSettings,
    OutsideCopy,
    Plan,
    RegisterEntry,
    ReviewRules,
    Risk,
    SavedFilter,
    SavedVersion,
    SearchEntry,
    SeatName,
    Section,
    Suggestion,
    Tag,
    Template,
    TemplateVersion,
    Thread,
    ThreadReader,
    User,
    UsernameKey,
    Version,
    Webhook,
)
from tests.kept import kept_plan, small_plan
from tests.make import find

team, plan = kept_plan(small_plan)


def version_of(plan, **values):
    values = {"number": 1, "markdown": "x", "sha256": "0" * 64} | values
    return Version.objects.create(
        plan=plan, author=plan.created_by, created_at=timezone.now(), **values
    )


def search_entry_of(plan, **values):
    values = {"kind": "item", "source": 1, "digest": 1, "words": ["tide"]} | values
    return SearchEntry.objects.create(plan=plan, written_at=timezone.now(), **values)


def template_of(plan, **values):
    values = {"name": "Service plan"} | values
    return Template.objects.create(team=plan.team, created_by=plan.created_by, **values)


def saved_version_of(plan, **values):
    values = {"number": 1, "name": "Start", "change_number": 1} | values
    return SavedVersion.objects.create(plan=plan, author=plan.created_by, **values)


def record_of(plan, **values):
    values = {"number": 1, "kind": "approved", "change_number": 1} | values
    return AuditRecord.objects.create(
        plan=plan, actor=plan.created_by, name="A", at=timezone.now(), **values
    )


def thread_on(plan, label="Storage", **values):
    item = find(plan, label=label) if label else None
    return Thread.objects.create(plan=plan, item=item, **values)


def suggestion_of(plan, **values):
    values = {"item": find(plan, label="Storage"), "key": "value"} | values
    return Suggestion.objects.create(plan=plan, author=plan.created_by, **values)


def mention_in(comment):
    return Mention.objects.create(comment=comment, user=comment.author)


def notice_of(plan, **values):
    now = timezone.now()
    values = {"kind": "mention", "created_at": now, "due_at": now} | values
    return Notice.objects.create(plan=plan, **values)


def outside_copy_of(plan, **values):
    values = {"sha256": "0" * 64, "packed": b"", "change_number": 1} | values
    return OutsideCopy.objects.create(plan=plan, **values)


def entry_of(plan, register):
    item = find(plan, cell="R-001")
    return RegisterEntry.objects.create(
        plan=plan, item=item, register=register, since=timezone.now()
    )


def change_of(plan, **values):
    return Change.objects.create(plan=plan, actor=plan.created_by, verb="x", **values)


REFUSED = {
    "username_unique_in_any_case": lambda plan: User.objects.bulk_create(
        [User(username=plan.created_by.username.upper())]
    ),
    "username_unlike_all_others": lambda plan: [
        UsernameKey.objects.create(user=plan.created_by, key="k") for _ in range(2)
    ],
    "name_unlike_all_others_in_team": lambda plan: [
        MemberNameKey.objects.create(
            team=plan.team, membership=plan.team.memberships.first(), key="k"
        )
        for _ in range(2)
    ],
    "one_membership_in_team": lambda plan: Membership.objects.create(
        team=plan.team, user=plan.created_by, role="viewer"
    ),
    "invitation_role_known": lambda plan: Invitation.objects.create(
        team=plan.team,
        role="boss",
        created_by=plan.created_by,
        expires_at=timezone.now(),
    ),
    "membership_role_known": lambda plan: Membership.objects.update(role="boss"),
    "plan_newline_known": lambda plan: Plan.objects.update(newline="\r"),
    "plan_review_state_known": lambda plan: Plan.objects.update(review_state="x"),
    "tag_once_in_team": lambda plan: [
        Tag.objects.create(team=plan.team, name=name, key="k") for name in "kK"
    ],
    "saved_filter_name_unique_for_user": lambda plan: [
        SavedFilter.objects.create(user=plan.created_by, name="Mine") for _ in range(2)
    ],
    "plan_locked_by_somebody": lambda plan: Plan.objects.update(
        locked_at=timezone.now()
    ),
    "section_level_up_to_six": lambda plan: Section.objects.update(level=7),
    "section_before_headings_has_none": lambda plan: Section.objects.filter(
        level=0
    ).update(heading="x"),
    "block_kind_known": lambda plan: Block.objects.update(kind="poem"),
    "item_kind_known": lambda plan: Item.objects.update(kind="poem"),
    "item_waits_for_what_it_has": lambda plan: Item.objects.update(
        fillable=0, questions=1
    ),
    "check_done_before_dated": lambda plan: ChecklistItem.objects.update(
        done=False, done_at="2026-01-01T00:00Z"
    ),
    "risk_levels_known": lambda plan: Risk.objects.update(impact_level="vast"),
    "dependency_status_known": lambda plan: Dependency.objects.update(
        status_level="blue"
    ),
    "change_number_unique_in_plan": lambda plan: change_of(plan, number=1),
    "version_number_unique_in_plan": lambda plan: [version_of(plan) for _ in range(2)],
    "saved_version_number_unique_in_plan": lambda plan: [
        saved_version_of(plan) for _ in range(2)
    ],
    "saved_version_has_name": lambda plan: saved_version_of(plan, name=""),
    "version_number_from_one": lambda plan: version_of(plan, number=0),
    "record_kind_known": lambda plan: record_of(plan, kind="maybe"),
    "record_says_why": lambda plan: record_of(plan, kind="declined"),
    "record_number_unique_in_plan": lambda plan: [record_of(plan), record_of(plan)],
    "approval_needs_known": lambda plan: Approval.objects.update(needs="one"),
    "day_off_once_in_team": lambda plan: [
        plan.team.days_off.create(day="2026-12-25") for _ in range(2)
    ],
    "invited_seat_name_once_in_slot": lambda plan: [
        find(plan, label="Launch Approval").approval.invited_seats.create(
            invitation=Invitation.objects.create(
                team=plan.team,
                role="reviewer",
                token_sha256=str(number),
                created_by=plan.created_by,
                expires_at=timezone.now(),
            ),
            name="Nora",
        )
        for number in range(2)
    ],
    "approver_once_in_slot": lambda plan: [
        find(plan, label="Launch Approval").approval.seats.create(user=plan.created_by)
        for _ in range(2)
    ],
    "seat_name_means_one_account_in_team": lambda plan: [
        SeatName.objects.create(team=plan.team, name="dana", user=plan.created_by)
        for _ in range(2)
    ],
    "review_rules_stale_on_known": lambda plan: ReviewRules.objects.create(
        plan=plan, stale_on="never"
    ),
    "item_once_in_register": lambda plan: entry_of(plan, "risk"),
    "register_known": lambda plan: entry_of(plan, "hope"),
    "thread_on_one_item_or_section": lambda plan: thread_on(plan, label=""),
    "thread_resolved_by_somebody": lambda plan: thread_on(
        plan, resolved_by=plan.created_by
    ),
    "thread_about_a_text_of_an_item": lambda plan: thread_on(plan, quote="tides"),
    "one_reader_of_thread": lambda plan: ThreadReader.objects.bulk_create(
        [
            ThreadReader(user=plan.created_by, thread=thread, read_until=0)
            for thread in [thread_on(plan)] * 2
        ]
    ),
    "one_mark_on_inbox_entry": lambda plan: InboxMark.objects.bulk_create(
        [InboxMark(user=plan.created_by, key="sign:1") for _ in range(2)]
    ),
    "notice_to_one_recipient": lambda plan: notice_of(
        plan, recipient=plan.created_by, email="a@harbour.test"
    ),
    "notice_state_known": lambda plan: notice_of(
        plan, recipient=plan.created_by, state="lost"
    ),
    "notice_key_written_once": lambda plan: [
        notice_of(plan, recipient=plan.created_by, key="k") for _ in range(2)
    ],
    "digest_hour_of_a_day": lambda plan: NoticeSettings.objects.create(
        user=plan.created_by, digest_hour=24
    ),
    "template_has_name": lambda plan: template_of(plan, name=""),
    "template_default_is_not_archived": lambda plan: template_of(
        plan, is_default=True, archived=True
    ),
    "template_default_unique_in_team": lambda plan: [
        template_of(plan, name=name, is_default=True) for name in "ab"
    ],
    "template_name_unique_in_team": lambda plan: [template_of(plan) for _ in range(2)],
    "template_version_number_unique_in_template": (
        lambda plan: TemplateVersion.objects.bulk_create(
            [
                TemplateVersion(template=row, number=1, author=plan.created_by)
                for row in [template_of(plan)] * 2
            ]
        )
    ),
    "webhook_format_known": lambda plan: Webhook.objects.create(
        team=plan.team, created_by=plan.created_by, format="xml"
    ),
    "outside_copy_unique_in_plan": lambda plan: [
        outside_copy_of(plan, form="draft") for _ in range(2)
    ],
    "outside_copy_form_known": lambda plan: outside_copy_of(plan, form="poem"),
    "search_entry_once": lambda plan: [search_entry_of(plan) for _ in range(2)],
    "search_entry_kind_known": lambda plan: search_entry_of(plan, kind="poem"),
    "suggestion_state_known": lambda plan: suggestion_of(
        plan, state="maybe", decided_by=plan.created_by, decided_at=timezone.now()
    ),
    "suggestion_decided_by_somebody": lambda plan: suggestion_of(
        plan, state="accepted"
    ),
    "one_mention_in_comment": lambda plan: mention_in(
        mention_in(
            Comment.objects.create(
                thread=thread_on(plan), author=plan.created_by, text="x"
            )
        ).comment
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(plan, name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        REFUSED[name](plan)
    # SQLite names the columns of what is to be unique, and the name of a check.
    message = str(refusal.value)
    assert name in message or "UNIQUE constraint failed" in message


def test_a_thread_is_not_on_an_item_and_a_section_at_once(plan):
    section = find(plan, label="Storage").block.section
    with pytest.raises(IntegrityError), transaction.atomic():
        thread_on(plan, section=section)
    assert thread_on(plan).place == find(plan, label="Storage")
    assert thread_on(plan, label="", section=section).place == section


def test_every_constraint_has_a_test():
    from django.apps import apps

    names = {
        constraint.name
        for model in apps.get_app_config("plans").get_models()
        for constraint in model._meta.constraints
    }
    assert names == set(REFUSED)
