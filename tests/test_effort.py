"""That a sample of files is small, varied, and the same one each time."""

import pytest

from tests import effort

pytestmark = pytest.mark.once

LINES = {
    "a.md": "word\n",
    "table.md": "| a |\n|---|\n| b |\n",
    "tables.md": "| a |\n|---|\n| b |\n" * 2,
    "windows.md": "a\r\nb\r\n",
}


@pytest.fixture
def paths(tmp_path):
    texts = LINES | {f"{n:03}.md": "word\n" * (n + 10) for n in range(200)}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())
    return sorted(tmp_path.iterdir())


def test_a_sample_has_every_size(paths):
    sizes = [path.stat().st_size for path in effort.sample(paths)]
    assert min(sizes) < 10 and max(sizes) > 800
    assert len(sizes) < 15


def test_a_sample_has_the_shortest_file_of_every_shape(paths):
    names = [path.name for path in effort.sample(paths)]
    assert {"table.md", "windows.md"} <= set(names)
    assert "tables.md" not in names


def test_a_sample_is_the_same_each_time_and_in_order(paths):
    sample = effort.sample(paths)
    assert sample == effort.sample(paths[::-1])[::-1] == sorted(sample)


def test_every_choice_has_its_turn(monkeypatch):
    monkeypatch.setattr(effort, "IS_THOROUGH", False)
    turns = [effort.some("abcde", turn, of=3) for turn in range(4)]
    assert turns == ["ad", "be", "c", "ad"]
    monkeypatch.setattr(effort, "IS_THOROUGH", True)
    assert effort.some("abcde", 1, of=3) == "abcde"


def test_a_thorough_run_tries_more_examples(monkeypatch):
    monkeypatch.setattr(effort, "IS_THOROUGH", False)
    assert effort.examples(7) == 7
    monkeypatch.setattr(effort, "IS_THOROUGH", True)
    assert effort.examples(7) == 7 * effort.TIMES_MORE


@pytest.mark.parametrize(
    ("marks", "left_out"),
    [
        ("not once", True),
        ("not slow", True),
        ("not else", False),
        ("once", False),
        ("", False),
    ],
)
def test_a_file_of_which_nothing_would_run_is_not_imported(tmp_path, marks, left_out):
    file = tmp_path / "test_it.py"
    file.write_text("pytestmark = [pytest.mark.once, pytest.mark.slow]\n")
    assert effort.is_left_out(file, marks) == left_out
    file.write_text("@pytest.mark.once\ndef test_it(): ...\n")
    assert not effort.is_left_out(file, marks)
