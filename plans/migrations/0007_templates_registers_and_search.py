"""Seats of who was invited, templates, tags, filters, registers and the search."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import plans.models.search

# SQLite: the index of the words, which the table itself keeps in step. A table that a
# later migration makes again loses its triggers: it makes these again, too.
FTS = """
    CREATE VIRTUAL TABLE plans_searchindex USING fts5(
        words, content='plans_searchentry', content_rowid='id', tokenize='ascii',
        columnsize=0, prefix='2 3'
    )
"""
ADDED = """
    CREATE TRIGGER plans_searchentry_added AFTER INSERT ON plans_searchentry BEGIN
        INSERT INTO plans_searchindex (rowid, words) VALUES (new.id, new.words);
    END
"""
GONE = """
    CREATE TRIGGER plans_searchentry_gone AFTER DELETE ON plans_searchentry BEGIN
        INSERT INTO plans_searchindex (plans_searchindex, rowid, words)
        VALUES ('delete', old.id, old.words);
    END
"""
CHANGED = """
    CREATE TRIGGER plans_searchentry_changed AFTER UPDATE ON plans_searchentry BEGIN
        INSERT INTO plans_searchindex (plans_searchindex, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO plans_searchindex (rowid, words) VALUES (new.id, new.words);
    END
"""
GIN = "CREATE INDEX search_entry_words ON plans_searchentry USING gin (words)"


def make_index(apps, schema_editor):
    """It fills by itself: no plan is indexed yet, so the server does it when it starts,
    or `manage.py rebuild_search` before."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in [GIN] if is_postgresql else [FTS, ADDED, GONE, CHANGED]:
        schema_editor.execute(statement, params=None)


def drop_index(apps, schema_editor):
    """The triggers and the index of PostgreSQL go with their table."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER plans_searchentry_{name}")
        schema_editor.execute("DROP TABLE plans_searchindex")


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0015_invited_seats"),
        ("plans", "0016_templates"),
        ("plans", "0017_outside_copies"),
        ("plans", "0018_tags_filters_and_states"),
        ("plans", "0019_plans_up_to_date"),
        ("plans", "0020_registers"),
        ("plans", "0022_links_shown_again"),
        ("plans", "0023_search"),
        ("plans", "0024_approvals_in_registers"),
        ("plans", "0025_questions_and_days_off"),
        ("plans", "0026_moves_of_plans"),
        ("plans", "0027_index_of_registers"),
        ("plans", "0028_region_of_a_person"),
        ("plans", "0029_drop_unread_columns"),
    ]

    contracts = (
        "the release before leaves the state to its default, which is a known one; the "
        "constraint on records lets one more kind in; and no release reads the columns "
        "that are dropped"
    )

    dependencies = [
        ("plans", "0006_talks_guests_and_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOff",
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
                ("day", models.DateField()),
                ("name", models.CharField(blank=True, max_length=100)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days_off",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "day"), name="day_off_once_in_team"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvitedSeat",
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
                ("name", models.CharField(max_length=100)),
                ("is_named", models.BooleanField(default=True)),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invited_seats",
                        to="plans.approval",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invited_seats",
                        to="plans.invitation",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("approval", "name"),
                        name="invited_seat_name_once_in_slot",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideCopy",
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
                    "form",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("finished", "finished plan"),
                            ("signed", "signed plan"),
                            ("file", "file that was taken in"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "packed",
                    models.BinaryField(
                        help_text="The text in UTF-8, compressed by zlib."
                    ),
                ),
                (
                    "change_number",
                    models.PositiveIntegerField(
                        help_text="The plan's last change when it was given."
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who had it; nobody for a link or a command.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_copies",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "outside copies",
                "ordering": ["-given_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "sha256"), name="outside_copy_unique_in_plan"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("form__in", ["draft", "finished", "signed", "file"])
                        ),
                        name="outside_copy_form_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
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
                    "register",
                    models.CharField(
                        choices=[
                            ("risk", "Risks"),
                            ("dependency", "Dependencies"),
                            ("question", "Open questions"),
                            ("metric", "Metrics"),
                            ("approval", "Approvals"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("lacks", models.PositiveSmallIntegerField(default=0)),
                ("date", models.DateField(default=datetime.date(9999, 12, 31))),
                ("since", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="register_entries",
                        to="plans.item",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="register_entries",
                        to="plans.plan",
                    ),
                ),
                ("people", models.JSONField(blank=True, db_default=[], default=list)),
            ],
            options={
                "verbose_name_plural": "register entries",
                "indexes": [
                    models.Index(
                        models.F("register"),
                        models.OrderBy(models.F("rank"), descending=True),
                        models.F("date"),
                        models.F("id"),
                        name="entries_by_rank",
                    ),
                    models.Index(
                        fields=["register", "since", "id"], name="entries_by_age"
                    ),
                    models.Index(
                        fields=["plan", "register", "rank", "date", "id", "lacks"],
                        name="entries_of_plan",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "register"), name="item_once_in_register"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "register__in",
                                [
                                    "risk",
                                    "dependency",
                                    "question",
                                    "metric",
                                    "approval",
                                ],
                            )
                        ),
                        name="register_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
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
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(blank=True, max_length=1000)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "name"),
                        name="saved_filter_name_unique_for_user",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("heading", "Heading"),
                            ("item", "Item"),
                            ("comment", "Comment"),
                            ("version", "Version"),
                            ("saved", "Saved Version"),
                        ],
                        max_length=8,
                    ),
                ),
                ("source", models.BigIntegerField()),
                ("part", models.PositiveIntegerField(default=0)),
                (
                    "words",
                    plans.models.search.WordsField(
                        help_text="Who may find it, what it is, and its folded words in their order."
                    ),
                ),
                (
                    "digest",
                    models.BigIntegerField(help_text="Of the words, to compare them."),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entries",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "search entries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "kind", "source", "part"),
                        name="search_entry_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "title",
                                    "heading",
                                    "item",
                                    "comment",
                                    "version",
                                    "saved",
                                ],
                            )
                        ),
                        name="search_entry_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
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
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=120)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "ordering": ["key"],
                "indexes": [models.Index(fields=["key"], name="tags_by_key")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "key"), name="tag_once_in_team"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Template",
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
                ("name", models.CharField(max_length=100)),
                (
                    "is_default",
                    models.BooleanField(
                        default=False, help_text="New plans of the team start from it."
                    ),
                ),
                (
                    "archived",
                    models.BooleanField(
                        default=False, help_text="No new plan starts from it."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        related_name="templates",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-is_default", "name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="template_has_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("archived", True), ("is_default", True), _negated=True
                        ),
                        name="template_default_is_not_archived",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("team",),
                        name="template_default_unique_in_team",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived", False)),
                        fields=("team", "name"),
                        name="template_name_unique_in_team",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
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
                ("markdown", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("hints", models.TextField(blank=True)),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="What is new in it, in the words of its author.",
                        max_length=300,
                    ),
                ),
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
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="plans.template",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("template", "number"),
                        name="template_version_number_unique_in_template",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="auditrecord",
            name="record_kind_known",
        ),
        migrations.RemoveField(
            model_name="invitation",
            name="accepted_by",
        ),
        migrations.RemoveField(
            model_name="phase",
            name="name",
        ),
        migrations.AddField(
            model_name="comment",
            name="asks",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sealed",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="indexed_number",
            field=models.IntegerField(
                db_default=-1,
                default=-1,
                help_text="Up to which change the search knows it; -1 for none.",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="review_state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("review", "In review"),
                    ("changes", "Changes requested"),
                    ("approved", "Approved"),
                    ("superseded", "Edited since"),
                ],
                db_default="draft",
                default="draft",
                help_text="How its sign-off stood at the change below.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="state_number",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="The change at which the state was computed.",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="template_answers",
            field=models.JSONField(
                blank=True,
                help_text="What its template's placeholders were filled in with at first.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="reminderrules",
            name="last_reminder",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="sharelink",
            name="sealed",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="editors_change_templates",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether editors may change the team's templates, as owners may.",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Whose formats dates and numbers have, for example de; empty for the one that the browser asks for.",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="auditrecord",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("approved", "Approved"),
                    ("approved_if", "Approved on a condition"),
                    ("changes_requested", "Changes requested"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                    ("condition_met", "Condition met"),
                    ("replaced", "Approver replaced"),
                    ("seated", "Approvers changed"),
                    ("expired", "Request ended"),
                    ("slot_changed", "Slot changed"),
                    ("rules_changed", "Rules changed"),
                    ("completed", "All sign-offs given"),
                    ("moved", "Moved to another team"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="change",
            name="verb",
            field=models.CharField(
                choices=[
                    ("plan.created", "created"),
                    ("plan.imported", "imported"),
                    ("plan.copied", "made this plan as a copy of"),
                    ("plan.moved", "moved to another team:"),
                    ("plan.tagged", "changed the tags of"),
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
                    ("plan.updated", "took changes from"),
                    ("plan.up_to_date", "brought the plan up to"),
                    ("approver.confirmed", "confirmed an approver for"),
                    ("approver.invited", "invited someone to sign"),
                    ("approver.joined", "joined to sign"),
                    ("person.renamed", "was renamed:"),
                    ("undo", "undid a change of"),
                    ("redo", "redid a change of"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="auditrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "submitted",
                            "approved",
                            "approved_if",
                            "changes_requested",
                            "declined",
                            "withdrawn",
                            "condition_met",
                            "replaced",
                            "seated",
                            "expired",
                            "slot_changed",
                            "rules_changed",
                            "completed",
                            "moved",
                        ],
                    )
                ),
                name="record_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="plans", to="plans.tag"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="template_version",
            field=models.ForeignKey(
                blank=True,
                help_text="What it was made from or brought up to; empty for the built-in template and for plans that were imported.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="plans.templateversion",
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(
                    ("state_number", models.F("change_number")), _negated=True
                ),
                fields=["id"],
                name="plans_of_unknown_state",
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                fields=["team", "archived", "review_state"], name="plan_states_of_team"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(
                    ("indexed_number", models.F("change_number")), _negated=True
                ),
                fields=["id"],
                name="plans_to_index",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "review_state__in",
                        ["draft", "review", "changes", "approved", "superseded"],
                    )
                ),
                name="plan_review_state_known",
            ),
        ),
        migrations.RunPython(make_index, drop_index),
    ]
