from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PlannerConfig(AppConfig):
    name = "planner"

    def ready(self) -> None:
        from planner import checks  # noqa: F401  (registers the checks)


class PlannerStaticFilesConfig(StaticFilesConfig):
    """Collects only what the pages use.

    Left out: the htmx inside django-htmx, whose modules import files that it doesn't
    ship, and the editor support inside npm's htmx.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "django_htmx",
        "editors",
        "scripts",
        "skills",
        "*.map",
        "*.d.ts",
        # They are in css/planner.css.
        "css/*",
    ]
