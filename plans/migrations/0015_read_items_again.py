"""Brackets of code (`` `[int]` ``) and citations are answers, not blanks, and a text
that starts with NEEDS CLARIFICATION asks: what the rows say of that is brought up to
date, or such a value would count as missing."""

from django.db import migrations, models

from plans import document as doc
from plans.document.syntax.items import parsed
from plans.document.syntax.questions import QUESTION_WORDS

BATCH = 500
ROWS = {
    doc.BlockKind.RISKS: "risk",
    doc.BlockKind.DEPENDENCIES: "dependency",
    doc.BlockKind.METRICS: "metric",
    doc.BlockKind.VIOLATIONS: "violation",
}
FIXED = (doc.ItemKind.GUIDANCE, doc.ItemKind.FRONT_MATTER)


def read_again(apps, schema_editor):
    items = apps.get_model("plans", "Item").objects.order_by("pk")
    parents = set(items.exclude(parent=None).values_list("parent", flat=True))
    asks = models.Q(kind__in=["row", "code"])
    for text in ("[", QUESTION_WORDS):
        for column in ("source", "text", "field__value", "field__label"):
            asks |= models.Q(**{f"{column}__contains": text})
        asks |= models.Q(checklist_item__text__contains=text)
        asks |= models.Q(approval__name__contains=text)
    beside = ("field", "checklist_item", "approval", *ROWS.values())
    rows = items.filter(asks).exclude(kind__in=FIXED)
    rows = rows.select_related(*beside, "block__section__plan")
    for row in rows.iterator(BATCH):
        _read_again(row, row.pk in parents)


def _read_again(row, has_children):
    kind = doc.BlockKind(row.block.kind)
    said = parsed(doc.ItemKind(row.kind), row.source).values
    detail, names = _columns(row, kind)
    changed = set()
    for index, name in enumerate(names):
        in_source = said[index] if index < len(said) else ""
        if in_source and not _value(row, detail, name):
            _set_value(row, detail, name, in_source)
            changed.add(name)
    item = _item(row, kind, detail, [_value(row, detail, name) for name in names])
    item.children = [doc.Entry(text="x")] if has_children else []
    state = doc.item_completeness(
        item, frozenset(row.block.section.plan.own_placeholders)
    )
    counts = (state.fillable, state.blank, state.questions)
    if changed or counts != (row.fillable, row.blank, row.questions):
        row.fillable, row.blank, row.questions = counts
        row.save(update_fields=["text", "cells", "fillable", "blank", "questions"])
    if changed and detail is not None:
        detail.save()


def _columns(row, kind):
    """The row beside an item, and where its values are: a column of it (`field.value`),
    the item's own text, or a number of its cells."""
    if row.kind == doc.ItemKind.FIELD:
        is_slot = kind is doc.BlockKind.APPROVALS
        return (row.approval, ["name"]) if is_slot else (row.field, ["value"])
    if row.kind == doc.ItemKind.CHECK:
        return row.checklist_item, ["text"]
    if row.kind != doc.ItemKind.ROW:
        return None, ["text"]
    block = doc.Block(kind=kind, head=row.block.head)
    roles = doc.roles_of(kind, doc.columns_of(block))
    detail = getattr(row, ROWS[kind], None) if kind in ROWS else None
    width = max([len(roles), *(int(column) + 1 for column in row.cells)])
    roles += [None] * (width - len(roles))
    names = [
        index if detail is None or role is None or str(index) in row.cells else role
        for index, role in enumerate(roles)
    ]
    return detail, names


def _value(row, detail, name):
    if isinstance(name, int):
        return row.cells.get(str(name), "")
    return getattr(row if detail is None else detail, name)


def _set_value(row, detail, name, value):
    if isinstance(name, int):
        row.cells[str(name)] = value
    else:
        setattr(row if detail is None else detail, name, value)


def _item(row, kind, detail, values):
    match row.kind:
        case doc.ItemKind.FIELD:
            is_slot = kind is doc.BlockKind.APPROVALS
            label = detail.role if is_slot else detail.label
            return doc.Field(label=label, value=values[0], source=row.source)
        case doc.ItemKind.CHECK:
            return doc.Check(text=values[0], done=detail.done, source=row.source)
        case doc.ItemKind.ROW:
            return doc.Row(cells=values, source=row.source)
        case doc.ItemKind.ENTRY:
            return doc.Entry(text=values[0], source=row.source)
    return doc.Text(kind=doc.ItemKind(row.kind), text=values[0], source=row.source)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0014_stricter_rule_of_writers"),
    ]

    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
