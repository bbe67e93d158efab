from importlib import import_module

from django.db import migrations, models
from django.db.models import F

search_tables = import_module("plans.migrations.0007_templates_registers_and_search")
TRIGGERS = ("added", "gone", "changed")
KINDS = ("title", "heading", "item", "comment", "version", "saved")
NEW = ("suggest", "columns")


def drop_triggers(apps, schema_editor):
    """SQLite makes a table again to change its constraints."""
    if schema_editor.connection.vendor == "sqlite":
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER plans_searchentry_{name}")


def make_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in (
            search_tables.ADDED,
            search_tables.GONE,
            search_tables.CHANGED,
        ):
            schema_editor.execute(statement, params=None)


def index_again(apps, schema_editor):
    """All plans are behind, so the server brings each up to date; what is indexed of
    them stays and is found meanwhile."""
    plans = apps.get_model("plans", "Plan").objects
    plans.filter(indexed_number=F("change_number")).update(indexed_number=-1)


def forget(apps, schema_editor):
    apps.get_model("plans", "SearchEntry").objects.filter(kind__in=NEW).delete()


class Migration(migrations.Migration):
    contracts = "there is no release before that has the index"

    dependencies = [
        ("plans", "0011_plans_that_follow_templates"),
    ]

    operations = [
        migrations.RunPython(drop_triggers, make_triggers),
        migrations.RemoveConstraint("searchentry", "search_entry_kind_known"),
        migrations.AlterField(
            "searchentry",
            "kind",
            models.CharField(
                choices=[
                    ("title", "Title"),
                    ("heading", "Heading"),
                    ("item", "Item"),
                    ("comment", "Comment"),
                    ("version", "Version"),
                    ("saved", "Saved Version"),
                    ("suggest", "Suggestion"),
                    ("columns", "Columns"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            "searchentry",
            models.CheckConstraint(
                condition=models.Q(kind__in=[*KINDS, *NEW]),
                name="search_entry_kind_known",
            ),
        ),
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.RunPython(index_again, forget),
    ]
