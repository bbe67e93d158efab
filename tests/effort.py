"""How much one run of the tests tries: a sample of what there is, or all of it.

`make test` runs before each change lands, so it reads a varied sample of the real plans
and tries few examples of each law, the same ones each time. `make thorough`
(`THOROUGH=yes` in the environment) reads every plan, and tries many new examples.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

T = TypeVar("T")

IS_THOROUGH = os.environ.get("THOROUGH", "no") != "no"
TIMES_MORE = 20
MARK = re.compile(r"pytest\.mark\.(\w+)")


def examples(few: int) -> int:
    """For a law that cannot afford the usual number; a thorough run tries more."""
    return few * TIMES_MORE if IS_THOROUGH else few


def some(choices: Sequence[T], turn: int, *, of: int) -> Sequence[T]:
    """One in `of` of them, the next ones at each turn; all in a thorough run."""
    return choices if IS_THOROUGH else choices[turn % of :: of]


# For a long way whose steps other tests take, too.
thorough_only = pytest.mark.skipif(not IS_THOROUGH, reason="asked by make thorough")


def is_left_out(file: Path, marks: str) -> bool:
    """Whether `marks` (`-m`) leave out each test of a file, by what stands at its top:
    to import it takes as long as to run many of them."""
    unwanted = re.fullmatch(r"not (\w+)", marks)
    if unwanted is None or file.suffix != ".py":
        return False
    of_file = re.search(r"^pytestmark = .*", file.read_text(), re.MULTILINE)
    return bool(of_file) and unwanted[1] in MARK.findall(of_file[0])


def set_profile() -> None:
    """Of Hypothesis, for laws that say nothing else. A change that waits to land must
    get the same answer twice, so only a thorough run looks for new examples."""
    hypothesis.settings.register_profile(
        "planner",
        max_examples=examples(50),
        derandomize=not IS_THOROUGH,
        deadline=None,
        print_blob=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("planner")


# What makes one plan unlike another: each is in the sample, where any plan has it.
SHAPES = {
    name: re.compile(pattern, re.MULTILINE)
    for name, pattern in {
        "byte order mark": r"\A\ufeff",
        "front matter": r"\A\ufeff?---\r?$",
        "carriage returns": r"\r\n",
        "no last newline": r"[^\n]\Z",
        "table": r"^\|[ :|-]+\|\r?$",
        "pipe in a cell": r"^\|.*\\\|",
        "checklist": r"^\s*[-*+] \[[ xX]\] ",
        "star as a bullet": r"^\* ",
        "numbered list": r"^\d+[.)] ",
        "list in a numbered list": r"^\d+[.)] .*\n +[-*+] ",
        "deep list": r"^ {4,}[-*+] ",
        "lazy line": r"^[-*+] .*\n[A-Za-z]",
        "fence": r"^(```|~~~)",
        "fence in a list": r"^ +(```|~~~)",
        "comment": r"<!--",
        "HTML": r"^<(?!!--)[a-z]",
        "quotation": r"^> ",
        "heading underlined": r"^\w.*\n(=+|-+)\r?$",
        "rule": r"^\r?\n(---+|\*\*\*+|___+)\r?$",
        "field in a list": r"^- \*\*[^*]+\*\*: ",
        "field in a paragraph": r"^\*\*[^*]+\*\*: ",
        "field with a list": r"^(- )?\*\*[^*]+\*\*:\r?\n\s*- ",
        "bracket": r"\[[A-Z][^\]]*\](?!\()",
        "question": r"\[NEEDS CLARIFICATION",
        "approvals": r"^#+ .*(approv|sign-?off)",
        "other letters": r"[\u0370-\u1fff\u3040-\uffef]",
        "emoji": r"[\u2600-\u27bf\U0001f300-\U0001faff]",
    }.items()
}
# How many besides those, from the shortest to almost the longest.
SIZES = 5
# A longer plan is read for its size alone: time grows with it.
LONG = 32_000


def sample(paths: Sequence[Path]) -> list[Path]:
    """Few of them, of every size and shape; the same ones for the same files."""
    by_size = sorted(paths, key=lambda path: (path.stat().st_size, path.name))
    chosen = {by_size[len(by_size) * step // SIZES] for step in range(SIZES)}
    texts = {
        path: path.read_bytes().decode()
        for path in by_size
        if path.stat().st_size < LONG
    }
    for shape in SHAPES.values():
        # The shortest that has it costs least.
        shortest = next((path for path in texts if shape.search(texts[path])), None)
        chosen |= {shortest} - {None}
    return [path for path in paths if path in chosen]
