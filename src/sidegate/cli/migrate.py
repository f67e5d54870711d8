"""`sidegate migrate`: bring the tables up to date. It can be interrupted, and run again."""

from argparse import Namespace

from .start import missing_migrations, reach_database


def run(options: Namespace) -> int:
    reach_database()
    migrate()
    return 0


def migrate(*, verbosity: int = 1) -> None:
    """Apply what is missing. On PostgreSQL a change that waits 5 s for a table gives way to the pages."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "postgresql" and missing_migrations():
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET lock_timeout = '5s'")
    call_command("migrate", interactive=False, verbosity=verbosity)
