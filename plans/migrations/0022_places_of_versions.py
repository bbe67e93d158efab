from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0021_seats_on_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="places",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
