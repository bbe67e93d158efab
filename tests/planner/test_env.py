import stat

import pytest

from planner import env

pytestmark = pytest.mark.once


@pytest.fixture
def set_value(monkeypatch):
    return lambda value: monkeypatch.setenv("PLANNER_X", value)


@pytest.mark.parametrize(
    "read",
    [
        lambda: env.text("PLANNER_X"),
        lambda: env.words("PLANNER_X"),
        lambda: env.secret("PLANNER_X", kept_in=None),
    ],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_missing_is_named(read, value, set_value):
    if value is not None:
        set_value(value)
    with pytest.raises(env.InvalidSetting, match=r"^PLANNER_X must be set\.$"):
        read()


@pytest.mark.parametrize(
    ("value", "flag"), [("yes", True), ("ON", True), ("0", False), ("False", False)]
)
def test_flag_takes_the_usual_words(value, flag, set_value):
    set_value(value)
    assert env.flag("PLANNER_X", not flag) is flag


def test_flag_refuses_other_words(set_value):
    set_value("enabled")
    with pytest.raises(env.InvalidSetting, match="must be yes or no, not 'enabled'"):
        env.flag("PLANNER_X", False)


@pytest.mark.parametrize("value", ["0", "201", "-5", "ten", "1.5", "1e2", "²"])
def test_number_refuses_what_is_out_of_bounds_or_none(value, set_value):
    set_value(value)
    with pytest.raises(env.InvalidSetting, match="whole number from 1 to 200"):
        env.number("PLANNER_X", 10, least=1, most=200)


def test_choice_lists_what_may_be_chosen(set_value):
    set_value("prod")
    with pytest.raises(env.InvalidSetting, match="one of production, development"):
        env.choice("PLANNER_X", "production", among=["production", "development"])


def test_words_are_separated_by_commas(set_value):
    set_value(" plans.example.org, ,localhost ,")
    assert env.words("PLANNER_X") == ["plans.example.org", "localhost"]


def test_short_secret_is_refused(set_value):
    set_value("hunter2")
    with pytest.raises(env.InvalidSetting, match="at least 32 characters"):
        env.secret("PLANNER_X", kept_in=None)


def test_secret_of_development_is_made_once_and_private(tmp_path):
    path = tmp_path / "var" / "secret_key"
    first = env.secret("PLANNER_X", kept_in=path)
    assert len(first) >= 32
    assert env.secret("PLANNER_X", kept_in=path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_secret_that_cannot_be_kept_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(env.InvalidSetting, match="No secret can be kept in"):
        env.secret("PLANNER_X", kept_in=tmp_path / "file" / "secret_key")


def test_database_defaults_to_a_file_whatever_its_name(tmp_path):
    odd = tmp_path / "50% of it?" / "plans #1.sqlite3"
    assert env.database("PLANNER_X", odd)["NAME"] == str(odd)


def test_database_of_postgres(set_value):
    set_value("postgres://ann:p%40ss@db.example.org:5433/plans?sslmode=require")
    database = env.database("PLANNER_X", None)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["PASSWORD"] == "p@ss"
    assert database["PORT"] == 5433
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://me:hunter2@db/plans", "must start with sqlite:// or postgres://"),
        ("ftp://me:hunter2@db/plans", "cannot be read"),
        ("postgres://me:hunter2@db:port/plans", "cannot be read"),
        ("plans.sqlite3", "cannot be read"),
        ("sqlite://", "outlives the process"),
        ("sqlite://:memory:", "outlives the process"),
        ("sqlite:///:memory:", "outlives the process"),
        ("postgres://me:hunter2@db", "outlives the process"),
    ],
)
def test_database_that_cannot_be_used_is_refused(url, sentence, set_value):
    set_value(url)
    with pytest.raises(env.InvalidSetting, match=sentence) as refusal:
        env.database("PLANNER_X", None)
    assert "hunter2" not in str(refusal.value)
