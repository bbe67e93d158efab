"""Queries whose SQL is put together once.

Django does that each time a query is made, and it takes several times as long as the
database takes to answer a small one. The few queries of every save are compiled once:

    _ITEM = CompiledRows(lambda: Item.objects.filter(pk=Parameter("pk", Item._meta.pk)))
    _ITEM(pk=7)

The querysets stay the only source: there is no SQL to keep in step with the models.
Each thread compiles its own, from its own connection. They go to the primary database,
because decisions rest on them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.base import ModelState
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.models.signals import post_init, pre_init
from django.db.models.sql import InsertQuery, UpdateQuery

Row = TypeVar("Row", bound=models.Model)
Values = dict[str, Any]


class Parameter(Expression):
    """Stands in a queryset for a value that is given each time. `field`: as which it is
    stored or compared."""

    def __init__(self, name: str, field: Any) -> None:
        super().__init__(output_field=field)
        self.name = name

    def __repr__(self) -> str:
        return f"Parameter({self.name!r})"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def adapter(self, connection: Any) -> Callable[[Any], Any]:
        """What makes a value one for the database. It raises OutOfRange for a number
        that no row can have."""
        field = self.field
        kind = getattr(field, "target_field", field)
        limits = None
        if isinstance(kind, models.IntegerField):
            limits = connection.ops.integer_field_range(kind.get_internal_type())

        def adapt(value: Any) -> Any:
            if isinstance(value, models.Model):
                value = value.prepare_database_save(field)
            if limits and value is not None and not limits[0] <= value <= limits[1]:
                raise OutOfRange
            return field.get_db_prep_save(value, connection)

        return adapt


class OutOfRange(Exception):
    """A number that the column of a parameter cannot hold."""


class _Statement:
    """SQL with its parameters, for one thread's connection."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.connection = compiler.connection
        sql, parameters = compiler.as_sql()
        self.keep(sql, parameters)

    def keep(self, sql: str, parameters: Sequence[Any]) -> None:
        self.sql, self.parameters = (
            sql,
            [
                (each.name, each.adapter(self.connection))
                if isinstance(each, Parameter)
                else ("", each)
                for each in parameters
            ],
        )

    def execute(self, values: Values) -> int:
        """How many rows were written."""
        with (
            transaction.mark_for_rollback_on_error(self.compiler.using),
            self.connection.cursor() as cursor,
        ):
            cursor.execute(self.sql, self.parameters_with(values))
            count: int = cursor.rowcount
        return count

    def parameters_with(self, values: Values) -> list[Any]:
        return [
            given(values[name]) if name else given for name, given in self.parameters
        ]


def maker_of(
    model: type[models.Model],
) -> Callable[[str, Sequence[str], Sequence[Any]], models.Model]:
    """What makes a stored row from its columns: the model's `from_db`. That sets each
    attribute of a new row as a program might and tells who listens of it, most of what
    a small query costs; where nobody made either their own, they are put in at once."""
    signals = (pre_init, post_init)
    if (
        model.__init__ is not models.Model.__init__
        or getattr(model.from_db, "__func__", None) is not _FROM_DB
        or any(signal.has_listeners(model) for signal in signals)
    ):
        return model.from_db

    def make(db: str, names: Sequence[str], values: Sequence[Any]) -> models.Model:
        row = model.__new__(model)
        row._state = state = ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(names, values, strict=True))
        return row

    return make


_FROM_DB = models.Model.from_db.__func__  # type: ignore[attr-defined]


class _Related:
    """As Django's RelatedPopulator, with `maker_of` the model."""

    def __init__(self, populator: Any) -> None:
        self.make = maker_of(populator.model_cls)
        self.db, self.names = populator.db, populator.init_list
        self.reorder, self.key = populator.reorder_for_init, populator.pk_idx
        if not self.reorder:
            self.columns = slice(populator.cols_start, populator.cols_end)
        self.set_here = populator.local_setter
        self.set_there = populator.remote_setter
        self.related = [_Related(each) for each in populator.related_populators]

    def populate(self, row: Any, other: models.Model) -> None:
        values = self.reorder(row) if self.reorder else row[self.columns]
        if values[self.key] is None:
            self.set_here(other, None)
            return
        instance = self.make(self.db, self.names, values)
        for each in self.related:
            each.populate(row, instance)
        self.set_here(other, instance)
        self.set_there(instance, other)


class _RowsStatement(_Statement):
    """As Django's ModelIterable, which makes all of this for each query."""

    def __init__(self, compiler: Any) -> None:
        super().__init__(compiler)
        select, info = compiler.select, compiler.klass_info
        fields = info["select_fields"]
        self.make = maker_of(info["model"])
        self.columns = slice(fields[0], fields[-1] + 1)
        self.names = [column.target.attname for column, *_ in select[self.columns]]
        populators = get_related_populators(  # type: ignore[call-arg]
            info, select, compiler.using
        )
        self.related = [_Related(each) for each in populators]
        self.annotations = compiler.annotation_col_map or {}
        columns = [column for column, *_ in select[: compiler.col_count]]
        self.converters = compiler.get_converters(columns)

    def rows(self, values: Values) -> Iterator[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters_with(values))
            rows = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        for row in rows:
            instance = self.make(self.compiler.using, self.names, row[self.columns])
            for each in self.related:
                each.populate(row, instance)
            for name, column in self.annotations.items():
                setattr(instance, name, row[column])
            yield instance


def quick_rows(queryset: Any) -> list[Any]:
    """The rows of a queryset that may bring thousands, each made at once (`maker_of`).
    Nothing is kept of the query."""
    try:
        compiler = queryset.query.get_compiler(queryset.db)
        rows = list(_RowsStatement(compiler).rows({}))
    except EmptyResultSet:
        return []
    models.prefetch_related_objects(rows, *queryset._prefetch_related_lookups)
    return rows


class _InsertStatement(_Statement):
    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.connection = compiler.connection
        # What the database answers; as_sql then makes one statement.
        compiler.returning_fields = [compiler.query.model._meta.pk]
        ((sql, parameters),) = compiler.as_sql()
        self.keep(sql, parameters)

    def insert(self, values: Values) -> Any:
        """The primary key of the new row."""
        with (
            transaction.mark_for_rollback_on_error(self.compiler.using),
            self.connection.cursor() as cursor,
        ):
            cursor.execute(self.sql, self.parameters_with(values))
            (key,) = cursor.fetchone()
        return key


class _Compiled(threading.local):
    """`make`: called once for each connection, of which every thread has its own."""

    _statement: Any = None

    def __init__(self, make: Callable[[], models.QuerySet[Any]]) -> None:
        self._make = make

    def _compile(self, query: Any) -> Any:
        raise NotImplementedError

    def statement(self) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        if self._statement is None or self._statement.connection is not connection:
            self._statement = self._compile(self._make().query)
        return self._statement


class CompiledRows(_Compiled, Generic[Row]):
    """The rows of a queryset with Parameters."""

    def __init__(self, make: Callable[[], models.QuerySet[Row]]) -> None:
        super().__init__(make)

    def _compile(self, query: Any) -> _RowsStatement:
        return _RowsStatement(query.get_compiler(DEFAULT_DB_ALIAS))

    def __call__(self, **values: Any) -> list[Row]:
        try:
            return list(self.statement().rows(values))
        except OutOfRange:
            return []


class CompiledUpdate(_Compiled):
    """Writes `columns` of the rows of a queryset; returns how many these were."""

    def __init__(
        self, make: Callable[[], models.QuerySet[Any]], **columns: Any
    ) -> None:
        super().__init__(make)
        self._columns = columns

    def _compile(self, query: Any) -> _Statement:
        query = query.chain(UpdateQuery)
        query.add_update_values(self._columns)
        query.clear_ordering(force=True)
        return _Statement(query.get_compiler(DEFAULT_DB_ALIAS))

    def __call__(self, **values: Any) -> int:
        return int(self.statement().execute(values))


class CompiledInsert(_Compiled):
    """Stores new rows of a model that has a number of its own, as their `save` would,
    and sends no signals."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(model._default_manager.all)
        self._columns = [f for f in model._meta.concrete_fields if not f.primary_key]

    def _compile(self, query: Any) -> _InsertStatement:
        row = query.model(**{f.attname: Parameter(f.attname, f) for f in self._columns})
        query = InsertQuery(query.model)
        query.insert_values(self._columns, [row], raw=True)
        return _InsertStatement(query.get_compiler(DEFAULT_DB_ALIAS))

    def __call__(self, row: models.Model) -> None:
        values = {f.attname: f.pre_save(row, add=True) for f in self._columns}
        row.pk = self.statement().insert(values)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
