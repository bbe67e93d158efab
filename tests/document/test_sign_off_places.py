"""Which fields are sign-offs: by the whole heading, and by what they look like."""

import pytest

from plans.document import BlockKind, read
from tests.make import corpus_files

pytestmark = pytest.mark.once


def signing_in(text, **how):
    """The labels of all Approvals lines of a text."""
    return [
        item.label
        for _, block, item in read(text, **how).walk()
        if block.kind is BlockKind.APPROVALS
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "Approvals",
        "Approval",
        "APPROVALS:",
        "Sign-off",
        "Signoffs",
        "10. Approvals & Sign-off",
        "9.3 Review and Approval",
        "✅ **Approvals**",
        "Final Approval",
        "Stakeholder sign-offs",
        "Approvals (required)",
        "Approvers",
        "Signatures",
        "Approval Matrix",
        "Sign-off required",
    ],
)
def test_a_heading_that_only_names_sign_offs(heading):
    assert signing_in(f"## {heading}\n\n- **Design**: Dana\n") == ["Design"]


@pytest.mark.parametrize(
    "heading",
    [
        "Approval workflow",
        "3. Stale Selections After Approvals Refresh",
        "Sign-off criteria",
        "How approvals work",
        "Approval process & escalation",
        "Plan Approval Gate",
        "Approval history",
        "Pre-approval checks",
    ],
)
def test_a_heading_that_is_about_something_else(heading):
    assert signing_in(f"## {heading}\n\n- **Goal**: x\n") == []


@pytest.mark.parametrize(
    "fields",
    [
        "- **Status**: Draft\n- **Date**: 2026-01-01\n",
        "**Document Version:** 1.0\n**Last Updated:** 2026-03-16\n",
        "- **Criteria**: All tests pass\n",
        "- **Design**: " + "a long text about how it is decided " * 8 + "\n",
    ],
)
def test_fields_that_do_not_look_like_sign_offs(fields):
    assert signing_in(f"## Approvals\n\n{fields}") == []


@pytest.mark.slow
def test_what_asks_for_a_signature_in_real_plans():
    asking = {}
    for path in corpus_files("corpus", "templates", whole=True):
        document = read(path.read_bytes().decode())
        blocks = [b for s in document.sections for b in s.blocks]
        if count := sum(block.kind is BlockKind.APPROVALS for block in blocks):
            asking[path.name] = count
    assert {name[:24]: count for name, count in asking.items()} == {
        "006-opencode-spec-kit-sk": 1,
        "007-opencode-spec-kit-sk": 1,
        "plan-template.md": 1,
    }
