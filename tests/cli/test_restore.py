"""`restore`: into an empty place only, looked through before anything is written, and with the mail held."""

import fcntl
import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .archives import Entry, inside, rewritten, with_file, with_manifest
from .places import MakePlace, Place, backup, full_place, new_place

__all__ = ["backup", "full_place", "new_place"]

DAMAGED = "This is no whole backup of Sidegate: "
FATES = "SELECT subject, status, lease_until IS NULL FROM sidegate_message WHERE length(subject) = 1 ORDER BY subject"


@pytest.fixture(scope="module")
def restored(new_place: MakePlace, backup: Path) -> Place:
    place = new_place()
    place.does("restore", str(backup))
    return place


def rows_of(place: Place) -> dict[str, Any]:
    tables = [table for (table,) in place.select(TABLES[place.kind]) if table.startswith("sidegate_")]
    return {table: place.select(f"SELECT * FROM {table} ORDER BY id") for table in tables}


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
}


def test_every_row_and_picture_is_there_again(full_place: Place, restored: Place) -> None:
    before, after = rows_of(full_place), rows_of(restored)
    held = ("sidegate_business", "sidegate_message", "sidegate_clientimport")  # looked at below
    assert len(before) == len(after) == 20
    assert {name: rows for name, rows in after.items() if name not in held} == {
        name: rows for name, rows in before.items() if name not in held
    }
    assert {name: len(after[name]) for name in held} == {name: len(before[name]) for name in held}
    assert restored.files() == full_place.files() != {}


def test_mail_is_held_but_for_sign_ins_and_no_worker_has_any(restored: Place) -> None:
    assert {bool(held) for (held,) in restored.select("SELECT holds_mail FROM sidegate_business")} == {True}
    assert [(status, bool(is_free)) for _subject, status, is_free in restored.select(FATES)] == [
        ("held", True), ("held", True), ("held", True), ("failed", True), ("not_sendable", True),
        ("queued", True), ("queued", True),
    ]  # fmt: skip
    assert restored.select("SELECT lease_until FROM sidegate_clientimport") == [(None,)]


def test_nobody_is_signed_in(restored: Place) -> None:
    assert restored.select("SELECT count(*) FROM django_session") == [(0,)]


def test_doctor_finds_nothing_broken(restored: Place) -> None:
    assert restored.doctor()["healthy"]


def test_it_says_what_came_and_what_is_next(new_place: MakePlace, backup: Path) -> None:
    said = new_place().does("restore", str(backup))
    assert said.startswith(
        "2 businesses, 11 clients, 201 requests and 7 picture files are here, as they were on 20"
    )
    assert "\nMail is held at every business: 3 messages wait. Sign-in mail leaves as always.\n" in said
    assert "\nNext: sidegate doctor, then sidegate serve." in said


def test_a_second_time_is_refused_with_what_is_there(restored: Place, backup: Path) -> None:
    before = rows_of(restored)
    said = restored.refuses("restore", str(backup))
    assert said.startswith("This place is not empty: it has 2 businesses, 11 clients, 201 requests, ")
    assert f"files in {restored.folder}/photos or logos (7). Nothing was restored." in said
    assert rows_of(restored) == before


def test_photos_alone_are_not_empty(new_place: MakePlace, backup: Path) -> None:
    place = new_place()
    (place.folder / "photos" / "ab").mkdir(parents=True)
    (place.folder / "photos" / "ab" / "abc.jpg").write_bytes(b"hers")
    said = place.refuses("restore", str(backup))
    assert said.startswith(f"This place is not empty: it has files in {place.folder}/photos or logos (1).")
    assert place.files() == {"photos/ab/abc.jpg": b"hers"}


def test_tables_without_a_business_are_empty(new_place: MakePlace, backup: Path) -> None:
    """A server that was tried before: migrated, and someone looked at its entrance."""
    place = new_place()
    place.does("migrate")
    made = "from sidegate.models import SignIn; SignIn.objects.create(email='x@example.com')"
    done = place.run_python("-c", f"import django; django.setup(); {made}")
    assert done.returncode == 0, done.stderr
    place.does("restore", str(backup))
    assert place.select("SELECT count(*) FROM sidegate_signin WHERE email = 'x@example.com'")[0] == (1,)
    assert place.doctor()["healthy"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(new_place: MakePlace, tmp_path: Path) -> None:
    old = new_place()
    old.folder.mkdir()
    done = old.run_python("-m", "django", "migrate", "sidegate", "0001")
    assert done.returncode == 0, done.stderr
    values = "'0198c0de000070008000000000000001', 'old', 'Old', '', '', 'US', 'UTC', 'USD', 'en', '[0]', '[]'"
    old.select(
        "INSERT INTO sidegate_business (id, slug, name, phone, email, country, time_zone, currency, default_language, "
        "working_days, closed_dates, reply_promise_days, lead_days, undo_seconds, shows_prices, holds_mail, accent, "
        f"created_at) VALUES ({values}, 1, 0, 60, true, false, '#1c6a4a', '2026-01-01 00:00:00+00:00')"
    )
    old.does("backup", str(tmp_path / "old.tar"))
    place = new_place()
    place.does("restore", str(tmp_path / "old.tar"))
    assert place.doctor()["healthy"]
    (row,) = place.select("SELECT slug, holds_mail, logo_name FROM sidegate_business")
    assert (row[0], bool(row[1]), row[2]) == ("old", True, "")


def test_a_backup_of_a_newer_version_is_refused(new_place: MakePlace, backup: Path, tmp_path: Path) -> None:
    def newer(said: dict[str, Any]) -> None:
        said["sidegate"] = "7.2"
        said["migrations"]["sidegate"].append("0777_unheard_of")

    place = new_place()
    said = place.refuses("restore", str(with_manifest(backup, tmp_path / "newer.tar", newer)))
    assert said == "The backup was made by a newer Sidegate, 7.2. Install that version here first."
    assert place.is_untouched()


def test_the_other_database_is_refused_with_the_way_between_them(
    new_place: MakePlace, full_place: Place, backup: Path, tmp_path: Path
) -> None:
    theirs = "database.dump" if full_place.is_sqlite else "database.sqlite3.gz"
    ours = "database.sqlite3.gz" if full_place.is_sqlite else "database.dump"
    other = with_file(backup, tmp_path / "with both.tar", theirs, b"x")

    def drop_ours(entries: list[Entry]) -> None:
        entries[:] = [(info, data) for info, data in entries if info.name != ours]

    def say_so(said: dict[str, Any]) -> None:
        said["database"] = "postgresql" if full_place.is_sqlite else "sqlite"
        said["files"] = [file for file in said["files"] if file["name"] != ours]

    other = with_manifest(rewritten(other, tmp_path / "b.tar", drop_ours), tmp_path / "c.tar", say_so)
    place = new_place()
    said = place.refuses("restore", str(other))
    assert "sidegate copy-database then moves it." in said
    assert place.is_untouched()


# What may be wrong with a file that somebody brings.


def links(kind: bytes, to: str) -> Callable[[list[Entry]], None]:
    def add(entries: list[Entry]) -> None:
        info = tarfile.TarInfo("photos/ab/abcd.jpg")
        info.type, info.linkname = kind, to
        entries.insert(0, (info, b""))

    return add


def twice(entries: list[Entry]) -> None:
    entries.insert(0, entries[0])


def without(name: str) -> Callable[[list[Entry]], None]:
    def drop(entries: list[Entry]) -> None:
        entries[:] = [(info, data) for info, data in entries if not info.name.startswith(name)]

    return drop


@pytest.mark.parametrize(
    "change",
    [
        links(tarfile.SYMTYPE, "/etc/passwd"), links(tarfile.LNKTYPE, "../../x"), links(tarfile.CHRTYPE, ""),
        links(tarfile.FIFOTYPE, ""), links(tarfile.DIRTYPE, ""), links(tarfile.GNUTYPE_SPARSE, ""), twice,
        without("manifest.json"), without("manifest.sha256"), without("manifest"), without("database"),
        without("photos"), without(""),
    ],
)  # fmt: skip
def test_other_members_than_ours_are_refused(
    new_place: MakePlace, backup: Path, tmp_path: Path, change: Callable[[list[Entry]], None]
) -> None:
    place = new_place()
    said = place.refuses("restore", str(rewritten(backup, tmp_path / "other.tar", change)))
    assert said.startswith(DAMAGED) and said.endswith(". Nothing was restored.")
    assert place.is_untouched()


@pytest.mark.parametrize(
    "name",
    [
        "../../x.jpg", "/srv/x.jpg", "photos/../../x.jpg", "photos/ab/../x.jpg", "photos//x.jpg", "photos/ab/.jpg",
        "photos/ab/x.jpg/", "photos/ab/x.php", "photos/ab/x\n.jpg", "static/x.jpg", "photos/ab/" + "x" * 300 + ".jpg",
        "sidegate.sqlite3", "photos\\ab\\x.jpg", "photos/ab/é.jpg", "\x1b[2J.jpg",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(
    new_place: MakePlace, backup: Path, tmp_path: Path, name: str
) -> None:
    place = new_place()
    said = place.refuses("restore", str(with_file(backup, tmp_path / "other.tar", name, b"x")))
    assert said.startswith(f"{DAMAGED}it holds ") and "\x1b" not in said
    assert place.is_untouched()


def say_more_files(said: dict[str, Any]) -> None:
    said["files"].append({"name": "photos/ab/abcd.jpg", "size": 1, "sha256": "0" * 64})


def say_other_rows(said: dict[str, Any]) -> None:
    said["rows"]["sidegate_client"] -= 1


def say_hostile_table(said: dict[str, Any]) -> None:
    said["rows"]['sidegate_client" WHERE false; DROP TABLE sidegate_client; --'] = 0


@pytest.mark.parametrize(
    "change",
    [
        say_more_files, say_other_rows, say_hostile_table, lambda said: said.clear(),
        lambda said: said.update(format=2), lambda said: said.update(rows=[]), lambda said: said.update(files="x"),
        lambda said: said.update(database="oracle"), lambda said: said.update(sidegate="\x1b[2J"),
        lambda said: said.update(made_at="yesterday"), lambda said: said.update(migrations=None),
    ],
)  # fmt: skip
def test_a_manifest_that_says_otherwise_is_refused(
    new_place: MakePlace, backup: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    place = new_place()
    said = place.refuses("restore", str(with_manifest(backup, tmp_path / "other.tar", change)))
    assert said.startswith(DAMAGED)
    assert place.is_untouched()


@pytest.mark.parametrize("part", [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_flipped_bit_is_found_wherever_it_is(
    new_place: MakePlace, backup: Path, tmp_path: Path, part: float
) -> None:
    """Somewhere in that part of each member's bytes, and of each member's head."""
    place, whole = new_place(), backup.read_bytes()
    with tarfile.open(backup) as tar:
        spots = [(entry.name, entry.offset_data + int(entry.size * part)) for entry in tar]
        spots += [(f"head of {entry.name}", entry.offset + int(len(entry.name) * part)) for entry in tar]
    for name, spot in [*spots[:2], *spots[-3:]] if part != 0.5 else spots:
        spoilt = tmp_path / "spoilt.tar"
        spoilt.write_bytes(whole[:spot] + bytes([whole[spot] ^ 4]) + whole[spot + 1 :])
        assert place.refuses("restore", str(spoilt)).startswith(DAMAGED), name
    assert place.is_untouched()


def with_length(field: bytes) -> Callable[[bytes], bytes]:
    """The first head says another length; its own sum is right."""

    def change(whole: bytes) -> bytes:
        head = bytearray(whole[:512])
        head[124:136] = field
        head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * ord(" ") + sum(head[156:]))
        return bytes(head) + whole[512:]

    return change


def after_pax(**said: str) -> Callable[[bytes], bytes]:
    """With a head of the kind that other tars write, before ours."""

    def change(whole: bytes) -> bytes:
        info = tarfile.TarInfo("manifest.json")
        info.pax_headers = {name.replace("_", "."): value for name, value in said.items()}
        return info.tobuf(tarfile.PAX_FORMAT) + whole

    return change


def after_long_number(whole: bytes) -> bytes:
    """More digits than Python reads as a number."""
    info = tarfile.TarInfo("head")
    info.type, info.size = tarfile.XHDTYPE, 6 * 1024
    return info.tobuf(tarfile.GNU_FORMAT) + (b"9" * 6000 + b" a=b\n").ljust(info.size, b"\0") + whole


@pytest.mark.parametrize(
    "change",
    [
        with_length(b"\xff" * 12), with_length(b"\x80" + b"\x7f" * 11), with_length(b"99999999999\0"),
        after_pax(GNU_sparse_map="x,y", GNU_sparse_size="5"), after_pax(GNU_sparse_major="1", GNU_sparse_minor="0"),
        after_long_number,
    ],
)  # fmt: skip
def test_a_head_that_no_tar_has_is_refused_in_one_line(
    new_place: MakePlace, backup: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    place, forged = new_place(), tmp_path / "forged.tar"
    forged.write_bytes(change(backup.read_bytes()))
    assert place.refuses("restore", str(forged)).startswith(DAMAGED)
    assert place.is_untouched()


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.9, 0.999])
def test_one_that_was_cut_off_is_refused(
    new_place: MakePlace, backup: Path, tmp_path: Path, share: float
) -> None:
    place, cut = new_place(), tmp_path / "cut.tar"
    cut.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * share)])
    assert place.refuses("restore", str(cut)).startswith(DAMAGED)
    assert place.is_untouched()


@pytest.mark.parametrize("data", [b"hello", b"\x1f\x8b\x08", b"PK\x03\x04" + bytes(600), bytes(2048)])
def test_another_file_is_no_backup(new_place: MakePlace, tmp_path: Path, data: bytes) -> None:
    place, other = new_place(), tmp_path / "other"
    other.write_bytes(data)
    assert place.refuses("restore", str(other)).startswith(DAMAGED)
    said = place.refuses("restore", str(tmp_path / "nothing"))
    assert said == f"{tmp_path}/nothing cannot be read: No such file or directory."
    assert place.is_untouched()


def test_a_bomb_is_stopped_at_the_size_it_claims(new_place: MakePlace, backup: Path, tmp_path: Path) -> None:
    place = new_place()
    if not place.is_sqlite:
        pytest.skip("its dump's rows are counted instead, see above")
    bomb = gzip.compress(bytes(200 * 1024**2))
    said = place.refuses(
        "restore", str(with_file(backup, tmp_path / "bomb.tar", "database.sqlite3.gz", bomb))
    )
    assert said == f"{DAMAGED}its database is larger than it says. Nothing was restored."
    assert place.is_untouched() and list(place.folder.parent.iterdir()) == []


def test_a_backup_larger_than_the_disk_is_refused(new_place: MakePlace, backup: Path, tmp_path: Path) -> None:
    place = new_place()
    huge = with_manifest(backup, tmp_path / "huge.tar", lambda said: said.update(database_size=10**16))
    if place.is_sqlite:
        assert "There is too little room in" in place.refuses("restore", str(huge))
        assert place.is_untouched()


def test_a_database_that_is_none_is_refused(new_place: MakePlace, backup: Path, tmp_path: Path) -> None:
    place = new_place()
    name = "database.sqlite3.gz" if place.is_sqlite else "database.dump"
    data = gzip.compress(b"no database") if place.is_sqlite else b"PGDMP no dump"
    other = with_file(backup, tmp_path / "other.tar", name, data)
    if place.is_sqlite:
        other = with_manifest(other, tmp_path / "o.tar", lambda said: said.update(database_size=11))
    said = place.refuses("restore", str(other))
    assert said in (
        "The database does not answer: file is not a database",
        "pg_restore failed: pg_restore: error: unsupported version (32.110) in file header",
    )
    assert place.is_untouched()


def test_what_someone_has_open_is_not_replaced(new_place: MakePlace, backup: Path) -> None:
    place = new_place()
    if not place.is_sqlite:
        pytest.skip("PostgreSQL's tables are changed, not replaced")
    place.does("migrate")
    with sqlite3.connect(place.database_file) as another:
        another.execute("SELECT count(*) FROM sidegate_client").fetchall()
        said = place.refuses("restore", str(backup))
    another.close()
    assert said == f"{place.database_file} is in use. Stop Sidegate first."
    place.does("restore", str(backup))


@pytest.fixture(scope="module")
def long_backup(new_place: MakePlace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It takes seconds to be put back."""
    place = new_place()
    place.does("migrate")
    place.does("new-business", "Greenlawn", "--owner", "dana@example.com")
    for number in range(12):
        path = place.folder / "photos" / "ab" / f"{number:04}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(1024) * 1024 * 16)
    made = tmp_path_factory.mktemp("long") / "long.tar"
    place.does("backup", str(made))
    return made


def restoring(place: Place, archive: Path) -> "subprocess.Popen[str]":
    """A restore that has begun to write."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sidegate", "restore", str(archive)],
        env=place.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and not (place.folder / "photos" / "ab" / "0001.jpg").exists():
        time.sleep(0.005)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_leaves_an_empty_place(new_place: MakePlace, long_backup: Path, number: int) -> None:
    place = new_place()
    process = restoring(place, long_backup)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == 128 + number
    assert place.is_untouched()
    place.does("restore", str(long_backup))


def test_killed_it_can_be_begun_again(new_place: MakePlace, long_backup: Path) -> None:
    place = new_place()
    process = restoring(place, long_backup)
    process.kill()
    process.communicate()
    assert place.files() != {}
    place.does("restore", str(long_backup))
    assert len(place.files()) == 12 and place.select("SELECT count(*) FROM sidegate_business") == [(1,)]
    assert inside(long_backup)["photos/ab/0003.jpg"] == place.files()["photos/ab/0003.jpg"]


def test_two_at_once_do_not_spoil_each_other(new_place: MakePlace, backup: Path) -> None:
    place = new_place()
    (place.folder / "photos").mkdir(parents=True)
    (place.folder / "photos" / "0001.jpg").write_bytes(b"put there by the first")
    with (place.folder / "restoring").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        assert place.refuses("restore", str(backup)) == f"Another restore is at work in {place.folder}."
    assert place.files() == {"photos/0001.jpg": b"put there by the first"}


def test_a_folder_that_cannot_be_made_is_one_line(new_place: MakePlace, backup: Path) -> None:
    place = new_place()
    place.folder.write_text("a file of somebody's")
    said = place.refuses("restore", str(backup))
    assert said == f"{place.folder} cannot be written: File exists. Nothing was kept."
    assert place.folder.read_text() == "a file of somebody's"


def test_too_small_a_disk_is_told_before_anything_is_written(new_place: MakePlace, long_backup: Path) -> None:
    place = new_place()
    place.folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(place.folder)]
    if os.geteuid() or subprocess.run(words, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        said = place.refuses("restore", str(long_backup))
        assert said.startswith(f"There is too little room in {place.folder}: 20")
        assert place.files() == {}
    finally:
        subprocess.run(["umount", str(place.folder)], check=True)
