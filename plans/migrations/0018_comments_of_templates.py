"""A plan that was made from a template of its own knows that template's comments too:
they are left out when it is finished, and all other comments stay."""

from django.db import migrations

from plans.document.syntax.comments import comments_in, folded_comment, is_marker


def know_comments(apps, schema_editor):
    items = apps.get_model("plans", "Item").objects.filter(kind="guidance")
    for plan in apps.get_model("plans", "Plan").objects.exclude(own_placeholders=[]):
        texts = items.filter(block__section__plan=plan).values_list("text", flat=True)
        comments = {
            folded_comment(comment)
            for text in texts
            for comment in comments_in(text)
            if not is_marker(comment)
        }
        if comments:
            plan.own_placeholders = sorted({*plan.own_placeholders, *comments})
            plan.save(update_fields=["own_placeholders"])


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0017_ticks_of_done"),
    ]

    operations = [migrations.RunPython(know_comments, migrations.RunPython.noop)]
