import pytest
from django.db import OperationalError, connection

from planner.ops import health


@pytest.fixture(autouse=True)
def nothing_is_known_yet(monkeypatch):
    monkeypatch.setattr(health, "_migrations_are_applied", False)


def test_livez_asks_nobody(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_readyz_says_ready(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_readyz_looks_for_migrations_until_they_are_applied(
    client, db, django_assert_num_queries
):
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")


def test_probes_need_neither_a_known_host_nor_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    for path in ("/livez", "/readyz"):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_readyz_waits_for_migrations(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'plans'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"migrations are not applied\n"


def test_readyz_tells_no_more_than_strangers_may_know(client, monkeypatch):
    def refuse():
        raise OperationalError("password authentication failed for user planner")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"the database does not answer\n"
