"""Where user names differ in capitals alone, the first account keeps its name."""

from django.db import migrations


def tell_apart(apps, schema_editor):
    users = apps.get_model("plans", "User").objects.using(
        schema_editor.connection.alias
    )
    rows = list(users.order_by("pk").values_list("pk", "username"))
    taken = {username.lower() for _, username in rows}
    kept = set()
    for pk, username in rows:
        if username.lower() not in kept:
            kept.add(username.lower())
            continue
        number = 2
        while f"{username[:140]}-{number}".lower() in taken:
            number += 1
        new = f"{username[:140]}-{number}"
        taken.add(new.lower())
        kept.add(new.lower())
        users.filter(pk=pk).update(username=new)
        print(
            f"\n  The user name {username} differs from another one in capitals alone: "
            f"{username} is {new} from now on. Tell that person."
        )


class Migration(migrations.Migration):
    dependencies = [("plans", "0011_codes_of_phases")]
    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
