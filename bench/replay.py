"""The floor: the statements of one real act, sent again by hand, with the same durability and on fresh rows."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from sidegate.models.identity import uuid7

NOT_COUNTED = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)")
KEYS = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Statement:
    """As the ORM handed it to the driver."""

    sql: str
    parameters: tuple[Any, ...]
    in_transaction: bool


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """The statements sent meanwhile; BEGIN and COMMIT are not among them."""
    seen: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not NOT_COUNTED.match(sql):
            inside = context["connection"].in_atomic_block
            seen.append(Statement(sql, tuple(parameters or ()), inside))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield seen


class Script:
    """Recorded statements, to be spoken of other rows: every key among the parameters is replaced.

    `roles` names the rows of the recorded act, key by key; a key that plays no role was made by the act, and is
    made anew each time. What is in `same` stays.
    """

    def __init__(
        self, statements: Sequence[Statement], roles: Mapping[str, str], same: Sequence[UUID]
    ) -> None:
        self.statements = list(statements)
        self.roles = dict(roles)
        kept = {key.hex for key in same} | {_plain(text) for text in roles.values()}
        self.made = {key for s in statements for p in s.parameters for key in _keys_in(p)} - kept

    def spoken_of(self, roles: Mapping[str, str]) -> list[Statement]:
        """The statements with each role played by another row."""
        others = {text: roles[role] for role, text in self.roles.items()}
        for key in self.made:
            fresh = uuid7()
            others |= {key: fresh.hex, str(UUID(key)): str(fresh)}
        return [
            Statement(s.sql, tuple(_replaced(p, others) for p in s.parameters), s.in_transaction)
            for s in self.statements
        ]


def _plain(text: str) -> str:
    return text.replace("-", "")


def _keys_in(parameter: Any) -> set[str]:
    return {_plain(found) for found in KEYS.findall(str(_bare(parameter)))}


def _bare(parameter: Any) -> Any:
    """What a driver's wrapper such as Jsonb holds."""
    return getattr(parameter, "obj", parameter)


def _replaced(parameter: Any, others: Mapping[str, str]) -> Any:
    if isinstance(parameter, UUID):
        return UUID(others.get(str(parameter), str(parameter)))
    if isinstance(parameter, str):
        for text, other in others.items():
            parameter = parameter.replace(text, other)
        return parameter
    if isinstance(parameter, list):
        return [_replaced(inner, others) for inner in parameter]
    if hasattr(parameter, "obj"):
        return type(parameter)(_deep(parameter.obj, others), parameter.dumps)
    return parameter


def _deep(value: Any, others: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _deep(inner, others) for name, inner in value.items()}
    if isinstance(value, list):
        return [_deep(inner, others) for inner in value]
    return _replaced(value, others)


class Hand:
    """A connection kept open beside the ORM's, and as durable: the same PRAGMAs, the same options."""

    def __init__(self) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        if self.is_sqlite:
            self.connection: Any = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            for pragma in connection.settings_dict["OPTIONS"]["init_command"].split(";"):
                self.connection.execute(pragma)
        else:
            import psycopg

            parameters = connection.get_connection_params()
            kept = {
                name: parameters[name] for name in ("dbname", "user", "host", "options") if name in parameters
            }
            self.connection = psycopg.connect(**kept, autocommit=True)
        self.begin = "BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN"

    def ready(self, statements: Sequence[Statement]) -> Callable[[], None]:
        """An act that sends them: each with its parameters, all rows fetched, one transaction as recorded."""
        in_drivers_words = [(self._sql(s.sql), s.parameters, s.in_transaction) for s in statements]
        return lambda: self._send(in_drivers_words)

    def _sql(self, sql: str) -> str:
        return sql.replace("%s", "?").replace("%%", "%") if self.is_sqlite else sql

    def _send(self, statements: Sequence[tuple[str, tuple[Any, ...], bool]]) -> None:
        execute, inside = self.connection.execute, False
        for sql, parameters, in_transaction in statements:
            if in_transaction != inside:
                execute(self.begin if in_transaction else "COMMIT")
                inside = in_transaction
            answer = execute(sql, parameters)
            if answer.description is not None:
                answer.fetchall()
        if inside:
            execute("COMMIT")

    def close(self) -> None:
        self.connection.close()
