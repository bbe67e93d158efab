from pathlib import Path

from django.contrib.staticfiles import finders

from planner import checks
from planner.asgi import misconfiguration


def ids(found):
    return [message.id for message in found]


def test_development_is_warned_when_htmx_is_missing(settings, monkeypatch):
    monkeypatch.setattr(finders, "find", lambda path: None)
    assert ids(checks.front_end_files_are_there(None)) == ["planner.W001"]


def test_development_has_htmx():
    assert checks.front_end_files_are_there(None) == []


def test_production_needs_collected_files(settings, tmp_path):
    settings.PRODUCTION = True
    settings.STATIC_ROOT = tmp_path
    assert ids(checks.front_end_files_are_there(None)) == ["planner.E001"]
    (tmp_path / "staticfiles.json").touch()
    assert checks.front_end_files_are_there(None) == []


def test_an_error_keeps_the_server_from_starting(settings):
    settings.PRODUCTION = True
    settings.STATIC_ROOT = Path("/nowhere")
    assert "collectstatic" in misconfiguration()


def test_a_warning_does_not(settings):
    settings.HTTPS = False
    assert misconfiguration() == ""
