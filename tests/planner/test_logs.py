"""What the log holds of requests and errors, and that nothing typed gets into it."""

import io
import json
import logging
from smtplib import SMTPRecipientsRefused

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from planner.ops import logs
from planner.ops.logs import accept_request_id
from tests import make

pytestmark = pytest.mark.once

MARK = "zebrafinch"


def breaks(request, slug):
    try:
        raise IntegrityError(f"Failing row contains ({slug}).")
    except IntegrityError as error:
        raise ValueError(f"{slug} cannot be stored") from error


def speaks(request):
    logging.getLogger("plans.anything").warning("Something is odd.")
    return HttpResponse()


handler500 = "plans.views.errors.server_error"
urlpatterns = [
    path("plans/<slug>/break/", breaks, name="breaks"),
    path("speak/", speaks, name="speaks"),
]


@pytest.fixture
def log():
    """The lines of the log as production writes them."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLineFormatter(hides_messages=True))
    handler.addFilter(logs.RequestFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def access(lines):
    return [line for line in lines if line["logger"] == "planner.access"]


@pytest.mark.urls(__name__)
def test_a_request_has_one_line_and_one_id(client, log):
    answer = client.get(f"/speak/?q={MARK}")
    lines = log()
    (line,) = access(lines)
    assert line["view"] == "speaks"
    assert (line["method"], line["status"], line["user"]) == ("GET", 200, None)
    assert line["ms"] >= 0
    assert {one["request_id"] for one in lines} == {answer.headers["X-Request-ID"]}
    assert "Something is odd." in [one["message"] for one in lines]
    assert MARK not in str(lines)


def test_a_line_names_who_asked_by_number(client, alice, log):
    client.force_login(alice)
    client.get("/")
    assert access(log())[-1]["user"] == alice.pk
    assert "alice" not in str(log())


@pytest.mark.urls(__name__)
def test_an_error_is_told_by_its_kind_and_place(client, log):
    client.raise_request_exception = False
    answer = client.get(f"/plans/{MARK}/break/")
    assert answer.status_code == 500
    name = answer.headers["X-Request-ID"]
    assert name in answer.content.decode()
    (line,) = [one for one in log() if "error" in one]
    assert line["request_id"] == name
    assert line["message"] == "Internal Server Error: breaks"
    assert "builtins.ValueError" in line["error"]
    assert "IntegrityError" in line["error"]
    assert "in breaks" in line["error"]
    assert MARK not in str(log())


def test_lines_for_people_tell_the_message_in_development_only():
    try:
        raise ValueError(MARK)
    except ValueError as error:
        exc_info = (type(error), error, error.__traceback__)
    assert MARK in logs.LineFormatter(hides_messages=False).formatException(exc_info)
    assert MARK not in logs.LineFormatter(hides_messages=True).formatException(exc_info)


def test_a_line_for_people_has_the_id(log):
    record = logging.LogRecord("a", logging.INFO, "", 1, "Told %s.", ("so",), None)
    logs.RequestFilter().filter(record)
    assert (
        logs.LineFormatter(hides_messages=True)
        .format(record)
        .endswith("INFO a [] Told so.")
    )


@pytest.mark.parametrize("sent", ["4bf92f3577b34da6", "req-1.2_3-abc"])
def test_a_safe_id_is_kept(sent):
    assert accept_request_id(sent) == sent


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 65, 'a","level":"ERROR', "a\nb-c-d-e-f", "-a-b-c-d-e"]
)
def test_any_other_is_replaced(sent):
    new = accept_request_id(sent)
    assert new != sent
    assert accept_request_id(new) == new


def test_a_busy_session_leaves_nothing_typed_in_the_log(client, team, alice, log):
    """Every one of these words is typed somewhere, and none may be in the log."""
    words = iter(f"{MARK}{number}" for number in range(100))
    client.raise_request_exception = False
    alice.email = f"{MARK}@example.org"
    alice.save()
    for password in (next(words), "alice"):
        client.post("/accounts/login/", {"username": "alice", "password": password})
    client.force_login(alice)
    text = make.SMALL.replace("Tide tables", f"Tide {next(words)}")
    plan = make.make_plan(team=team, actor=alice, text=text, name=next(words))
    client.get("/", {"q": next(words)})
    client.get(f"/plans/{next(words)}/", headers={"host": "testserver"})
    client.get("/", headers={"host": f"{next(words)}.test"})
    client.get(plan.get_absolute_url(), headers={"referer": f"http://a/{next(words)}"})
    item = make.find(plan, label="Storage")
    path = f"{plan.get_absolute_url()}items/{item.pk}/"
    client.post(path, {"value": next(words)})
    client.post(path, {"value": next(words), "seen": "0", "was-value": next(words)})
    client.post(path, {next(words): next(words)}, headers={"hx-request": "true"})
    client.post(f"{plan.get_absolute_url()}comments/", {"text": next(words)})
    client.post(f"{plan.get_absolute_url()}{next(words)}/")
    client.put(path, next(words))
    checked = Client(enforce_csrf_checks=True)
    checked.post(path, {"value": next(words)})
    lines = log()
    assert len(access(lines)) == 13
    statuses = {line["status"] for line in access(lines)}
    assert {200, 400, 404} <= statuses
    assert not [line for line in lines if MARK in json.dumps(line)]


def test_mail_that_is_not_sent_names_nobody(log):
    try:
        raise SMTPRecipientsRefused({f"{MARK}@example.org": (550, b"no such user")})
    except SMTPRecipientsRefused:
        logging.getLogger("plans.notifications.sign_off").exception(
            "Mail was not sent."
        )
    (line,) = log()
    assert "SMTPRecipientsRefused" in line["error"]
    assert MARK not in json.dumps(line)
