"""Data steps of 0002. On an empty database there is nothing for them to do."""

from unicodedata import normalize

from django.db import models

from plans import document as doc
from plans.document.syntax.comments import comments_in, folded_comment, is_marker
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


def make_usernames_unique(apps, schema_editor):
    """Of usernames that differ only in case, the first account keeps its own."""
    users = apps.get_model("plans", "User").objects.using(
        schema_editor.connection.alias
    )
    rows = list(users.order_by("pk").values_list("pk", "username"))
    taken = {username.lower() for _, username in rows}
    kept = set()
    for pk, username in rows:
        if username.lower() not in kept:
            kept.add(username.lower())
            continue
        number = 2
        while f"{username[:140]}-{number}".lower() in taken:
            number += 1
        new = f"{username[:140]}-{number}"
        taken.add(new.lower())
        kept.add(new.lower())
        users.filter(pk=pk).update(username=new)
        print(
            f"\n  The username {username} differs from another one only in case and "
            f"is now {new}. Let that user know."
        )


def read_items_again(apps, schema_editor):
    """Brackets of code (`` `[int]` ``) and citations became answers instead of blanks,
    and a text that starts with NEEDS CLARIFICATION became a question. Update the values
    and counts of items, or such a value would count as missing."""
    items = apps.get_model("plans", "Item").objects.order_by("pk")
    parents = set(items.exclude(parent=None).values_list("parent", flat=True))
    is_affected = models.Q(kind__in=["row", "code"])
    for text in ("[", QUESTION_WORDS):
        for column in ("source", "text", "field__value", "field__label"):
            is_affected |= models.Q(**{f"{column}__contains": text})
        is_affected |= models.Q(checklist_item__text__contains=text)
        is_affected |= models.Q(approval__name__contains=text)
    details = ("field", "checklist_item", "approval", *ROWS.values())
    rows = items.filter(is_affected).exclude(kind__in=FIXED)
    rows = rows.select_related(*details, "block__section__plan")
    for row in rows.iterator(BATCH):
        _read_item(row, row.pk in parents)


def _read_item(row, has_children):
    kind = doc.BlockKind(row.block.kind)
    parsed_values = parsed(doc.ItemKind(row.kind), row.source).values
    detail, names = _columns(row, kind)
    changed = set()
    for index, name in enumerate(names):
        in_source = parsed_values[index] if index < len(parsed_values) else ""
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
    """An item's detail row and the places of its values: columns of that row
    (`field.value`), the item's own text, or numbers of its cells."""
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


def keep_template_comments(apps, schema_editor):
    """A plan made from a template of its own remembers the comments of that template
    too: they are left out of the finished plan, and all other comments stay."""
    items = apps.get_model("plans", "Item").objects.filter(kind="guidance")
    for plan in apps.get_model("plans", "Plan").objects.exclude(own_placeholders=[]):
        texts = items.filter(block__section__plan=plan).values_list("text", flat=True)
        comments = {
            folded_comment(comment)
            for text in texts
            for comment in comments_in(text)
            if not is_marker(comment)
        }
        if comments:
            plan.own_placeholders = sorted({*plan.own_placeholders, *comments})
            plan.save(update_fields=["own_placeholders"])


def _folded(name):
    return " ".join(normalize("NFKC", normalize("NFKC", name).casefold()).split())


def remember_seat_names(apps, schema_editor):
    """The name by which an approver was assigned means that account from now on."""
    using = schema_editor.connection.alias
    seats = apps.get_model("plans", "Approver").objects.using(using)
    names = {}
    for seat in seats.order_by("pk").select_related(
        "user", "in_place_of", "approval__item__block__section__plan"
    ):
        user = seat.in_place_of or seat.user
        full = f"{user.first_name} {user.last_name}"
        shown = _folded(user.display_name) or _folded(full)
        team = seat.approval.item.block.section.plan.team_id
        for name in filter(None, (shown, _folded(user.username))):
            if name in _folded(seat.approval.name) and len(name) <= 200:
                names.setdefault((team, name), user.pk)
    model = apps.get_model("plans", "SeatName")
    model.objects.using(using).bulk_create(
        model(team_id=team, name=name, user_id=pk) for (team, name), pk in names.items()
    )
