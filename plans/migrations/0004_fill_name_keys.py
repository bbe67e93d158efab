"""Keys for the names that exist already. Of names that look alike, all but the first
are marked as a clash, which no constraint refuses."""

from collections import Counter
from hashlib import sha256

from django.db import migrations

from plans.models import names


def end_with_their_owners(apps, schema_editor):
    """Delete keys with their owners in the database: during a rolling upgrade the
    release before deletes owners without knowing of keys."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    for table in ("plans_usernamekey", "plans_membernamekey"):
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, table)
        for name, constraint in constraints.items():
            if constraint["foreign_key"]:
                (column,), (owners, key) = (
                    constraint["columns"],
                    constraint["foreign_key"],
                )
                schema_editor.execute(
                    f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}, "
                    f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({quote(column)}) "
                    f"REFERENCES {quote(owners)} ({quote(key)}) ON DELETE CASCADE "
                    "DEFERRABLE INITIALLY DEFERRED"
                )


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    user_keys = apps.get_model("plans", "UsernameKey")
    member_keys = apps.get_model("plans", "MemberNameKey")
    users = apps.get_model("plans", "User").objects.using(using)
    members = apps.get_model("plans", "Membership").objects.using(using)
    clashes = Counter()
    rows = []
    for user in users.order_by("pk"):
        for key in digests_of(user.username):
            clash = count(clashes, key)
            rows.append(user_keys(user_id=user.pk, key=key, clash=clash))
    user_keys.objects.using(using).bulk_create(rows, batch_size=500)
    rows = []
    for member in members.select_related("user").order_by("pk"):
        user = member.user
        full = f"{user.first_name} {user.last_name}".strip()
        for key in digests_of(user.display_name or full or user.username):
            clash = count(clashes, (member.team_id, key))
            row = {"membership_id": member.pk, "team_id": member.team_id}
            rows.append(member_keys(key=key, clash=clash, **row))
    member_keys.objects.using(using).bulk_create(rows, batch_size=500)


def digests_of(name):
    return {sha256(key.encode()).hexdigest() for key in names.keys(name)}


def count(clashes, key):
    clashes[key] += 1
    return clashes[key] - 1


class Migration(migrations.Migration):
    replaces = [("plans", "0028_fill_keys_of_names")]
    # Apart from the migration that creates the tables: their foreign keys exist only
    # after its end.
    dependencies = [("plans", "0003_audit_records_and_name_keys")]
    operations = [
        migrations.RunPython(end_with_their_owners, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
