"""A phase has a code, not a number: `Phase A`, `Phase 1.5`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    contracts = "no release came before; stop a test installation for this upgrade"

    dependencies = [
        ("plans", "0010_edition_of_versions"),
    ]

    operations = [
        migrations.RenameField("phase", "number", "code"),
        migrations.AlterField(
            model_name="phase",
            name="code",
            field=models.CharField(max_length=16),
        ),
    ]
