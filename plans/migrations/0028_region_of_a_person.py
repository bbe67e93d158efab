from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0027_index_of_registers"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Whose formats dates and numbers have, for example de; empty for the one that the browser asks for.",
                max_length=16,
            ),
        ),
    ]
