"""The first law: whatever is read is written back, character for character."""

import pytest
from hypothesis import given

from plans.document import (
    default_template,
    item_completeness,
    line_numbers,
    outline,
    read,
    write,
)
from tests.document.texts import HOSTILE, KINDS, documents
from tests.make import corpus_files

pytestmark = pytest.mark.once

ODD = {
    "nothing": "",
    "one line end": "\n",
    "blank lines": "\n \n\t\n",
    "no last line end": "# A\n\n- b",
    "a BOM": "\ufeff# A\n",
    "two BOMs": "\ufeff\ufeff# A\n",
    "Windows": "# A\r\n\r\n- **B**: c\r\n- d\r\n\r\n| a |\r\n|---|\r\n| b |\r\n",
    "old Macs": "# A\r\r- **B**: c\r- d\r",
    "every line end": "# A\r\n\n- b\r- c\n",
    "front matter": "---\na: b\n---\n\n# A\n",
    "open front matter": "---\na: b\n",
    "an open fence": "# A\n\n```\n# B\n- c\n",
    "an open comment": "# A\n\n<!-- b\n\n# C\n",
    "a NUL": "a\0b\n- c\0d\n",
    "line ends that are none": "a\u2028b\x0bc\x0cd\x85e\n- f\u2029g\n",
    "underlined headings": "A\n===\n\nB\nC\n---\nD\n",
    "closed headings": "# A #\n## B ##   \n### C \\###\n#\n## ##\n",
    "rules under text": "a\n\n***\n---\n___\n# B\n---\n",
    "ragged tables": "|a|b|\n|-|-|\n|1|\n|1|2|3|\na \\| b | c\n\n| d |\n|---|\n",
    "tabs": "-\t**A**:\tb\n\t- c\n\n\td\n1.\te\n",
    "odd bullets": "* a\n+ b\n- c\n10) d\n11) e\n-\n  f\n",
    "lists in lists": "- a\n  - b\n    1. c\n\n       d\n       ```\n       e\n  f\n",
    "quotations": "> # A\n> - b\n\n> ```\n",
    "link definitions": "[a]: b\n[c]:\n  d\n\n# E\n[f]: g",
    "a table in a list": "- a\n\n  | b |\n  |---|\n  | c |\n",
    "underlined headings right below": "-\nA\n===\n- ```\n  b\nC\n===\n> ```\nD\n===\n"
    "- e\n  ```\n  f\nG\n===\n***\nH\n===\n```\n```\nI\n===\n<!-- j -->\nK\n===\n",
    "an underlined heading right below indented code": "    a\nB\n===\n",
    "the same after old Macs": "    o\r]\n-",
    "a rule that starts no front matter": "\n---\n>\n0\n---\n0",
    "fields right below": "-\n**A**: b\n- ```\n  c\n**D**: e\n```\n```\n**F**: g\n"
    "<!-- h -->\n**I**: j\n> ```\n**K**: l\n***\n**M**: n\n# O\n**P**: q\n",
    "lists less far in than the text above": "-  a\n  3. b\n1.   c\n  -\n- \n 3.\n",
    "an entry that begins with a space of no plain kind": "- a\n  - \u00a0\n  - \x85\n",
    "an underlined heading below code in a list": "  3.     a\n   b\n-\nc\n",
    "trailing spaces": "# A  \n- b  \n\n  c  \n  \n",
}


@pytest.mark.parametrize("text", [*ODD.values(), KINDS], ids=[*ODD, "kinds"])
def test_odd_texts_come_back(text):
    assert write(read(text)) == text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_values_come_back_as_files_of_their_own(text):
    assert write(read(text)) == text


@pytest.mark.parametrize("depth", [20, 99, 100, 101, 200])
@pytest.mark.parametrize("mark", ["- ", "> ", "1. "])
def test_deep_nesting_comes_back(mark, depth):
    text = mark * depth + "a\n"
    assert write(read(text)) == text
    indented = "".join("  " * level + "- a\n" for level in range(depth))
    assert write(read(indented)) == indented


def test_the_default_template_comes_back():
    assert write(read(default_template())) == default_template()
    windows = default_template().replace("\n", "\r\n")
    assert write(read(windows)) == windows


def test_real_plans_come_back():
    for path in corpus_files("corpus", "templates", whole=True):
        text = path.read_bytes().decode()
        assert write(read(text)) == text, path


@given(documents)
def test_any_text_comes_back(text):
    document = read(text)
    assert write(document) == text
    assert outline(read(write(document))) == outline(document)


@given(documents)
def test_any_text_has_lines_and_progress(text):
    document = read(text)
    last = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    numbers = line_numbers(document)
    assert all(1 <= number <= last for number in numbers.values())
    for _, _, item in document.walk():
        state = item_completeness(item)
        assert state.fillable >= state.blank + state.questions
        assert id(item) in numbers
