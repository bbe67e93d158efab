from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PlannerConfig(AppConfig):
    name = "planner"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from planner import checks  # noqa: F401  (registers the checks)
        from planner.sqlite import join_turns

        connection_created.connect(join_turns)


class PlannerStaticFilesConfig(StaticFilesConfig):
    """Collects only what the pages use."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        # The htmx inside django-htmx; ours is in the bundles.
        "django_htmx",
        # The sources of the bundles.
        "css/*",
        "js/*",
    ]
