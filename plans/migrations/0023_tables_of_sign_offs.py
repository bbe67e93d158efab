from django.db import migrations, models


class Migration(migrations.Migration):
    contracts = "the constraint lets through all that it did, and one kind more"

    dependencies = [
        ("plans", "0022_places_of_versions"),
    ]

    operations = [
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
    ]
