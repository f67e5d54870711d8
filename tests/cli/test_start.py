"""Nothing starts on an environment, a disk or a database that is not fit for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sidegate.cli import main, mounts
from sidegate.cli.mounts import network_file_system

MOUNTS = r"""/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
nas:/export /srv/shared nfs4 rw 0 0
/dev/vdb /srv/shared/local ext4 rw 0 0
//box/media /mnt/my\040disk cifs rw 0 0
cloud /mnt/bucket fuse.s3fs rw 0 0
/dev/vdc /mnt/über ext4 rw 0 0
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "mounts"
    file.write_text(MOUNTS)
    return file


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/sidegate/db.sqlite3", ""),
        ("/srv/shared/db.sqlite3", "nfs4"),
        ("/srv/shared/local/db.sqlite3", ""),
        ("/srv/shared-too/db.sqlite3", ""),
        ("/mnt/my disk/db.sqlite3", "cifs"),
        ("/mnt/bucket/deep/down/db.sqlite3", "fuse.s3fs"),
        ("/mnt/über/db.sqlite3", ""),
    ],
)
def test_d1_a_network_file_system_is_known_by_its_mount(path: str, kind: str, table: Path) -> None:
    assert network_file_system(Path(path), table) == kind


def test_a_link_is_followed_to_the_disk_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    table = tmp_path / "mounts"
    table.write_text(f"/dev/vda / ext4 rw 0 0\nnas:/x {tmp_path}/far nfs rw 0 0\n")
    assert network_file_system(tmp_path / "near" / "db.sqlite3", table) == "nfs"


def test_a_machine_that_runs_from_such_a_file_system_is_taken_at_its_word(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("none / 9p rw 0 0\n")
    assert network_file_system(Path("/srv/db.sqlite3"), tmp_path / "mounts") == ""


def test_a_system_without_such_a_table_tells_nothing(tmp_path: Path) -> None:
    assert network_file_system(Path("/srv/db.sqlite3"), tmp_path / "none") == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite minds where its file lies")
def test_d1_sqlite_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mounts"
    table.write_text("/dev/vda / ext4 rw 0 0\nnas:/x /far nfs4 rw 0 0\n")
    monkeypatch.setattr(mounts.network_file_system, "__defaults__", (table,))
    monkeypatch.setitem(connection.settings_dict, "NAME", "/far/sidegate.sqlite3")
    assert main(["doctor"]) == 1
    assert "lies on a network file system (nfs4), where SQLite loses data." in capsys.readouterr().err
    assert not Path("/far").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIDEGATE_SECRET_KEY", "short", "SIDEGATE_SECRET_KEY must be set"),
        ("SIDEGATE_EMAIL_URL", "", "SIDEGATE_EMAIL_URL must be set"),
        ("SIDEGATE_EMAIL_URL", "pigeon://loft", "SIDEGATE_EMAIL_URL must begin with smtp://"),
        ("SIDEGATE_BASE_URL", "http://visits.example.org", "SIDEGATE_BASE_URL must begin with https://"),
        ("SIDEGATE_TRUSTED_PROXIES", "the-proxy", "SIDEGATE_TRUSTED_PROXIES has 'the-proxy'"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_an_unsafe_environment_serves_nothing(
    command: str,
    name: str,
    value: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    assert main([command]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        ["serve"],
        ["web"],
        ["worker", "--once"],
        ["sign-in-link", "dana@example.com"],
        ["new-business", "Greenlawn", "--owner", "dana@example.com"],
        ["seed", "--clients", "1", "--requests", "1"],
    ],
    ids=lambda typed: typed[0],
)
def test_old_tables_are_left_alone(
    typed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("first", False)])
    assert main(typed) == 1
    told = capsys.readouterr().err
    assert told.endswith("The database is not up to date (1 to apply). Run: sidegate migrate\n")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://localhost/x", "SIDEGATE_DATABASE_URL names a database we do not know."),
        ("greenlawn", "SIDEGATE_DATABASE_URL cannot be read."),
        ("postgres://localhost:port/x", "SIDEGATE_DATABASE_URL cannot be read."),
        ("postgres://localhost:1/x", "The database does not answer: "),
        ("sqlite:////proc/nowhere/x.sqlite3", "The folder /proc/nowhere cannot be made: "),
    ],
)
def test_a_database_that_cannot_be_had_is_told_in_one_line(address: str, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sidegate", "doctor"],
        env={**os.environ, "SIDEGATE_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith(f"sidegate doctor: {said}")


@pytest.mark.django_db
def test_migrate_can_be_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert "No migrations to apply." in capsys.readouterr().out
