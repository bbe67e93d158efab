"""Which control a value gets: a text box, a choice, a date or a person."""

from __future__ import annotations

from collections.abc import Iterable

from plans import document as doc
from plans.document import BlankKind, BlockKind, ItemKind
from plans.page.view_models import Control


def controls_of(
    item: doc.Item,
    block: doc.Block,
    columns: list[str],
    own: frozenset[str],
    heading: str = "",
) -> Iterable[Control]:
    values, blanks = doc.values_of(item), doc.blanks_of(item)
    match item:
        case doc.Row():
            roles = doc.roles_of(block.kind, columns)
            for column, (value, blank) in enumerate(zip(values, blanks, strict=True)):
                label = columns[column] if column < len(columns) else "More"
                role = roles[column] if column < len(roles) else None
                control = _control(item, f"cell-{column}", label, value, blank, own)
                if block.kind is BlockKind.SIGN_OFFS and role == "name":
                    role = "owner"
                expected = doc.expected_value(label, role=role)
                _shape(control, blank, expected, doc.value_as_read(item, column))
                yield _tinted(control, role)
        case doc.Field():
            control = _control(item, "value", item.label, values[0], blanks[0], own)
            expected = doc.expected_value(item.label, heading=heading)
            if block.kind is BlockKind.APPROVALS:
                control.kind = "person"
            else:
                _shape(control, blanks[0], expected, doc.value_as_read(item))
            yield control
        case _:
            control = _control(item, "text", "", values[0], blanks[0], own)
            control.is_code = item.kind in (ItemKind.CODE, ItemKind.FRONT_MATTER)
            control.is_passage = item.kind in (ItemKind.PASSAGE, ItemKind.RAW)
            _shape(control, blanks[0], None, values[0])
            yield control


def _control(
    item: doc.Item,
    name: str,
    label: str,
    value: str,
    blank: doc.Blank | None,
    own: frozenset[str],
) -> Control:
    control = Control(name=name, label=label, value=value)
    # A list nested in a field may stand for its value: that is for the node to show, so
    # that an item's markup does not depend on what is nested in it.
    must = item.kind is ItemKind.FIELD or doc.must_have_text(item)
    control.is_blank = not value and (blank is not None or must)
    if blank and blank.hint != "...":
        control.hint = blank.hint
    if item.kind is not ItemKind.CODE:
        control.questions = tuple(doc.questions(value))
    control.placeholders = tuple(b.shown for b in doc.waiting_in(item, value, own))
    return control


def _shape(
    control: Control, blank: doc.Blank | None, expected: doc.Blank | None, read_as: str
) -> None:
    """Choose the control by the label's `expected` value, else by the blank.

    What the file says in other words (`read_as`) stays a text that can be edited. The
    text of now does not count: a control must not become another one while one types.
    """
    if blank and blank.kind is not BlankKind.TEXT:
        _shape_by(control, blank)
    elif expected and doc.fits(read_as, expected):
        _shape_by(control, expected)


def _shape_by(control: Control, expected: doc.Blank) -> None:
    if expected.kind is BlankKind.CHOICE and expected.choices:
        control.choices = expected.choices
        control.kind = "choice" if expected.is_closed else "suggest"
    elif expected.kind is BlankKind.DATE and (
        not control.value or _is_iso(control.value)
    ):
        control.kind = "date"
    elif expected.kind is BlankKind.PERSON:
        control.kind = "person"
    # A choice that a file made in its own words stays on offer.
    is_other = control.value and control.value not in control.choices
    if control.kind == "choice" and is_other:
        control.choices = (*control.choices, control.value)


def _tinted(control: Control, role: str | None) -> Control:
    """A level or status in its colour."""
    if role in ("impact", "likelihood"):
        level = doc.parse_level(control.value)
        control.tint = f"level-{level}" if level else ""
    elif role == "status":
        level = doc.parse_status(control.value)
        control.tint = f"status-{level}" if level else ""
    return control


def _is_iso(value: str) -> bool:
    return (
        len(value) == 10 and value[4:5] == value[7:8] == "-" and value.count("-") == 2
    )
