"""Talking about a text, suggestions, assignments, saved versions, notices, the inbox and
guests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0006_assignments_locks_and_named_versions"),
        ("plans", "0007_suggestions"),
        ("plans", "0008_anchors_questions_and_readers"),
        ("plans", "0009_columns_of_tables"),
        ("plans", "0010_notices"),
        ("plans", "0011_inbox_marks"),
        ("plans", "0012_evidence_keys"),
        ("plans", "0013_guests"),
        ("plans", "0014_open_questions"),
    ]

    contracts = (
        "the release before knows no locks and leaves both columns empty; it knows no "
        "threads about a text either, and the defaults fit"
    )

    dependencies = [
        ("plans", "0005_keys_for_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("keyid", models.CharField(max_length=64, unique=True)),
                ("public", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("code_digest", models.CharField(blank=True, max_length=64)),
                ("code_expires_at", models.DateTimeField(blank=True, null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guests",
                        to="plans.plan",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guest",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="InboxMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("stamp", models.CharField(blank=True, max_length=60)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"), name="one_mark_on_inbox_entry"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notice_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "choices",
                    models.JSONField(
                        default=dict,
                        help_text="A When by kind of notice; at once for the others.",
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8, help_text="In the time zone of the person."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)),
                        name="digest_hour_of_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderRules",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reminder_rules",
                        serialize=False,
                        to="plans.plan",
                    ),
                ),
                (
                    "due_after",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty for no due date.", null=True
                    ),
                ),
                (
                    "remind_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The approvers, again each so many days.",
                        null=True,
                    ),
                ),
                (
                    "escalate_after",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The owners of the team, once.", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("markdown", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("change_number", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_versions",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "number"),
                        name="saved_version_number_unique_in_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="saved_version_has_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Which value of the item: value, text or cell-N.",
                        max_length=8,
                    ),
                ),
                ("base", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.TextField(blank=True, help_text="Why it was declined."),
                ),
                (
                    "accepted_in",
                    models.OneToOneField(
                        blank=True,
                        help_text="The change that put it into the plan.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="accepted_suggestion",
                        to="plans.change",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="plans.item",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["plan"],
                        name="open_suggestions_of_plan",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="suggestion_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "accepted", "declined", "withdrawn"])
                        ),
                        name="suggestion_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "read_until",
                    models.PositiveBigIntegerField(
                        help_text="The id of the newest comment that they have seen."
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="plans.thread",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "thread"), name="one_reader_of_thread"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("standard", "Signed events (Standard Webhooks)"),
                            ("chat", "Chat messages (Slack, Mattermost)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("secret", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("was_delivered", models.BooleanField(default=False)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        help_text="Of the last attempt, for the owners.",
                        max_length=200,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["standard", "chat"])),
                        name="webhook_format_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="Of somebody who has no account yet.",
                        max_length=254,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sign_off", "Sign-offs to give"),
                            ("changes", "Changes requested on versions you submitted"),
                            ("decision", "Other decisions on versions you submitted"),
                            ("assigned", "Sections and items assigned to you"),
                            ("mention", "Comments that mention you"),
                            ("answer", "Answers to your comments and questions"),
                            ("overdue", "Overdue sign-offs in teams you own"),
                            ("invitation", "Invitation"),
                            ("guest", "Invitation of a guest"),
                            ("test", "Test"),
                        ],
                        max_length=12,
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=60)),
                ("facts", models.JSONField(default=dict)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("is_digest", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="Not to be sent before.")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "claimed_by",
                    models.UUIDField(
                        blank=True,
                        help_text="One attempt of one process to send it.",
                        null=True,
                    ),
                ),
                (
                    "claimed_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="When another process may try, should the first have died.",
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("dropped", "Dropped"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="plans.plan",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="plans.webhook",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_at"],
                        name="waiting_notices",
                    ),
                    models.Index(
                        fields=["recipient", "topic", "created_at"],
                        name="notices_of_topic",
                    ),
                    models.Index(fields=["claimed_by"], name="notices_of_claim"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("email", ""),
                                ("recipient__isnull", False),
                                ("webhook__isnull", True),
                            ),
                            models.Q(
                                ("email", ""),
                                ("recipient__isnull", True),
                                ("webhook__isnull", False),
                            ),
                            models.Q(
                                models.Q(("email", ""), _negated=True),
                                ("recipient__isnull", True),
                                ("webhook__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="notice_to_one_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent", "dropped", "failed"])
                        ),
                        name="notice_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("key",),
                        name="notice_key_written_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="change",
            name="note",
            field=models.TextField(
                blank=True, db_default="", help_text="Why, in the words of the actor."
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="suggested_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whose suggestion or answer the actor decided on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="due",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="open_suggestions",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Number of suggestions for it that are not decided on.",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="lock_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Why it is locked; empty if the person gave no reason.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="locked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plan",
            name="locked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="section",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="section",
            name="due",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="thread",
            name="is_question",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="thread",
            name="key",
            field=models.CharField(blank=True, db_default="", max_length=8),
        ),
        migrations.AddField(
            model_name="thread",
            name="position",
            field=models.PositiveIntegerField(
                blank=True, help_text="Where the stretch began.", null=True
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="prefix",
            field=models.TextField(
                blank=True, db_default="", help_text="What stood before the stretch."
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="quote",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="thread",
            name="suffix",
            field=models.TextField(
                blank=True, db_default="", help_text="What stood behind the stretch."
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="guest_email",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="Where a guest's one-time codes are sent; empty for everyone else.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="name",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="change",
            name="verb",
            field=models.CharField(
                choices=[
                    ("plan.created", "created"),
                    ("plan.imported", "imported"),
                    ("plan.archived", "archived"),
                    ("plan.restored", "restored"),
                    ("plan.locked", "locked"),
                    ("plan.unlocked", "unlocked"),
                    ("plan.opened", "opened to everyone signed in:"),
                    ("plan.closed", "limited to the team:"),
                    ("plan.shared", "created a link to"),
                    ("plan.unshared", "revoked a link to"),
                    ("guest.invited", "invited as a guest:"),
                    ("guest.ended", "ended the guest access of"),
                    ("section.added", "added section"),
                    ("section.renamed", "renamed section"),
                    ("section.moved", "moved section"),
                    ("section.removed", "removed section"),
                    ("section.block_added", "added to"),
                    ("section.block_removed", "removed from"),
                    ("section.columns", "changed the columns in"),
                    ("section.signs", "turned on sign-offs in"),
                    ("section.signs_not", "turned off sign-offs in"),
                    ("section.assigned", "changed the assignment of"),
                    ("item.added", "added to"),
                    ("item.edited", "edited"),
                    ("item.ticked", "ticked in"),
                    ("item.moved", "moved in"),
                    ("item.removed", "removed from"),
                    ("item.restored", "restored"),
                    ("item.assigned", "changed the assignment of"),
                    ("comment.added", "commented on"),
                    ("comment.resolved", "resolved a comment on"),
                    ("comment.reopened", "reopened a comment on"),
                    ("comment.edited", "edited a comment on"),
                    ("comment.removed", "removed a comment on"),
                    ("suggestion.added", "suggested a change of"),
                    ("suggestion.accepted", "accepted a suggestion for"),
                    ("suggestion.declined", "declined a suggestion for"),
                    ("suggestion.withdrawn", "withdrew a suggestion for"),
                    ("question.answered", "used an answer for"),
                    ("question.dismissed", "dismissed a question in"),
                    ("review.requested", "submitted"),
                    ("review.approved", "approved"),
                    ("review.approved_if", "approved on a condition"),
                    ("review.changes_requested", "asked for changes in"),
                    ("review.declined", "declined"),
                    ("review.withdrawn", "withdrew a decision on"),
                    ("review.condition_met", "confirmed the condition for"),
                    ("review.replaced", "replaced an approver of"),
                    ("review.completed", "gave the last sign-off to"),
                    ("review.expired", "ended the request for"),
                    ("review.reminded", "reminded the approvers of"),
                    ("review.slot_changed", "changed the sign-off setup of"),
                    ("review.rules_changed", "changed the"),
                    ("version.saved", "saved the version"),
                    ("version.named", "named"),
                    ("version.restored", "restored the whole text of"),
                    ("approver.confirmed", "confirmed an approver for"),
                    ("person.renamed", "was renamed:"),
                    ("undo", "undid a change of"),
                    ("redo", "redid a change of"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("verb", "section.assigned")),
                fields=["section", "-number"],
                name="assignments_of_section",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("verb", "item.assigned")),
                fields=["item", "-number"],
                name="assignments_of_item",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "due"],
                name="items_of_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("questions__gt", 0), ("removed", False)),
                fields=["block"],
                name="items_with_questions",
            ),
        ),
        migrations.AddIndex(
            model_name="section",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "due"],
                name="sections_of_assignee",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("locked_at__isnull", True), ("locked_by__isnull", True)),
                    models.Q(
                        ("locked_at__isnull", False), ("locked_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="plan_locked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_question", False), ("key", ""), ("quote", "")),
                    models.Q(
                        models.Q(("key", ""), _negated=True), ("item__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="thread_about_a_text_of_an_item",
            ),
        ),
    ]
