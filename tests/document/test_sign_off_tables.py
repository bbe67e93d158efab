"""Tables of sign-offs: known, signed, and as they were when the decisions go."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import (
    ApprovalLine,
    BlockKind,
    Edition,
    Signature,
    add_signatures,
    approval_lines,
    check,
    finalize,
    fitting_name,
    read,
    strip_signatures,
    take_snapshot,
    write,
)
from tests.document.test_signatures import DANA, EMIL, signatures
from tests.document.texts import MARK, MARK_PARTS, values
from tests.make import corpus_files

pytestmark = pytest.mark.once

DANAS = MARK.strip()
TABLE = """\
## Sign-off

| Role | Name | Signature | Date |
|------|------|-----------|------|
| Design | Dana |  |  |
| **Launch** | Dana and Emil | [Signature] | [Date] |
"""


def kinds_in(text, **how):
    return [b.kind for s in read(text, **how).sections for b in s.blocks]


def table(*columns, heading="Sign-off"):
    head, rule, row = (
        "".join(f" {cell} |" for cell in cells)
        for cells in (columns, ["---"] * len(columns), ["x"] * len(columns))
    )
    return f"## {heading}\n\n|{head}\n|{rule}\n|{row}\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (table("Role", "Name", "Signature", "Date"), "sign_offs"),
        (table("Role", "Name", "Date", "Signature", heading="Annex"), "sign_offs"),
        (table("Title", "Approver", "Date", heading="9. Approvals"), "sign_offs"),
        (table("Stakeholder", "Name", "Status"), "sign_offs"),
        (table("Role", "Name", "Approved?", "Remarks"), "sign_offs"),
        (table("Role", "Name", "Date", heading="Team"), "table"),
        (table("Role", "Name", "Mail", heading="Approvers"), "table"),
        (table("Role", "Signature", "Date"), "table"),
        (table("Role", "Name", "Date", heading="Approval workflow"), "table"),
    ],
)
def test_a_table_is_one_of_sign_offs_by_its_columns_and_heading(text, kind):
    assert kinds_in(text) == [kind]
    assert kinds_in(text, edition=Edition.FIRST) != ["sign_offs"]


def test_a_person_can_decide_otherwise():
    text = table("Role", "Name", "Signature", heading="Annex")
    assert kinds_in(text, places={"Annex": False}) == ["table"]
    other = table("Role", "Name", "Date", heading="Team")
    assert kinds_in(other, places={"Team": True}) == ["sign_offs"]


def test_real_tables_of_sign_offs():
    names = {
        path.name: [line.role for line in approval_lines(text)]
        for path in corpus_files("corpus", whole=True)
        if "sign_offs" in kinds_in(text := path.read_bytes().decode())
    }
    assert names == {"024-spec-workflow-mcp.md": ["Developer", "Tester", "Reviewer"]}


def test_decisions_stand_in_their_cells():
    text = take_snapshot(read(TABLE)).text
    both = add_signatures(text, [[DANA], [DANA, EMIL]])
    rows = both.split("\n")[4:6]
    assert rows[0] == f"| Design | Dana | {DANAS}  | 2026-11-24  |"
    assert rows[1].count("approved by") == 2
    assert rows[1].rstrip(" |").endswith("2026-11-24 2026-11-25")
    assert approval_lines(both) == [
        ApprovalLine("Design", "Dana", (DANA,)),
        ApprovalLine("**Launch**", "Dana and Emil", (DANA, EMIL)),
    ]
    assert strip_signatures(both) == text


def test_what_signing_fills_in_is_no_blank():
    assert check(read(TABLE)) == []
    text = finalize(read(TABLE))
    assert "[" not in text
    assert text.count("|") == TABLE.count("|")


@pytest.mark.parametrize("cells", ["| | Dana | | |", "| Design | | | |", "| | | | |"])
def test_a_row_says_what_is_signed_and_by_whom(cells):
    problems = check(read(TABLE + cells + "\n"))
    assert {problem.code for problem in problems} == {"blank"}


@pytest.mark.parametrize(
    "row",
    [
        "| Design | Dana |",
        "| Design | Dana | x",
        "Design | Dana | |",
        "| Design | Dana ||",
        "| Design | Dana | 2026-11-24 | 2026-11-24 |",
        "| Design | Dana | a \\| b | in May, 2026-11-24\t|",
        "  | `a\\|b` | Dana | — approved by | on 2026-11-24, version 3, sha256 1 | x |",
    ],
)
def test_any_row_is_as_it_was(row):
    text = "\n".join([*TABLE.split("\n")[:4], row, "after", ""])
    both = add_signatures(text, [[DANA, EMIL], []])
    assert [line.signatures for line in approval_lines(both)] == [(DANA, EMIL), ()]
    assert strip_signatures(both) == text


def test_a_decision_that_came_with_a_file_is_left_out():
    text = take_snapshot(read(TABLE)).text
    done = take_snapshot(read(add_signatures(text, [[DANA], [DANA, EMIL]])))
    assert done.text == text
    assert {problem.code for problem in done.problems} == {"decision"}


pads = st.text(" \t", max_size=3)
texts_in_cells = st.one_of(
    st.sampled_from([*MARK_PARTS, "", "|", "\\|", "`a", "<!--", "2026-11-24", "x\\"]),
    values,
).map(lambda text: " ".join(text.replace("|", "\\|").split()))
rows = st.builds(
    lambda cells, close: "|" + "|".join(cells) + close,
    st.lists(
        st.builds(lambda a, t, b: a + t + b, pads, texts_in_cells, pads),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(["|", "", "|  "]),
)
orders = st.permutations(["Role", "Name", "Signature", "Date", "Note"])


@pytest.mark.slow
@given(order=orders, lines=st.lists(rows, max_size=4), data=st.data())
def test_decisions_in_any_table_are_read_and_taken_out(order, lines, data):
    head = f"| {' | '.join(order)} |\n|{'---|' * len(order)}\n"
    text = strip_signatures(
        "## Sign-off\n\n" + head + "".join(f"{line}\n" for line in lines)
    )
    count = len(approval_lines(text))
    decisions = data.draw(
        st.lists(st.lists(signatures, max_size=3), min_size=count, max_size=count)
    )
    both = add_signatures(text, decisions)
    shown = [
        tuple(
            Signature(fitting_name(one.name), one.day, one.version, one.digest)
            for one in line
        )
        for line in decisions
    ]
    assert [line.signatures for line in approval_lines(both)] == shown
    assert strip_signatures(both) == text
    assert [(a.role, a.value) for a in approval_lines(both)] == [
        (a.role, a.value) for a in approval_lines(text)
    ]
    assert kinds_in(both) == kinds_in(text)
    assert write(read(both)) == both


def test_the_day_of_a_decision_is_found_again_beside_the_same_day():
    day = Signature("Dana", date(2026, 11, 24), 1, "0" * 12)
    text = TABLE.split("| **")[0].replace("|  |  |", "|  | 2026-11-24 |")
    both = add_signatures(text, [[day]])
    assert "2026-11-24 2026-11-24" in both
    assert strip_signatures(both) == text
    assert BlockKind.SIGN_OFFS in kinds_in(both)
