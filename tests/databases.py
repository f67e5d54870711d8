"""The database the tests run on: `--db sqlite` (a file) or `--db postgres` (a real server of their own).

A plugin rather than a conftest, because the settings are read before any conftest is. The server is started
once, by the first process; the workers of pytest-xdist are told where it is, and each has a database.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from .postgres import PostgresServer

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "sidegate.config.settings",
    "SIDEGATE_SECRET_KEY": "a-secret-for-tests-and-for-nothing-else",
    "SIDEGATE_BASE_URL": "http://localhost:8000",
    "SIDEGATE_EMAIL_URL": "smtp://localhost:1",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="the database to test on")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: Any, args: list[str]) -> None:
    """Sets the environment before pytest-django reads the settings."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        use_folder_of_own(Path(os.environ["SIDEGATE_TEST_FOLDER"]))
        return
    folder = Path(tempfile.mkdtemp(prefix="sidegate-tests-"))
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    forget_own_settings()
    os.environ |= {**ENVIRONMENT, "SIDEGATE_TEST_FOLDER": str(folder)}
    use_folder_of_own(folder)
    use_database(early_config, folder)


def forget_own_settings() -> None:
    """What the person at the keyboard has set for a Sidegate of hers must not reach the tests."""
    for name in [name for name in os.environ if name.startswith("SIDEGATE_")]:
        del os.environ[name]


def use_folder_of_own(folder: Path) -> None:
    """A data folder for each process, so that no worker meets another's photos."""
    data = folder / os.environ.get("PYTEST_XDIST_WORKER", "data")
    (data / "static").mkdir(parents=True, exist_ok=True)
    os.environ["SIDEGATE_DATA_DIR"] = str(data)


def use_database(config: pytest.Config, folder: Path) -> None:
    if config.known_args_namespace.db == "sqlite":
        os.environ["SIDEGATE_DATABASE_URL"] = f"sqlite:///{folder}/sidegate.sqlite3"
        return
    server = PostgresServer()
    config.add_cleanup(server.stop)
    os.environ["SIDEGATE_DATABASE_URL"] = server.url


def pytest_configure(config: pytest.Config) -> None:
    """SQLite's test database is a file as well: one in memory cannot be shared with another process."""
    from django.conf import settings

    if config.getoption("db") == "sqlite":
        name = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"
        path = Path(os.environ["SIDEGATE_TEST_FOLDER"]) / name
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(path)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('db')}"
