"""Who sits in a slot by their name is meant by that name from now on."""

from unicodedata import normalize

from django.db import migrations


def folded(name):
    return " ".join(normalize("NFKC", normalize("NFKC", name).casefold()).split())


def remember(apps, schema_editor):
    using = schema_editor.connection.alias
    seats = apps.get_model("plans", "Approver").objects.using(using)
    names = {}
    for seat in seats.order_by("pk").select_related(
        "user", "in_place_of", "approval__item__block__section__plan"
    ):
        user = seat.in_place_of or seat.user
        full = f"{user.first_name} {user.last_name}"
        shown = folded(user.display_name) or folded(full)
        team = seat.approval.item.block.section.plan.team_id
        for name in filter(None, (shown, folded(user.username))):
            if name in folded(seat.approval.name) and len(name) <= 200:
                names.setdefault((team, name), user.pk)
    model = apps.get_model("plans", "SeatName")
    model.objects.using(using).bulk_create(
        model(team_id=team, name=name, user_id=pk) for (team, name), pk in names.items()
    )


class Migration(migrations.Migration):
    dependencies = [("plans", "0019_names_of_seats")]
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
