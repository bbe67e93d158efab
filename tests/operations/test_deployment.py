"""No Docker here: that docker-compose.yml and the Dockerfile are sound, and that what
they run serves, in production settings and with two processes on PostgreSQL."""

import http.client
import json
import re
import shlex
import subprocess
import sys

import psycopg
import pytest
import yaml

from tests.operations.conftest import ROOT
from tests.operations.test_rolling_restart import workers_of
from tests.planner.test_configuration_page import documented, read_in_code
from tests.processes import serving

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
TOKEN = "a token of tests that opens figures alone"
PRODUCTION = {
    "PLANNER_ENV": "production",
    "ALLOWED_HOSTS": "plans.example.org",
    "METRICS_TOKEN": TOKEN,
    "PLANNER_THREADS": "4",
}


def command_of(dockerfile):
    (command,) = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    return json.loads(command)


# --- What stands in the files ---


def test_every_service_is_made_of_known_parts():
    known = {
        *("image", "build", "environment", "command", "restart", "depends_on", "ports"),
        *("volumes", "healthcheck", "read_only", "tmpfs", "security_opt", "cap_drop"),
        *("profiles", "stop_grace_period"),
    }
    assert set(COMPOSE) == {"services", "volumes", "x-planner"}
    assert set(SERVICES) == {"migrate", "planner", "database", "mail"}
    for service in SERVICES.values():
        assert set(service) <= known
        assert service.get("image") or service.get("build")
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        for name, needed in service.get("depends_on", {}).items():
            assert name in SERVICES
            if needed["condition"] == "service_healthy":
                assert SERVICES[name]["healthcheck"]["test"]
        # The world reaches the planner through a proxy alone.
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_the_planner_waits_for_migrations_and_runs_two_processes():
    planner = SERVICES["planner"]
    waits = {
        name: dependency["condition"]
        for name, dependency in planner["depends_on"].items()
    }
    assert waits == {
        "database": "service_healthy",
        "migrate": "service_completed_successfully",
    }
    assert planner["environment"]["WEB_CONCURRENCY"] == "${WEB_CONCURRENCY:-2}"
    assert SERVICES["migrate"]["environment"] == planner["environment"]
    assert SERVICES["migrate"]["restart"] == "no"


def test_every_variable_is_one_that_the_code_reads():
    variables = set(SERVICES["planner"]["environment"])
    assert variables <= read_in_code()
    assert set(re.findall(r"\$\{([A-Z_]+)", str(COMPOSE))) <= set(documented())
    # All that an operator may want to set can be set.
    assert read_in_code() - variables <= {
        "PLANNER_DEBUG",
        "PORT",
        "PROMETHEUS_MULTIPROC_DIR",
    }


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS"):
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


def test_the_mail_catcher_is_for_trials_only():
    assert SERVICES["mail"]["profiles"] == ["trial"]


def test_the_image_is_not_run_by_root_and_watches_its_health():
    assert DOCKERFILE.index("\nUSER planner") < DOCKERFILE.index("\nCMD")
    assert "\nHEALTHCHECK" in DOCKERFILE
    assert "/readyz" in DOCKERFILE


def test_what_the_image_copies_is_there_and_let_through():
    let_through = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists()
            assert name == "." or name in let_through
    assert all((ROOT / name).exists() for name in let_through)


def test_the_unit_prepares_in_the_order_that_commands_ask_for():
    """In production none runs before the static files are there (planner.E001)."""
    unit = (ROOT / "docs/operations.md").read_text()
    prepared = re.findall(r"ExecStartPre=\S+ manage\.py (\w+)", unit)
    assert prepared == ["collectstatic", "migrate"]


# --- What they run ---


@pytest.fixture(scope="module")
def static_files():
    """As the image collects them. Files under hashed names harm no other test."""
    (line,) = re.findall(
        r"python manage\.py collectstatic [^\\\n]*", DOCKERFILE, re.MULTILINE
    )
    subprocess.run(
        [sys.executable, *shlex.split(line)[1:]],
        cwd=ROOT,
        check=True,
        env={
            **PRODUCTION,
            "SECRET_KEY": "only-for-collecting-static-files-in-the-image",
            "PATH": "/usr/bin:/bin",
        },
    )


def get(server, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    sent = {"Host": "plans.example.org", "X-Forwarded-Proto": "https", **headers}
    connection.request("GET", path, headers=sent)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def test_what_the_image_runs_serves_with_two_processes(
    static_files, empty_postgresql, tmp_path
):
    environment = empty_postgresql.environment(**PRODUCTION, WEB_CONCURRENCY="2")
    migrate = SERVICES["migrate"]["command"]
    assert migrate[:2] == ["python", "manage.py"]
    empty_postgresql.manage(*migrate[2:], **PRODUCTION)
    command = command_of(DOCKERFILE)
    assert command[0] == "python"
    command = [*command[1 : command.index("--host")], "--host", "127.0.0.1"]
    with serving(environment, tmp_path / "log", workers=2, command=command) as server:
        assert len(workers_of(server)) == 2
        answer, page = get(server, "/accounts/login/")
        assert answer.status == 200
        assert answer.getheader("Strict-Transport-Security")
        # Static files have hashed names, and may be kept for ever.
        (name,) = set(re.findall(r'href="(/static/css/index\.[0-9a-f]+\.css)"', page))
        answer, _ = get(server, name)
        assert answer.status == 200
        assert "immutable" in answer.getheader("Cache-Control")
        # Whichever process is asked adds up both of them.
        for _ in range(30):
            assert get(server, "/accounts/login/")[0].status == 200
        counts = {logins(server) for _ in range(10)}
        assert counts == {31.0}
        pids = re.findall(r'resident_bytes\{pid="(\d+)"\}', figures(server))
        assert set(map(int, pids)) == workers_of(server)
        # Connections that the database has ended meanwhile are nobody's failure.
        with psycopg.connect(empty_postgresql.url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        statuses = [get(server, "/shared/nobody-has-this/")[0].status for _ in range(8)]
        assert statuses == [404] * 8
        # The log is JSON, down to its last line.
        took, code = server.stop()
        assert code == 0
        lines = [json.loads(line) for line in server.log_text().splitlines()]
    views = [line["view"] for line in lines if line["logger"] == "planner.access"]
    assert views.count("account_login") == 31


def figures(server):
    answer, body = get(server, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    return body


def logins(server):
    labels = r'\{method="GET",status="200",view="account_login"\}'
    match = re.search(rf"planner_requests_total{labels} (\S+)", figures(server))
    return float(match[1])
