"""`backup`: one file with everything, whole or not there at all."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .archives import inside
from .places import MakePlace, Place, backup, full_place, new_place

__all__ = ["backup", "full_place", "new_place"]


def manifest(archive: Path) -> dict[str, object]:
    return dict(json.loads(inside(archive)["manifest.json"]))


def test_it_holds_every_row_and_every_picture_and_its_own_hashes(full_place: Place, backup: Path) -> None:
    held, said = inside(backup), manifest(backup)
    database = {"sqlite": "database.sqlite3.gz", "postgresql": "database.dump"}[full_place.kind]
    assert set(held) == {database, "manifest.json", "manifest.sha256", *full_place.files()}
    assert {name: held[name] for name in full_place.files()} == full_place.files()
    assert len(full_place.files()) == 7
    rows = said["rows"]
    assert isinstance(rows, dict) and rows["sidegate_bookingrequest"] == 201
    assert rows == {table: full_place.select(f"SELECT count(*) FROM {table}")[0][0] for table in rows}
    assert [f["name"] for f in said["files"]] == [name for name in held if "manifest" not in name]  # type: ignore[attr-defined]
    for file in said["files"]:  # type: ignore[attr-defined]
        assert hashlib.sha256(held[file["name"]]).hexdigest() == file["sha256"]
    digest = hashlib.sha256(held["manifest.json"]).hexdigest()
    assert held["manifest.sha256"].decode() == f"{digest}  manifest.json\n"


def test_only_its_maker_can_read_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_it_opens_no_door(full_place: Place, backup: Path) -> None:
    """Whoever finds a copy is not signed in by it."""
    ((key, data),) = full_place.select("SELECT session_key, session_data FROM django_session")
    held = inside(backup)
    if full_place.is_sqlite:
        everything = gzip.decompress(held["database.sqlite3.gz"])
    else:
        words = ["pg_restore", "--file=-"]
        done = subprocess.run(
            words, input=held["database.dump"], capture_output=True, check=True, env=full_place.environment()
        )
        everything = done.stdout
    assert b"dana@example.com" in everything
    assert key.encode() not in everything and data.encode() not in everything
    assert os.environ["SIDEGATE_SECRET_KEY"].encode() not in everything


def test_it_says_what_is_in_it_and_what_comes_next(full_place: Place, tmp_path: Path) -> None:
    said = full_place.does("backup", str(tmp_path / "all.tar"))
    assert f"2 businesses, 11 clients, 201 requests and 7 picture files are in {tmp_path}/all.tar:\n" in said
    assert "It was read again, and is whole.\n" in said
    assert said.endswith("with an empty data folder and database: sidegate restore all.tar\n")


def test_a_file_that_exists_is_never_written_over(full_place: Place, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar"
    kept.write_text("last week's")
    assert full_place.refuses("backup", str(kept)) == f"{kept} exists already. Name another file."
    assert [path.name for path in tmp_path.iterdir()] == ["kept.tar"] and kept.read_text() == "last week's"


def test_a_folder_that_is_not_there_is_named(full_place: Place, tmp_path: Path) -> None:
    said = full_place.refuses("backup", str(tmp_path / "no" / "all.tar"))
    assert said == f"{tmp_path}/no/all.tar.part cannot be written: No such file or directory."


def test_a_database_without_tables_is_nothing_to_back_up(new_place: MakePlace, tmp_path: Path) -> None:
    said = new_place().refuses("backup", str(tmp_path / "all.tar"))
    assert said == "There is nothing to back up: the database has no tables. Run: sidegate migrate"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def slow_place(new_place: MakePlace) -> Place:
    """With a picture so large that there is time to stop the backup."""
    made = new_place()
    made.does("migrate")
    (made.folder / "photos" / "ab").mkdir(parents=True)
    with (made.folder / "photos" / "ab" / "abcd.jpg").open("wb") as file:
        file.truncate(3 * 1024**3)
    return made


def started(place: Place, target: Path) -> "subprocess.Popen[str]":
    """A backup that is being written."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sidegate", "backup", str(target)],
        env=place.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    part = target.with_name(f"{target.name}.part")
    while process.poll() is None and not (part.exists() and part.stat().st_size > 10**7):
        time.sleep(0.01)
    return process


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_stopped_it_leaves_nothing(slow_place: Place, tmp_path: Path, number: int, code: int) -> None:
    process = started(slow_place, tmp_path / "all.tar")
    process.send_signal(number)
    assert (process.wait(30), process.communicate()) == (code, ("", ""))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_is_in_nobodys_way(slow_place: Place, tmp_path: Path) -> None:
    process = started(slow_place, tmp_path / "all.tar")
    process.kill()
    process.communicate()
    assert (tmp_path / "all.tar.part").exists() and not (tmp_path / "all.tar").exists()
    (slow_place.folder / "photos" / "ab" / "abcd.jpg").write_bytes(b"small by now")
    slow_place.does("backup", str(tmp_path / "all.tar"))
    assert [path.name for path in tmp_path.iterdir()] == ["all.tar"]


def test_two_at_once_do_not_spoil_each_other(slow_place: Place, tmp_path: Path) -> None:
    process = started(slow_place, tmp_path / "all.tar")
    said = slow_place.refuses("backup", str(tmp_path / "all.tar"))
    assert said == f"Another process is writing {tmp_path}/all.tar.part."
    process.terminate()
    process.communicate()


def test_a_full_disk_is_one_line_and_leaves_nothing(full_place: Place, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", small], check=False).returncode
    ):
        pytest.skip("mounting a small disk needs root")
    try:
        said = full_place.refuses("backup", str(small / "all.tar"))
        assert said == f"The disk is full: {small} has too little room. Nothing was kept."
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_photo_that_lost_its_file_is_named_and_keeps_no_one_from_a_backup(
    new_place: MakePlace, tmp_path: Path
) -> None:
    place = new_place().fill()
    lost = next(path for path in (place.folder / "photos").rglob("*.jpg") if "-small" not in path.name)
    lost.unlink()
    done = place.run("backup", str(tmp_path / "all.tar"))
    assert done.returncode == 0
    assert done.stderr == f"Rows without a file to copy: 1 ({lost.stem}). See sidegate doctor.\n"
    assert manifest(tmp_path / "all.tar")["photos_without_file"] == [lost.stem]


def fake(folder: Path, says: str) -> str:
    """A PATH on which pg_dump is what is given."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "pg_dump"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return str(folder / "bin")


def test_a_pg_dump_that_is_too_old_is_told(full_place: Place, tmp_path: Path) -> None:
    if full_place.is_sqlite:
        pytest.skip("SQLite needs no program")
    path = fake(tmp_path, "pg_dump (PostgreSQL) 9.6.24")
    said = full_place.refuses("backup", str(tmp_path / "all.tar"), PATH=path)
    assert "of version 18. Install PostgreSQL's client programs of version 18 or newer." in said
    assert not (tmp_path / "all.tar").exists()
