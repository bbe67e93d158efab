import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    contracts = "the renamed models keep their tables"

    replaces = [
        ("plans", "0025_audit_records_and_cache_entries"),
        ("plans", "0026_verbs_of_changes"),
        ("plans", "0027_keys_of_names"),
    ]

    dependencies = [
        ("plans", "0002_places_counts_and_names"),
    ]

    operations = [
        # Before the model's new name, or the table would take it too.
        migrations.AlterModelTable(name="record", table="plans_record"),
        migrations.RenameModel(old_name="Record", new_name="AuditRecord"),
        migrations.RenameModel(old_name="Kept", new_name="CacheEntry"),
        migrations.AlterField(
            model_name="change",
            name="verb",
            field=models.CharField(
                choices=[
                    ("plan.created", "created"),
                    ("plan.imported", "imported"),
                    ("plan.archived", "archived"),
                    ("plan.restored", "restored"),
                    ("plan.opened", "opened to everyone signed in:"),
                    ("plan.closed", "limited to the team:"),
                    ("plan.shared", "created a link to"),
                    ("plan.unshared", "revoked a link to"),
                    ("section.added", "added section"),
                    ("section.renamed", "renamed section"),
                    ("section.moved", "moved section"),
                    ("section.removed", "removed section"),
                    ("section.block_added", "added to"),
                    ("section.block_removed", "removed from"),
                    ("section.signs", "turned on sign-offs in"),
                    ("section.signs_not", "turned off sign-offs in"),
                    ("item.added", "added to"),
                    ("item.edited", "edited"),
                    ("item.ticked", "ticked in"),
                    ("item.moved", "moved in"),
                    ("item.removed", "removed from"),
                    ("item.restored", "restored"),
                    ("comment.added", "commented on"),
                    ("comment.resolved", "resolved a comment on"),
                    ("comment.reopened", "reopened a comment on"),
                    ("comment.edited", "edited a comment on"),
                    ("comment.removed", "removed a comment on"),
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
                    ("approver.confirmed", "confirmed an approver for"),
                    ("person.renamed", "was renamed:"),
                    ("undo", "undid a change of"),
                    ("redo", "redid a change of"),
                ],
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="MemberNameKey",
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
                ("key", models.CharField(max_length=64)),
                ("clash", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_keys",
                        to="plans.membership",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "key", "clash"),
                        name="name_unlike_all_others_in_team",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsernameKey",
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
                ("key", models.CharField(max_length=64)),
                ("clash", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="username_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "clash"), name="username_unlike_all_others"
                    )
                ],
            },
        ),
    ]
