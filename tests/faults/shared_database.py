"""The test's database, as other processes can open it: of SQLite's, which may lie in memory, a copy on disk."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection


class SharedDatabase:
    """Made when the rows are there; what the processes then change is read with `select`."""

    def __init__(self, folder: Path) -> None:
        connection.ensure_connection()
        self.is_sqlite = connection.vendor == "sqlite"
        self.name = str(connection.settings_dict["NAME"])
        if self.is_sqlite:
            self.name = str(folder / "shared.sqlite3")
            with closing(sqlite3.connect(self.name)) as copy:
                connection.connection.backup(copy)

    def select(self, statement: str) -> list[tuple[Any, ...]]:
        if self.is_sqlite:
            with closing(sqlite3.connect(self.name)) as copy:
                return copy.execute(statement).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def fates(self) -> dict[str, int]:
        """How many messages there are in each status."""
        return dict(self.select("SELECT status, count(*) FROM sidegate_message GROUP BY status"))
