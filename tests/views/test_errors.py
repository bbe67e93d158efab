import pytest

from tests.client import CheckingClient

pytestmark = pytest.mark.once


@pytest.fixture
def paste(client, db):
    """Any page that reads a form will do."""
    return lambda form: client.post("/accounts/login/", form)


def test_too_much_text_is_told_with_the_limit(paste):
    answer = paste({"username": "x" * 9_600_000})
    assert answer.status_code == 413
    assert "up to 1 MB" in answer.content.decode()


def test_too_many_fields_are_told(paste, settings):
    count = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1
    answer = paste({f"field-{number}": "x" for number in range(count)})
    assert answer.status_code == 413
    assert "more fields" in answer.content.decode()


def test_a_wrong_host_is_no_such_thing(client, db):
    assert client.get("/", headers={"host": "elsewhere.test"}).status_code == 400


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_what_no_browser_sends_is_no_fault_of_ours(db, kind):
    """The check of the form's token reads it, and so would Django's page for this."""
    client = CheckingClient(enforce_csrf_checks=True)
    sent = {
        "form": "application/x-www-form-urlencoded; charset=utf-16",
        "multipart": "multipart/form-data",
    }[kind]
    client.get("/accounts/login/")
    answer = client.post("/accounts/login/", b"a=b", content_type=sent)
    assert answer.status_code == 400
    assert "reload the page" in answer.content.decode()
