"""What every command stands on: an environment that can be used, Django set up, a database that answers."""

import os
from pathlib import Path

from ..config.environment import Environment
from .mounts import network_file_system
from .trouble import Trouble, first_line

SETTINGS = "sidegate.config.settings"
ADDRESSES = "It looks like sqlite:////srv/sidegate.sqlite3 or postgres://user:password@host/name."


def start() -> None:
    """Set Django up and reach the database, with its tables up to date. Raises Trouble."""
    reach_database()
    require_migrations()


def start_serving() -> None:
    """As `start`, where the environment is fit for serving in earnest. Raises Trouble."""
    set_up_django()
    problems = environment_problems()
    if problems:
        raise Trouble(" ".join(problems))
    start()


def environment_problems() -> list[str]:
    """What forbids serving in earnest, each as one sentence."""
    from ..delivery.mail_server import BadEmailUrl, MailServer

    environment = Environment.read()
    problems = environment.problems()
    if environment.email_url:
        try:
            MailServer.parse(environment.email_url)
        except BadEmailUrl as error:
            problems.append(str(error))
    return problems


def set_up_django() -> None:
    """Settings and models; a database address that cannot be read is told in words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.conf import settings

    try:
        engine = settings.DATABASES["default"]["ENGINE"]
    except ValueError as error:
        raise Trouble(f"SIDEGATE_DATABASE_URL cannot be read. {ADDRESSES}") from error
    if not engine.endswith(("sqlite3", "postgresql")):
        raise Trouble(f"SIDEGATE_DATABASE_URL names a database we do not know. {ADDRESSES}")
    django.setup()


def reach_database() -> None:
    """Raises Trouble where it does not answer, or is an SQLite file on another machine's disk."""
    set_up_django()
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite":
        prepare_file(str(connection.settings_dict["NAME"]))
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Trouble(f"The database does not answer: {first_line(error)}") from error


def prepare_file(name: str) -> None:
    """SQLite's locks do not hold across a network, and two machines would spoil the file (CASES D1)."""
    if "memory" in name:
        return
    path = Path(name).absolute()
    file_system = network_file_system(path)
    if file_system:
        raise Trouble(
            f"{path} lies on a network file system ({file_system}), where SQLite loses data. "
            "Use a local disk, or PostgreSQL."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"The folder {path.parent} cannot be made: {error.strerror}.") from error


def require_migrations() -> None:
    """Raises Trouble where the tables are older than the program."""
    missing = missing_migrations()
    if missing:
        raise Trouble(f"The database is not up to date ({missing} to apply). Run: sidegate migrate")


def missing_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
