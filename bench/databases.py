"""A database of its own for one run: an SQLite file, or a PostgreSQL server, in a temporary folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import PostgresServer

NAMES = ("sqlite", "postgres")


@contextmanager
def database(name: str) -> Iterator[Path]:
    """Sets the environment and Django up on an empty, migrated database; yields the run's folder."""
    with tempfile.TemporaryDirectory(prefix="sidegate-bench-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        (folder / "data").mkdir()
        server = PostgresServer(is_durable=True) if name == "postgres" else None
        os.environ |= {
            "SIDEGATE_DATABASE_URL": server.url if server else f"sqlite:///{folder}/sidegate.sqlite3",
            "SIDEGATE_DATA_DIR": str(folder / "data"),
            "SIDEGATE_SECRET_KEY": "a-secret-for-measurements-and-for-nothing-else",
            "SIDEGATE_BASE_URL": "http://localhost:8000",
            "SIDEGATE_EMAIL_URL": "smtp://localhost:1",
            "DJANGO_SETTINGS_MODULE": "sidegate.config.settings",
        }
        os.environ.pop("SIDEGATE_DEMO", None)
        try:
            _set_up()
            yield folder
        finally:
            _close()
            if server:
                server.stop()


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()
