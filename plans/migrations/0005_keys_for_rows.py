import django.db.models.deletion
from django.db import migrations, models


def link(apps, schema_editor):
    using = schema_editor.connection.alias
    approval = apps.get_model("plans", "Approval")
    through = approval.after.through
    ids = dict(approval.objects.using(using).values_list("pk", "after_ids"))
    through.objects.using(using).bulk_create(
        through(from_approval_id=pk, to_approval_id=earlier)
        for pk, after in ids.items()
        for earlier in dict.fromkeys(after)
        if earlier in ids
    )


def unlink(apps, schema_editor):
    using = schema_editor.connection.alias
    for approval in apps.get_model("plans", "Approval").objects.using(using):
        approval.after_ids = sorted(approval.after.values_list("pk", flat=True))
        approval.save(update_fields=["after_ids"])


def foreign_key_to(model):
    """A key that takes over the column of the integer."""
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.RESTRICT,
        related_name="+",
        to=f"plans.{model}",
    )


class Migration(migrations.Migration):
    contracts = (
        "the keys of changes keep their columns; no release came before that would miss "
        "the list of ids in approvals"
    )

    dependencies = [
        ("plans", "0004_fill_name_keys"),
    ]

    operations = [
        migrations.RenameField("change", "section_id", "section"),
        migrations.AlterField("change", "section", foreign_key_to("section")),
        migrations.RenameField("change", "item_id", "item"),
        migrations.AlterField("change", "item", foreign_key_to("item")),
        migrations.RenameField("approval", "after", "after_ids"),
        migrations.AddField(
            model_name="approval",
            name="after",
            field=models.ManyToManyField(
                blank=True,
                help_text="The approvals that this one comes after.",
                related_name="+",
                to="plans.approval",
            ),
        ),
        migrations.RunPython(link, unlink),
        migrations.RemoveField("approval", "after_ids"),
    ]
