import re

import pytest

TOKEN = "a token of tests that opens figures alone"


@pytest.fixture
def read(client, settings):
    """The figures that are there, by name and labels."""
    settings.METRICS_TOKEN = TOKEN

    def figures():
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        lines = answer.content.decode().splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}

    return figures


def difference(before, after):
    return {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if value != before.get(name, 0) and not name.startswith("planner_process_")
    }


def test_without_a_token_in_the_settings_there_is_no_such_address(client, db):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}"]
)
def test_nobody_reads_them_without_the_token(client, settings, header):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": header})
    assert answer.status_code == 401
    assert b"planner_" not in answer.content


def test_requests_are_counted_by_view(client, db, read):
    before = read()
    client.get("/accounts/login/")
    client.get("/plans/a-plan-with-a-telling-name/")
    after = read()
    figures = difference(before, after)
    labels = '{method="GET",status="200",view="account_login"}'
    assert figures[f"planner_requests_total{labels}"] == 1
    assert figures['planner_request_seconds_count{view="account_login"}'] == 1
    assert not re.search("telling", str(after))


def test_a_method_that_nobody_knows_makes_no_label(client, db, read):
    client.generic("TELLING", "/accounts/login/")
    assert any('method="other"' in name for name in read())
    assert "TELLING" not in str(read())


def test_saves_conflicts_and_refusals_are_counted(
    client, plan, alice, victor, read, django_capture_on_commit_callbacks
):
    from tests import make

    item = make.find(plan, label="Storage")
    path = f"{plan.get_absolute_url()}items/{item.pk}/"
    before = read()
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, {"value": "SQLite", "seen": item.version})
    client.post(path, {"value": "Files", "was-value": "", "seen": item.version})
    client.force_login(victor)
    client.post(path, {"value": "MariaDB"})
    figures = difference(before, read())
    assert figures["planner_saves_total"] == 1
    assert figures["planner_conflicts_total"] == 1
    assert figures['planner_refusals_total{status="403"}'] == 1


def test_sign_offs_are_counted(
    team, alice, bob, dana, read, django_capture_on_commit_callbacks
):
    from tests import make

    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    before = read()
    with django_capture_on_commit_callbacks(execute=True):
        make.sign(plan, dana)
    figures = difference(before, read())
    assert figures['planner_sign_offs_total{decision="approved"}'] == 1


def test_the_process_tells_its_own_figures(read):
    figures = read()
    assert figures["planner_process_resident_bytes"] > 10_000_000
    assert figures["planner_process_open_files"] > 2
    assert figures["planner_process_threads"] >= 1
    assert figures["planner_process_cpu_seconds"] > 0
