from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    # The release before makes few accounts, and one of a name that is taken nobody
    # could sign in to.
    contracts = "no account of a name that differs from another one in capitals alone"
    dependencies = [("plans", "0012_tell_user_names_apart")]
    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("username"),
                name="username_unique_in_any_case",
                violation_error_message=(
                    "Somebody has that user name already, or one that looks like it. "
                    "Choose another one."
                ),
            ),
        ),
    ]
