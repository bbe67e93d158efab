from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0008_sign_in"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(("archived", False), ("is_open", True)),
                fields=["-updated_at"],
                name="open_plans",
            ),
        ),
    ]
