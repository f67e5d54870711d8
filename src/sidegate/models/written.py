"""Constants written into statements, where a parameter would hide them from the planner."""

from typing import Any

from django.db import models


class Written(models.Value):
    """A constant of ours in the statement's own text. SQLite compares the list of a partial index's condition
    with constants only, and PostgreSQL a prepared statement's: given as parameters, the index lies idle."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"'{self.value}'", ()
