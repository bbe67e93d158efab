from django.db import migrations


class Migration(migrations.Migration):
    contracts = "the tables keep their names"

    dependencies = [
        ("plans", "0024_fullness_of_plans"),
    ]

    operations = [
        # Before the model's new name, or the table would take it too.
        migrations.AlterModelTable(name="record", table="plans_record"),
        migrations.RenameModel(old_name="Record", new_name="AuditRecord"),
        migrations.RenameModel(old_name="Kept", new_name="CacheEntry"),
    ]
