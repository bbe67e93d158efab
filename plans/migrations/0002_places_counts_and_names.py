import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunPython

from plans.migrations import _data_steps as data


class Migration(migrations.Migration):
    # The release before makes few accounts, and nobody could sign in to one whose name
    # is taken. The other constraints allow what they did, and one value more.
    contracts = "no release came before; stop a test installation for this upgrade"

    replaces = [
        ("plans", "0010_edition_of_versions"),
        ("plans", "0011_codes_of_phases"),
        ("plans", "0012_tell_user_names_apart"),
        ("plans", "0013_username_unique_in_any_case"),
        ("plans", "0014_stricter_rule_of_writers"),
        ("plans", "0015_read_items_again"),
        ("plans", "0016_counts_of_plans"),
        ("plans", "0017_ticks_of_done"),
        ("plans", "0018_comments_of_templates"),
        ("plans", "0019_names_of_seats"),
        ("plans", "0020_remember_names_of_seats"),
        ("plans", "0021_seats_on_record"),
        ("plans", "0022_places_of_versions"),
        ("plans", "0023_tables_of_sign_offs"),
        ("plans", "0024_fullness_of_plans"),
    ]

    dependencies = [
        ("plans", "0001_plans_and_sign_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="edition",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.RenameField(
            model_name="phase",
            old_name="number",
            new_name="code",
        ),
        migrations.AlterField(
            model_name="phase",
            name="code",
            field=models.CharField(max_length=16),
        ),
        RunPython(data.make_usernames_unique, RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="username_unique_in_any_case",
                violation_error_message="That username, or one that looks like it, is already taken. Choose another one.",
            ),
        ),
        migrations.AddField(
            model_name="reviewrules",
            name="not_a_writer",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="PlanCounts",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.plan",
                    ),
                ),
                ("change_number", models.PositiveIntegerField()),
                ("counted_by", models.CharField(max_length=16)),
                ("filled", models.PositiveIntegerField()),
                ("errors", models.PositiveIntegerField()),
                ("questions", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="reviewrules",
            name="review_rules_stale_on_known",
        ),
        migrations.AddField(
            model_name="version",
            name="unticked",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AlterField(
            model_name="reviewrules",
            name="stale_on",
            field=models.CharField(
                choices=[
                    (
                        "any",
                        "Any change of the plan; ticks in the Definition of Done affect only Launch Approval",
                    ),
                    (
                        "exact",
                        "Any change of the plan, including ticks in the Definition of Done",
                    ),
                    ("covered", "A change in a chapter that the approval covers"),
                ],
                default="any",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("stale_on__in", ["any", "exact", "covered"])),
                name="review_rules_stale_on_known",
            ),
        ),
        migrations.CreateModel(
            name="SeatName",
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
                ("name", models.CharField(max_length=200)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="plans.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "name"),
                        name="seat_name_means_one_account_in_team",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="record",
            name="record_kind_known",
        ),
        migrations.AlterField(
            model_name="record",
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
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
                        ],
                    )
                ),
                name="record_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="places",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.RemoveConstraint(
            model_name="block",
            name="block_kind_known",
        ),
        migrations.AlterField(
            model_name="block",
            name="kind",
            field=models.CharField(
                choices=[
                    ("fields", "fields"),
                    ("approvals", "approvals"),
                    ("checklist", "checklist"),
                    ("list", "list"),
                    ("risks", "risks"),
                    ("dependencies", "dependencies"),
                    ("metrics", "metrics"),
                    ("violations", "violations"),
                    ("sign_offs", "sign offs"),
                    ("table", "table"),
                    ("code", "code"),
                    ("passage", "passage"),
                    ("guidance", "guidance"),
                    ("front_matter", "front matter"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "fields",
                            "approvals",
                            "checklist",
                            "list",
                            "risks",
                            "dependencies",
                            "metrics",
                            "violations",
                            "sign_offs",
                            "table",
                            "code",
                            "passage",
                            "guidance",
                            "front_matter",
                        ],
                    )
                ),
                name="block_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="fullness",
            field=models.IntegerField(
                blank=True,
                help_text="Upper bound of its share of the limits, in millionths; empty if unknown.",
                null=True,
            ),
        ),
        # Last, for a table with rows that were just written may not be altered.
        RunPython(data.read_items_again, RunPython.noop),
        RunPython(data.keep_template_comments, RunPython.noop),
        RunPython(data.remember_seat_names, RunPython.noop),
    ]
