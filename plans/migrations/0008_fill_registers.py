from django.db import migrations
from django.db.models import Q

from plans.content.registers import listed

BATCH = 500


def fill(apps, schema_editor):
    """What each item says in the registers. A question is as old as its item's last
    edit."""
    using = schema_editor.connection.alias
    entries = apps.get_model("plans", "RegisterEntry").objects.using(using)
    details = ("risk", "dependency", "metric")
    is_listed = Q(questions__gt=0)
    for name in details:
        is_listed |= Q(**{f"{name}__isnull": False})
    rows = (
        apps.get_model("plans", "Item")
        .objects.using(using)
        .filter(
            is_listed,
            removed=False,
            block__removed=False,
            block__section__removed=False,
        )
    )
    rows = rows.exclude(parent__removed=True).order_by("pk")
    new = []
    for row in rows.select_related(*details, "block__section__plan").iterator(BATCH):
        plan = row.block.section.plan
        new += [
            entries.model(
                item_id=row.pk,
                plan_id=plan.pk,
                register=one.register,
                rank=one.rank,
                lacks=one.lacks,
                date=one.date,
                since=row.updated_at or plan.created_at,
            )
            for one in listed(row)
        ]
        if len(new) >= BATCH:
            entries.bulk_create(new)
            new = []
    entries.bulk_create(new)


class Migration(migrations.Migration):
    replaces = [("plans", "0021_fill_registers")]
    # Apart from the migration that creates the table: its foreign keys exist only after
    # its end.
    dependencies = [("plans", "0007_templates_registers_and_search")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
