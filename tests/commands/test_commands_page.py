"""That docs/commands.md tells of every command, and of all that each takes."""

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.once

PAGE = (settings.BASE_DIR / "docs" / "commands.md").read_text()
OWN = [name for name, app in get_commands().items() if app == "plans"]


def test_every_command_has_a_part_of_the_page():
    assert OWN
    for name in OWN:
        assert f"## `{name}" in PAGE


def test_every_option_is_told_of():
    for name in OWN:
        parser = load_command_class("plans", name).create_parser("manage.py", name)
        known = load_command_class("plans", "load_demo").create_parser("", "")
        common = {
            option for action in known._actions for option in action.option_strings
        }
        part = PAGE.split(f"## `{name}")[1].split("\n## ")[0]
        for action in parser._actions:
            for option in set(action.option_strings) - common:
                assert option in part, f"{name} {option}"
