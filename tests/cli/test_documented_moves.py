"""The commands of docs/operations.md that move everything are run as they stand there, in folders of their own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .places import MakePlace, Place, make_place, new_place

__all__ = ["new_place"]

HANDBOOK = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
SECRET = "a-secret-for-tests-and-for-nothing-else"


def blocks(heading: str) -> list[str]:
    """What stands in sh blocks under the heading; `serve` does not end by itself, and is tried elsewhere."""
    section = HANDBOOK.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, heading
    return [
        block.replace("sidegate serve", "") for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    ]


def typed(place: Place, script: str, folder: Path, **replaced: str) -> str:
    """In a shell that stops at the first command that fails; /backup and /srv/rehearsal lie in the folder."""
    programs = folder / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    (folder / "backup").mkdir(exist_ok=True)
    sidegate = programs / "sidegate"
    sidegate.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sidegate "$@"\n')
    sidegate.chmod(0o755)
    for written, meant in {
        "/backup": f"{folder}/backup",
        "/srv/rehearsal": f"{folder}/rehearsal",
        **replaced,
    }.items():
        script = script.replace(written, meant)
    environment = place.environment(SIDEGATE_SECRET_KEY=SECRET)
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", script], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, script + done.stdout + done.stderr
    return done.stdout


def test_a_move_to_a_new_server(new_place: MakePlace, tmp_path: Path) -> None:
    old, new = new_place().fill(), new_place()
    on_the_old, on_the_new = blocks("Move to a new server")
    assert "sidegate backup" in on_the_old
    typed(old, on_the_old, tmp_path)
    assert "All is well." in typed(new, on_the_new, tmp_path) or new.doctor()["healthy"]
    count = "SELECT count(*) FROM sidegate_bookingrequest"
    assert new.select(count) == old.select(count) == [(201,)]
    assert new.files() == old.files()


def test_a_backup_its_look_inside_and_its_rehearsal(tmp_path: Path) -> None:
    place = make_place("sqlite", tmp_path / "place")
    (tmp_path / "place").mkdir()
    place.fill()
    make, look_inside, rehearse = blocks("Backups")
    typed(place, make, tmp_path)
    look_inside = look_inside.replace("sidegate-monday.tar", "backup/sidegate-monday.tar")
    assert "manifest.json: OK" in typed(place, look_inside, tmp_path)
    assert (tmp_path / "database.sqlite3").read_bytes().startswith(b"SQLite format 3")
    assert "201 requests and 7 picture files are here" in typed(place, rehearse, tmp_path)


def test_from_sqlite_to_postgres(new_place: MakePlace, tmp_path: Path) -> None:
    new = new_place()
    if new.is_sqlite:
        pytest.skip("there is no PostgreSQL to move to")
    old = make_place("sqlite", tmp_path / "place")
    (tmp_path / "place").mkdir()
    old.fill()
    (commands,) = blocks("From SQLite to PostgreSQL")
    address = "postgres://sidegate:password@localhost/sidegate"
    said = typed(old, commands, tmp_path, **{address: new.database_url})
    assert "sidegate_bookingrequest             201 rows" in said
    assert new.select("SELECT count(*) FROM sidegate_bookingrequest") == [(201,)]
