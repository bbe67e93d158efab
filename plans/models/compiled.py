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
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
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

    def adapt(self, value: Any, connection: Any) -> Any:
        """Raises OutOfRange for a number that no row can have."""
        if hasattr(value, "prepare_database_save"):
            value = value.prepare_database_save(self.field)
        kind = getattr(self.field, "target_field", self.field)
        if isinstance(kind, models.IntegerField) and value is not None:
            least, most = connection.ops.integer_field_range(kind.get_internal_type())
            if not least <= value <= most:
                raise OutOfRange
        return self.field.get_db_prep_save(value, connection)


class OutOfRange(Exception):
    """A number that the column of a parameter cannot hold."""


class _Statement:
    """SQL with its parameters, for one thread's connection."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.connection = compiler.connection
        self.sql, self.parameters = compiler.as_sql()

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
            each.adapt(values[each.name], self.connection)
            if isinstance(each, Parameter)
            else each
            for each in self.parameters
        ]


class _RowsStatement(_Statement):
    """As Django's ModelIterable, which makes all of this for each query."""

    def __init__(self, compiler: Any) -> None:
        super().__init__(compiler)
        select, info = compiler.select, compiler.klass_info
        fields = info["select_fields"]
        self.model = info["model"]
        self.columns = slice(fields[0], fields[-1] + 1)
        self.names = [column.target.attname for column, *_ in select[self.columns]]
        self.populators: list[Any] = get_related_populators(  # type: ignore[call-arg]
            info, select, compiler.using
        )
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
            instance = self.model.from_db(
                self.compiler.using, self.names, row[self.columns]
            )
            for populator in self.populators:
                populator.populate(row, instance)
            for name, column in self.annotations.items():
                setattr(instance, name, row[column])
            yield instance


class _InsertStatement(_Statement):
    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.connection = compiler.connection
        # What the database answers; as_sql then makes one statement.
        compiler.returning_fields = [compiler.query.model._meta.pk]
        ((self.sql, self.parameters),) = compiler.as_sql()

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
