from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PlannerConfig(AppConfig):
    name = "planner"

    def ready(self) -> None:
        from planner import checks  # noqa: F401  (registers them)


class PlannerStaticFilesConfig(StaticFilesConfig):
    """Collects what our pages use.

    django-htmx brings an htmx of its own, which they do not use, and whose modules
    import files that it does not bring; npm's brings help for editors and programs.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "django_htmx",
        "editors",
        "scripts",
        "skills",
        "*.map",
    ]
