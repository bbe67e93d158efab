"""What the records took the place of. It cannot come back: the records say more than
these rows could hold."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_sign_off_records")]

    operations = [
        migrations.DeleteModel(name="SignOff"),
        migrations.RemoveField(model_name="approval", name="approver"),
    ]
