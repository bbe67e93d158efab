"""Every table, as the commit that made the golden database of the tests had them."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0001_initial"),
        ("plans", "0002_sessions"),
        ("plans", "0003_comments"),
        ("plans", "0004_sign_off"),
        ("plans", "0005_sign_off_records"),
        ("plans", "0006_sign_off_without_the_old"),
        ("plans", "0007_teams"),
        ("plans", "0008_sign_in"),
        ("plans", "0009_find_open_plans"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("position", models.BigIntegerField()),
                (
                    "tail",
                    models.TextField(
                        blank=True,
                        help_text="The text between it and the next row in the file.",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("removed", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("field", "field"),
                            ("check", "check"),
                            ("entry", "entry"),
                            ("row", "row"),
                            ("passage", "passage"),
                            ("code", "code"),
                            ("guidance", "guidance"),
                            ("front_matter", "front matter"),
                            ("raw", "raw"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("cells", models.JSONField(blank=True, default=dict)),
                ("fillable", models.PositiveIntegerField(default=0)),
                ("blank", models.PositiveIntegerField(default=0)),
                ("questions", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "open_threads",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Number of unresolved comment threads on it.",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="plans.item",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("position", models.BigIntegerField()),
                (
                    "tail",
                    models.TextField(
                        blank=True,
                        help_text="The text between it and the next row in the file.",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("removed", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fields", "fields"),
                            ("approvals", "approvals"),
                            ("checklist", "checklist"),
                            ("list", "list"),
                            ("risks", "risks"),
                            ("dependencies", "dependencies"),
                            ("metrics", "metrics"),
                            ("violations", "violations"),
                            ("table", "table"),
                            ("code", "code"),
                            ("passage", "passage"),
                            ("guidance", "guidance"),
                            ("front_matter", "front matter"),
                        ],
                        max_length=12,
                    ),
                ),
                ("head", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Kept",
            fields=[
                (
                    "cache_key",
                    models.CharField(max_length=255, primary_key=True, serialize=False),
                ),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "plans_kept",
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("position", models.BigIntegerField()),
                (
                    "tail",
                    models.TextField(
                        blank=True,
                        help_text="The text between it and the next row in the file.",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("removed", models.BooleanField(default=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("heading", models.TextField(blank=True)),
                ("source", models.TextField(blank=True)),
                (
                    "open_threads",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Number of unresolved comment threads on it.",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("newline", models.CharField(default="\n", max_length=2)),
                ("bom", models.BooleanField(default=False)),
                (
                    "nul_mark",
                    models.CharField(
                        blank=True,
                        help_text="Stands for NUL in the texts of this plan.",
                        max_length=1,
                    ),
                ),
                (
                    "own_placeholders",
                    models.JSONField(
                        default=list,
                        help_text="The placeholders and comments of the template of this plan.",
                    ),
                ),
                ("change_number", models.PositiveIntegerField(default=0)),
                ("archived", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "is_open",
                    models.BooleanField(
                        default=False,
                        help_text="Anyone signed in can read it.",
                    ),
                ),
            ],
            options={
                "ordering": ["-updated_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={
                            "unique": "A user with that username already exists."
                        },
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[
                            django.contrib.auth.validators.UnicodeUsernameValidator()
                        ],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="first name"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="last name"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="email address"
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "display_name",
                    models.CharField(
                        blank=True,
                        help_text="Shown to others instead of the full name.",
                        max_length=100,
                    ),
                ),
                (
                    "colour",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Background of the initials, 0 to 7; empty to derive it from the id.",
                        null=True,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True,
                        help_text="For example Europe/Lisbon; empty for the server's.",
                        max_length=60,
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("role", models.TextField()),
                ("name", models.TextField(blank=True)),
                (
                    "after",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="The ids of the slots that come before it.",
                    ),
                ),
                (
                    "covers",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Headings of the chapters it covers; empty for the whole plan.",
                    ),
                ),
                ("is_required", models.BooleanField(default=True)),
                (
                    "needs",
                    models.CharField(
                        choices=[("all", "All of them"), ("any", "Any one of them")],
                        default="all",
                        max_length=3,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Field",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("label", models.TextField()),
                ("value", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Metric",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("name", models.TextField(blank=True)),
                ("target", models.TextField(blank=True)),
                ("method", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("name", models.TextField(blank=True)),
                ("why_needed", models.TextField(blank=True)),
                ("alternative_rejected", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="item",
            name="updated_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="block",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="plans.block"
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Its author, or an owner of the team.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("editor", "Editor"),
                            ("reviewer", "Reviewer"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="plans.comment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                (
                    "section",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.section",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="block",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="plans.section"
            ),
        ),
        migrations.CreateModel(
            name="ReviewRules",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review_rules",
                        serialize=False,
                        to="plans.plan",
                    ),
                ),
                (
                    "stale_on",
                    models.CharField(
                        choices=[
                            ("any", "Any change of the plan"),
                            (
                                "covered",
                                "A change in a chapter that the approval covers",
                            ),
                        ],
                        default="any",
                        max_length=7,
                    ),
                ),
                ("not_alone", models.BooleanField(default=True)),
                ("not_last_editor", models.BooleanField(default=True)),
                ("check_clean", models.BooleanField(default=True)),
                ("ready_first", models.BooleanField(default=True)),
                ("done_first", models.BooleanField(default=True)),
                (
                    "expires_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days until a request expires; empty for never.",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="section",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="plans.plan"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("section_id", models.BigIntegerField(blank=True, null=True)),
                ("item_id", models.BigIntegerField(blank=True, null=True)),
                ("edits", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="plans.change",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                (
                    "last_seen",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                (
                    "signed_in_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                (
                    "user_agent",
                    models.CharField(blank=True, db_default="", max_length=200),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_links",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(max_length=100, unique=True)),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="teams",
                        through="plans.Membership",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="plans.team",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="plans.team",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("editor", "Editor"),
                            ("reviewer", "Reviewer"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="plans.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="plans.item",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="plans.plan",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="plans.section",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to="plans.thread",
            ),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("markdown", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("change_number", models.PositiveIntegerField(default=0)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("parts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("slots", models.JSONField(default=list)),
                ("writers", models.JSONField(default=list)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_writer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("approved_if", "Approved on a condition"),
                            ("changes_requested", "Changes requested"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("condition_met", "Condition met"),
                            ("replaced", "Approver replaced"),
                            ("expired", "Request ended"),
                            ("slot_changed", "Slot changed"),
                            ("rules_changed", "Rules changed"),
                            ("completed", "All sign-offs given"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.TextField()),
                ("role", models.TextField(blank=True)),
                ("meaning", models.TextField(blank=True)),
                ("comment", models.TextField(blank=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("proof", models.CharField(blank=True, max_length=40)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("change_number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="plans.plan",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="plans.version",
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="plans.approval",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Approver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "in_place_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="plans.approval",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="approval",
            name="approvers",
            field=models.ManyToManyField(
                related_name="approvals",
                through="plans.Approver",
                through_fields=("approval", "user"),
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="checklist_item",
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("done", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dependency",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("name", models.TextField(blank=True)),
                ("scope", models.TextField(blank=True)),
                ("owner", models.TextField(blank=True)),
                ("status", models.TextField(blank=True)),
                ("timeline", models.TextField(blank=True)),
                ("impact_if_blocked", models.TextField(blank=True)),
                (
                    "status_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not given"),
                            ("green", "Green"),
                            ("yellow", "Yellow"),
                            ("red", "Red"),
                        ],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "dependencies",
                "indexes": [
                    models.Index(fields=["status_level"], name="dependencies_by_status")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status_level__in", ["", "green", "yellow", "red"])
                        ),
                        name="dependency_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="plans.item",
                    ),
                ),
                ("code", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                ("impact", models.TextField(blank=True)),
                ("likelihood", models.TextField(blank=True)),
                ("mitigation", models.TextField(blank=True)),
                ("owner", models.TextField(blank=True)),
                (
                    "impact_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not given"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "likelihood_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not given"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                        ],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["impact_level", "likelihood_level"],
                        name="risks_by_level",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("impact_level__in", ["", "low", "medium", "high"]),
                            ("likelihood_level__in", ["", "low", "medium", "high"]),
                        ),
                        name="risk_levels_known",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["block", "position"], name="items_of_block"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "field",
                            "check",
                            "entry",
                            "row",
                            "passage",
                            "code",
                            "guidance",
                            "front_matter",
                            "raw",
                        ],
                    )
                ),
                name="item_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "fillable__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("blank"), "+", models.F("questions")
                        ),
                    )
                ),
                name="item_waits_for_what_it_has",
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["user", "-comment"], name="mentions_of_user"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("comment", "user"), name="one_mention_in_comment"
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "fields",
                            "approvals",
                            "checklist",
                            "list",
                            "risks",
                            "dependencies",
                            "metrics",
                            "violations",
                            "table",
                            "code",
                            "passage",
                            "guidance",
                            "front_matter",
                        ],
                    )
                ),
                name="block_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("stale_on__in", ["any", "covered"])),
                name="review_rules_stale_on_known",
            ),
        ),
        migrations.AddIndex(
            model_name="section",
            index=models.Index(fields=["plan", "position"], name="sections_of_plan"),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__lte", 6)), name="section_level_up_to_six"
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gt", 0), ("heading", ""), _connector="OR"),
                name="section_before_headings_has_none",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                fields=["plan", "actor", "-number"], name="changes_of_actor"
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="change_number_unique_in_plan"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                fields=["team", "archived", "-updated_at"], name="plans_of_team"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(("archived", False), ("is_open", True)),
                fields=["-updated_at"],
                name="open_plans",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("newline__in", ["\n", "\r\n"])),
                name="plan_newline_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("team", "user"), name="one_membership_in_team"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["owner", "editor", "reviewer", "viewer"])
                ),
                name="membership_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["owner", "editor", "reviewer", "viewer"])
                ),
                name="invitation_role_known",
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["plan"],
                name="open_threads_of_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item__isnull", False), ("section__isnull", True)),
                    models.Q(("item__isnull", True), ("section__isnull", False)),
                    _connector="OR",
                ),
                name="thread_on_one_item_or_section",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("resolved_at__isnull", True), ("resolved_by__isnull", True)
                    ),
                    models.Q(
                        ("resolved_at__isnull", False), ("resolved_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="thread_resolved_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["sha256"], name="versions_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="version_number_unique_in_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="version_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="record_number_unique_in_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "submitted",
                            "approved",
                            "approved_if",
                            "changes_requested",
                            "declined",
                            "withdrawn",
                            "condition_met",
                            "replaced",
                            "expired",
                            "slot_changed",
                            "rules_changed",
                            "completed",
                        ],
                    )
                ),
                name="record_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("comment", ""),
                    ("kind__in", ["approved_if", "changes_requested", "declined"]),
                    _negated=True,
                ),
                name="record_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="approver",
            constraint=models.UniqueConstraint(
                fields=("approval", "user"), name="approver_once_in_slot"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("needs__in", ["all", "any"])),
                name="approval_needs_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done", True), ("done_at__isnull", True), _connector="OR"
                ),
                name="check_done_before_dated",
            ),
        ),
    ]
