"""Settings are read once, at the start: each test here is a start of its own."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.planner.test_configuration_page import documented

pytestmark = [pytest.mark.once, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PLANNER_ENV": "production",
    "SECRET_KEY": "a secret of tests that protects nobody, and is long",
    "ALLOWED_HOSTS": "plans.example.org",
}
PRINT_SETTINGS = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings)
                  if name.isupper()}, default=str))
"""


def start(*command, **variables):
    """Runs Python in an environment that holds these variables and nothing of ours."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        **variables,
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def settings(**variables):
    done = start("-c", PRINT_SETTINGS, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(*command, **variables):
    done = start(*command, **variables)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_server_without_what_production_needs_does_not_start(missing):
    variables = {**PRODUCTION, missing: ""}
    sentence = f"planner: {missing} must be set."
    assert refusal("-c", "import planner.server.asgi", **variables) == sentence
    assert refusal("manage.py", "check", **variables) == sentence


def test_an_empty_environment_means_production():
    assert "SECRET_KEY must be set" in refusal("-c", "import planner.server.asgi")


def test_production_is_never_debugged():
    variables = {**PRODUCTION, "PLANNER_DEBUG": "yes"}
    assert "not in production" in refusal("manage.py", "check", **variables)


def test_production_is_safe_by_default():
    values = settings(**PRODUCTION)
    assert not values["DEBUG"]
    assert values["SECURE_SSL_REDIRECT"]
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert values["STORAGES"]["staticfiles"]["BACKEND"].endswith(
        "ManifestStaticFilesStorage"
    )


def test_production_passes_the_deployment_check():
    done = start("manage.py", "check", "--deploy", "--tag=security", **PRODUCTION)
    assert (done.returncode, "W0" in done.stderr) == (0, False), done.stderr


def test_development_needs_nothing_and_is_not_debugged():
    values = settings(PLANNER_ENV="development")
    assert not values["DEBUG"]
    assert not values["SECURE_SSL_REDIRECT"]
    assert "localhost" in values["ALLOWED_HOSTS"]


def test_sqlite_waits_for_its_turn_and_is_found_from_anywhere():
    database = settings(PLANNER_ENV="development")["DATABASES"]["default"]
    assert database["NAME"] == str(ROOT / "var" / "planner.sqlite3")
    assert database["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = WAL",
        "timeout": 20,
        "factory": "<class 'planner.sqlite.PrivateConnection'>",
    }


def test_postgres_has_a_connection_for_each_thread():
    values = settings(
        PLANNER_ENV="development",
        DATABASE_URL="postgres://ann@db/plans",
        PLANNER_THREADS="3",
    )
    database = values["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"]["max_size"] == 8
    # A connection that is kept by its thread is never given back to the pool.
    assert database["CONN_MAX_AGE"] == 0


def test_behind_pgbouncer_nothing_outlives_its_transaction():
    databases = settings(
        PLANNER_ENV="development",
        DATABASE_URL="postgres://ann@pooler:6432/plans",
        DATABASE_LISTEN_URL="postgres://ann@db/plans",
    )["DATABASES"]
    assert databases["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
    # Django prepares nothing unless it is told to.
    assert databases["default"]["OPTIONS"].get("prepare_threshold") is None
    assert databases["direct"]["HOST"] == "db"


def test_without_a_replica_no_query_is_routed():
    assert settings(PLANNER_ENV="development")["DATABASE_ROUTERS"] == []


def test_several_processes_are_refused_on_sqlite():
    done = start("manage.py", "check", PLANNER_ENV="development", WEB_CONCURRENCY="2")
    assert done.returncode == 1
    assert "planner.E002" in done.stderr


def test_several_processes_are_welcome_on_postgres():
    done = start(
        "manage.py",
        "check",
        "--tag=planner",
        PLANNER_ENV="development",
        WEB_CONCURRENCY="2",
        DATABASE_URL="postgres://ann@db/plans",
    )
    assert "planner.E002" not in done.stderr


def test_plain_http_in_production_is_warned_about():
    done = start("manage.py", "check", **PRODUCTION, PLANNER_HTTPS="no")
    assert "planner.W002" in done.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PLANNER_ENV": "prod"}, "PLANNER_ENV must be one of"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32 characters"),
        ({"ALLOWED_HOSTS": "https://plans.example.org"}, "without https:// and port"),
        ({"ALLOWED_HOSTS": "plans.example.org:8000"}, "without https:// and port"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must hold names"),
        ({"ALLOWED_HOSTS": ","}, "ALLOWED_HOSTS must be set."),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL must start with"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/a"}, "cannot be made"),
        (
            {"DATABASE_LISTEN_URL": "postgres://a@b/c"},
            "DATABASE_URL must start with postgres:// where DATABASE_LISTEN_URL is",
        ),
        (
            {"DATABASE_URL": "postgres://a@b/c", "DATABASE_LISTEN_URL": "sqlite:///c"},
            "DATABASE_LISTEN_URL must start with postgres://",
        ),
        (
            {"DATABASE_REPLICA_URL": "postgres://a@b/c"},
            "DATABASE_URL must start with postgres:// where DATABASE_REPLICA_URL is",
        ),
        ({"PLANNER_THREADS": "many"}, "PLANNER_THREADS must be a whole number"),
        ({"WEB_CONCURRENCY": "two"}, "WEB_CONCURRENCY must be a whole number"),
        ({"PLANNER_HTTPS": "maybe"}, "PLANNER_HTTPS must be yes or no"),
        ({"PLANNER_URL": "plans.example.org"}, "PLANNER_URL must be an address"),
        ({"PLANNER_URL": "https://plans.example.org/a"}, "PLANNER_URL must be an"),
        ({"PLANNER_URL": "https://[nonsense"}, "PLANNER_URL must be an address"),
        ({"PLANNER_URL": "https://elsewhere.test"}, "none of ALLOWED_HOSTS"),
        ({"EMAIL_HOST": "mail.example.org"}, "EMAIL_FROM must be set where EMAIL_HOST"),
        ({"EMAIL_USER": "ann"}, "EMAIL_HOST must be set where EMAIL_USER is"),
        (
            {"EMAIL_HOST": "m", "EMAIL_USER": "ann"},
            "EMAIL_PASSWORD must be set where EMAIL_USER is",
        ),
        ({"EMAIL_PASSWORD": "x"}, "EMAIL_USER must be set where EMAIL_PASSWORD is"),
        ({"EMAIL_FROM": "planner"}, "EMAIL_FROM must be an email address"),
        ({"EMAIL_PORT": "0"}, "EMAIL_PORT must be a whole number"),
        ({"WEBHOOK_NETWORKS": "*"}, "WEBHOOK_NETWORKS must hold addresses"),
        ({"SEND_NOTICES": "cron"}, "SEND_NOTICES must be yes or no"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of json, lines"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be one of"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN must have at least 32"),
        ({"FORWARDED_ALLOW_IPS": "proxy"}, "FORWARDED_ALLOW_IPS must hold addresses"),
    ],
)
def test_a_misconfiguration_is_a_sentence(variables, sentence, monkeypatch):
    for name in documented():
        monkeypatch.delenv(name, raising=False)
    for name, value in {**PRODUCTION, **variables}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        runpy.run_path(str(ROOT / "planner" / "settings.py"))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_misconfiguration_stops_the_server():
    message = refusal("-m", "planner.serve", **PRODUCTION, LOG_FORMAT="xml")
    assert message == "planner: LOG_FORMAT must be one of json, lines, not 'xml'."


def test_mail_on_port_465_speaks_tls_from_the_start():
    mail = {"EMAIL_HOST": "mail.example.org", "EMAIL_FROM": "Plans <a@example.org>"}
    values = settings(**PRODUCTION, **mail, EMAIL_PORT="465")
    assert (values["EMAIL_USE_SSL"], values["EMAIL_USE_TLS"]) == (True, False)
    values = settings(**PRODUCTION, **mail)
    assert (values["EMAIL_USE_SSL"], values["EMAIL_USE_TLS"]) == (False, True)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"])
def test_a_command_on_a_server_does_not_guess_what_is_meant(name):
    message = refusal("manage.py", "check", **{name: "anything"})
    assert message.startswith(f"planner: {name} is set and PLANNER_ENV is not.")


def test_a_command_with_nothing_set_means_development():
    assert start("manage.py", "check", "--tag=security").returncode == 0


def test_a_server_that_cannot_start_ends_with_an_error(tmp_path):
    variables = {**PRODUCTION, "PLANNER_ENV": "development", "ALLOWED_HOSTS": ""}
    variables["DATABASE_URL"] = f"sqlite:///{tmp_path}/planner.sqlite3"
    done = start("-m", "planner.serve", "--workers=2", "--port=8765", **variables)
    assert done.returncode != 0
    assert "planner.E002" in done.stderr
