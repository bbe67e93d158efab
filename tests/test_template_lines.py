"""The form of the templates that no formatter keeps."""

import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
LONGEST = 100


def test_no_line_is_too_long():
    folder = settings.BASE_DIR / "templates"
    long = [
        f"{path.relative_to(folder)}:{number}"
        for path in sorted(folder.rglob("*.*"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_no_space_is_put_into_a_text_box():
    """Line ends before the end of a text area are part of what it holds."""
    folder = settings.BASE_DIR / "templates"
    padded = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.html"))
        if re.search(r"\s</textarea>", path.read_text("utf-8"))
    ]
    assert padded == []
