"""Settings are read once, at the start: each test here is a start of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    given = {**PRODUCTION, missing: ""}
    sentence = f"planner: {missing} must be set."
    assert refusal("-c", "import planner.asgi", **given) == sentence
    assert refusal("manage.py", "check", **given) == sentence


def test_an_empty_environment_means_production():
    assert "SECRET_KEY must be set" in refusal("-c", "import planner.asgi")


def test_production_is_never_debugged():
    given = {**PRODUCTION, "PLANNER_DEBUG": "yes"}
    assert "not in production" in refusal("manage.py", "check", **given)


def test_production_is_safe_by_default():
    found = settings(**PRODUCTION)
    assert not found["DEBUG"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert found["STORAGES"]["staticfiles"]["BACKEND"].endswith("HashedStorage")


def test_production_passes_the_deployment_check():
    # Subdomains and the preload list are for whoever owns the domain to decide.
    decided = ("security.W005", "security.W021")
    done = start("manage.py", "check", "--deploy", **PRODUCTION)
    found = [line for line in done.stderr.splitlines() if "security." in line]
    assert not [line for line in found if not any(name in line for name in decided)]


def test_development_needs_nothing_and_is_not_debugged():
    found = settings(PLANNER_ENV="development")
    assert not found["DEBUG"]
    assert not found["SECURE_SSL_REDIRECT"]
    assert "localhost" in found["ALLOWED_HOSTS"]


def test_sqlite_waits_for_its_turn_and_is_found_from_anywhere():
    database = settings(PLANNER_ENV="development")["DATABASES"]["default"]
    assert database["NAME"] == str(ROOT / "var" / "planner.sqlite3")
    assert database["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = WAL",
        "timeout": 20,
    }


def test_postgres_has_a_connection_for_each_thread():
    found = settings(
        PLANNER_ENV="development",
        DATABASE_URL="postgres://ann@db/plans",
        PLANNER_THREADS="3",
    )
    database = found["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"]["max_size"] == 7
    # A connection that is kept by its thread is never given back to the pool.
    assert database["CONN_MAX_AGE"] == 0


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
