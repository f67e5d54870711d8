"""Statements that are built and compiled once, then run with other values.

Django takes several times as long to build and compile a query of many columns as the database takes to answer
it. Worth it only where a press or the queue waits for several such statements (docs/performance.md).
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, QuerySet
from django.db.models.fields import Field
from django.db.models.sql import InsertQuery, UpdateQuery

ModelT = TypeVar("ModelT", bound=models.Model)


class Given(Expression):
    """Stands in a statement for a value given at each run: `filter(pk=Given("pk"))`. A key by default."""

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or models.UUIDField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def prepared(self, value: Any, database: BaseDatabaseWrapper) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, database)


class Among(Given):
    """A condition: a key column holds one of the keys given at each run, however many those are:
    `filter(Among("client_id", "clients"))`. One parameter, so that one statement serves any number."""

    conditional = True

    def __init__(self, column: str, name: str) -> None:
        super().__init__(name, models.BooleanField())
        self.column: Any = F(column)

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> "Among":
        made: Among = self.copy()
        made.column = self.column.resolve_expression(query, *args, **kwargs)
        return made

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self._compared(compiler, "IN (SELECT value FROM json_each(%s))")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self._compared(compiler, "= ANY(%s)")

    def _compared(self, compiler: Any, how: str) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.column)
        return f"{column} {how}", (*parameters, self)

    def prepared(self, value: Collection[UUID], database: BaseDatabaseWrapper) -> Any:
        if database.vendor == "postgresql":
            return list(value)
        return json.dumps([key.hex for key in value])


class AmongDays(Among):
    """As `Among`, of a column of dates."""

    def prepared(self, value: Collection[Any], database: BaseDatabaseWrapper) -> Any:
        if database.vendor == "postgresql":
            return list(value)
        return json.dumps([day.isoformat() for day in value])


@dataclass(frozen=True, slots=True)
class _Statement:
    """As one kind of database reads it; `converters` make Python values of what it returns, by column."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...] = ()


class CompiledRows:
    """A `values_list` query with `Given` values, made on first use: `rows` runs it. One statement.

    PostgreSQL keeps one plan for all values, unless `plan_anew`: for a query that is cheap for one business and
    dear for another, such as the first rows in an order.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], *, plan_anew: bool = False) -> None:
        self._make, self._plan_anew = make, plan_anew
        self._by_vendor: dict[str, _Statement] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Each row as a tuple of values, in the query's order."""
        database = connections[DEFAULT_DB_ALIAS]  # asked once: `connection` looks for it at each touch
        statement = self._by_vendor.get(database.vendor) or self._compile()
        with database.cursor() if self._plan_anew else preparing(database) as cursor:
            cursor.execute(statement.sql, _filled_in(statement.parameters, given, database))
            found = cursor.fetchall()
        return [_converted(row, statement, database) for row in found] if statement.converters else found

    def _compile(self) -> _Statement:
        compiler = self._make().query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns = [selected[0] for selected in compiler.select[: compiler.col_count]]
        converters = tuple((place, *how) for place, how in compiler.get_converters(columns).items())
        made = self._by_vendor[connection.vendor] = _Statement(sql, tuple(parameters), converters)
        return made


class CompiledFirst(Generic[ModelT]):
    """The first row of a query, whole, with the rows that the named foreign keys point to."""

    def __init__(self, model: type[ModelT], make: Callable[[], QuerySet[ModelT]], *related: str) -> None:
        self._model, self._related = model, related
        self._rows = CompiledRows(lambda: make().values_list(*self._columns())[:1])

    def first(self, **given: Any) -> ModelT | None:
        """None where there is no such row. One statement."""
        found = self._rows.rows(**given)
        if not found:
            return None
        values = iter(found[0])
        made = _instance(self._model, values)
        for name in self._related:
            model: Any = made._meta.get_field(name).related_model
            setattr(made, name, _instance(model, values))
        return made

    def _columns(self) -> list[str]:
        names = [field.attname for field in self._model._meta.concrete_fields]
        for name in self._related:
            related: Any = self._model._meta.get_field(name).related_model
            names += [f"{name}__{field.attname}" for field in related._meta.concrete_fields]
        return names


def _instance(model: type[ModelT], values: Iterator[Any]) -> ModelT:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, list(islice(values, len(names))))


class CompiledCount(CompiledRows):
    """How many rows a `values_list` query has, within its limit."""

    def run(self, **given: Any) -> int:
        """One statement."""
        ((count,),) = self.rows(**given)
        return int(count)

    def _compile(self) -> _Statement:
        counted = super()._compile()
        sql = f"SELECT COUNT(*) FROM ({counted.sql}) counted"  # noqa: S608 (Django's own words)
        made = self._by_vendor[connection.vendor] = _Statement(sql, counted.parameters)
        return made


class CompiledCounts:
    """Several counts in one statement."""

    def __init__(self, *counts: CompiledCount) -> None:
        self._counts = counts
        self._by_vendor: dict[str, _Statement] = {}

    def run(self, **given: Any) -> tuple[int, ...]:
        """In their order. One statement."""
        database = connections[DEFAULT_DB_ALIAS]
        statement = self._by_vendor.get(database.vendor) or self._compile()
        with preparing(database) as cursor:
            cursor.execute(statement.sql, _filled_in(statement.parameters, given, database))
            return tuple(map(int, cursor.fetchone()))

    def _compile(self) -> _Statement:
        statements = [count._compile() for count in self._counts]
        sql = "SELECT " + ", ".join(f"({each.sql})" for each in statements)
        parameters = tuple(chain.from_iterable(each.parameters for each in statements))
        made = self._by_vendor[connection.vendor] = _Statement(sql, parameters)
        return made


class CompiledUpdate:
    """An `update` with `Given` values, made on first use. `of` gives the rows, by the time models are ready;
    the columns named in `given` are set to values given at each run, those in `changes` as they say."""

    def __init__(self, of: Callable[[], QuerySet[Any, Any]], *given: str, **changes: Any) -> None:
        self._of, self._given, self._changes = of, given, changes
        self._by_vendor: dict[str, _Statement] = {}

    def run(self, **given: Any) -> int:
        """How many rows were changed. One statement."""
        database = connections[DEFAULT_DB_ALIAS]
        statement = self._by_vendor.get(database.vendor) or self._compile()
        with preparing(database) as cursor:
            cursor.execute(statement.sql, _filled_in(statement.parameters, given, database))
            return int(cursor.rowcount)

    def _compile(self) -> _Statement:
        rows = self._of()
        columns = {name: Given(name, rows.model._meta.get_field(name)) for name in self._given}
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(self._changes | columns)
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        made = self._by_vendor[connection.vendor] = _Statement(sql, tuple(parameters))
        return made


class CompiledInsert:
    """Stores whole new rows of a model, without the signals of `save`."""

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        self._by_vendor: dict[str, str] = {}

    def run(self, rows: Sequence[models.Model]) -> None:
        """One statement; made anew only for more than one row."""
        if len(rows) != 1:
            self._model._base_manager.bulk_create(rows)
            return
        (row,) = rows
        database = connections[DEFAULT_DB_ALIAS]
        sql = self._by_vendor.get(database.vendor) or self._compile(row)
        fields = self._model._meta.concrete_fields
        values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
        with preparing(database) as cursor:
            cursor.execute(sql, values)
        row._state.adding, row._state.db = False, database.alias

    def _compile(self, row: models.Model) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._model._meta.concrete_fields, [row])
        ((sql, _values),) = query.get_compiler(connection=connection).as_sql()
        self._by_vendor[connection.vendor] = sql
        return str(sql)


@contextmanager
def preparing(database: BaseDatabaseWrapper) -> Iterator[Any]:
    """A cursor whose statements PostgreSQL parses and plans once for each connection (config/environment.py)."""
    with database.cursor() as cursor:
        if database.vendor != "postgresql":
            yield cursor
            return
        line = database.connection
        line.prepare_threshold = 0
        try:
            yield cursor
        finally:
            line.prepare_threshold = None


def _filled_in(
    parameters: tuple[Any, ...], given: Mapping[str, Any], database: BaseDatabaseWrapper
) -> list[Any]:
    return [
        parameter.prepared(given[parameter.name], database) if isinstance(parameter, Given) else parameter
        for parameter in parameters
    ]


def _converted(row: tuple[Any, ...], statement: _Statement, database: BaseDatabaseWrapper) -> tuple[Any, ...]:
    values = list(row)
    for place, converters, expression in statement.converters:
        for convert in converters:
            values[place] = convert(values[place], expression, database)
    return tuple(values)
