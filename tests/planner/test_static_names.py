"""Development would only answer 404; in production a wrong name is a broken page."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.once

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def static_names():
    for template in sorted(TEMPLATES.rglob("*.html")):
        for name in re.findall(r"""{% static ["']([^"']+)""", template.read_text()):
            yield pytest.param(name, id=f"{template.name}-{name}")


@pytest.mark.parametrize("name", list(static_names()))
def test_static_file_is_there(name):
    assert finders.find(name)
