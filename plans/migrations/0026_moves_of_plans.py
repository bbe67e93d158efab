from django.db import migrations, models


class Migration(migrations.Migration):
    contracts = "the constraint lets one more kind in, and all of the release before"

    dependencies = [
        ("plans", "0025_questions_and_days_off"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="auditrecord",
            name="record_kind_known",
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
    ]
