import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "configuration.md"


def read_in_code() -> set[str]:
    """The first argument of every `env.…("NAME")` and `os.environ.get("NAME")`."""
    names = set()
    for path in (ROOT / "planner").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) in {"env", "os.environ"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(str(node.args[0].value))
    return {name for name in names if name.isupper()} - {"DJANGO_SETTINGS_MODULE"}


def read_elsewhere() -> set[str]:
    """By the Makefile, by Compose (`${NAME...}`), and by uvicorn through Compose."""
    compose = (ROOT / "docker-compose.yml").read_text()
    makefile = (ROOT / "Makefile").read_text()
    names = set(re.findall(r"\$\{([A-Z_]+)", compose))
    names |= set(re.findall(r"^(PORT) \?=", makefile, re.MULTILINE))
    return names | set(re.findall(r"^ +(FORWARDED_\w+):", compose, re.MULTILINE))


def documented() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), re.MULTILINE)


def test_every_setting_is_documented_and_none_that_is_not_there():
    assert set(documented()) == read_in_code() | read_elsewhere()


def test_no_setting_is_documented_twice():
    assert len(documented()) == len(set(documented()))
