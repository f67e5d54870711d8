"""`copy-database`: every row into a database of the other kind, with the same checksums on both sides."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .places import MakePlace, Place, full_place, make_place, new_place

__all__ = ["full_place", "new_place"]

Sums = dict[str, tuple[int, str]]


def copied(place: Place, to: Place) -> Sums:
    """Rows and checksum of each table, as the command says them."""
    said = place.does("copy-database", to.database_url)
    found = re.findall(r"^(sidegate_\w+) +([\d,]+) rows  ([0-9a-f]{16})  same on both$", said, re.MULTILINE)
    assert len(found) == 20
    return {table: (int(count.replace(",", "")), checksum) for table, count, checksum in found}


@pytest.fixture
def other_kind(full_place: Place, tmp_path: Path) -> Place:
    """Empty, and of the other kind where there is a PostgreSQL to choose."""
    return make_place("sqlite", tmp_path)


def test_every_row_goes_over_and_back_with_the_same_checksums(
    full_place: Place, other_kind: Place, new_place: MakePlace
) -> None:
    over = copied(full_place, other_kind)
    back = new_place()
    assert copied(other_kind, back) == over
    assert over["sidegate_bookingrequest"][0] == 201
    assert over["sidegate_photo"][0] == 3
    for table in over if not full_place.is_sqlite else ():  # SQLite's text may spell one instant in two ways
        statement = f"SELECT * FROM {table} ORDER BY id"
        assert back.select(statement) == full_place.select(statement), table
    assert back.doctor()["findings"][0]["sentence"] == "Up to date."


def test_the_copy_is_as_well_as_the_first_one(full_place: Place, other_kind: Place) -> None:
    copied(full_place, other_kind)
    moved = Place(full_place.folder, other_kind.database_url)
    assert moved.doctor()["healthy"]
    assert moved.select("SELECT count(*) FROM django_session") == [(0,)]


def test_checksums_differ_where_a_single_letter_does(new_place: MakePlace, tmp_path: Path) -> None:
    place = new_place()
    place.does("migrate")
    place.does("new-business", "Greenlawn", "--owner", "dana@example.com")
    first = copied(place, make_place("sqlite", tmp_path / "one"))
    place.select("UPDATE sidegate_business SET name = 'Greenlawm'")
    second = copied(place, make_place("sqlite", tmp_path / "two"))
    assert {table for table in first if first[table] != second[table]} == {"sidegate_business"}


def test_a_database_with_rows_is_refused(full_place: Place, new_place: MakePlace) -> None:
    other = new_place()
    other.does("migrate")
    other.does("new-business", "Bluepool", "--owner", "bea@example.com")
    said = full_place.refuses("copy-database", other.database_url)
    assert said.startswith("The other database is not empty: it has 1 business, 0 clients, 0 requests, ")
    assert other.select("SELECT slug FROM sidegate_business") == [("bluepool",)]


def test_itself_is_refused(full_place: Place) -> None:
    before = full_place.select("SELECT count(*) FROM sidegate_message")
    said = full_place.refuses("copy-database", full_place.database_url)
    assert said.startswith("The other database is not empty: it has 2 businesses, ")
    assert full_place.select("SELECT count(*) FROM sidegate_message") == before


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "postgres://nobody@127.0.0.1:1/none"])
def test_an_address_that_leads_nowhere_is_one_line(full_place: Place, url: str) -> None:
    said = full_place.refuses("copy-database", url)
    assert said.startswith(
        (
            "The address cannot be read. ",
            "The address names a database we",
            "The other database does not answer: ",
        )
    )


def test_a_running_sidegate_is_to_be_stopped_first(new_place: MakePlace, other_kind: Place) -> None:
    place = new_place()
    place.does("migrate")
    if place.is_sqlite:
        with closing(sqlite3.connect(place.database_file)) as another:
            another.execute("SELECT count(*) FROM sidegate_client").fetchall()
            said = place.refuses("copy-database", other_kind.database_url)
        assert said == f"{place.database_file} is in use. Stop Sidegate first."
    else:
        import psycopg

        with psycopg.connect(place.database_url):
            said = place.refuses("copy-database", other_kind.database_url)
        assert said == "The database is in use (1 connections). Stop Sidegate first."
    assert not other_kind.database_file.exists() or other_kind.select("SELECT 1 FROM sqlite_master") == []


def test_what_the_other_kind_cannot_hold_is_named_and_nothing_is_copied(
    new_place: MakePlace, tmp_path: Path
) -> None:
    """SQLite keeps a name that is too long; PostgreSQL does not."""
    other = new_place()
    if other.is_sqlite:
        pytest.skip("SQLite holds anything")
    place = make_place("sqlite", tmp_path)
    place.does("migrate")
    place.does("new-business", "Greenlawn", "--owner", "dana@example.com")
    place.select(f"UPDATE sidegate_business SET name = '{'x' * 121}'")
    said = place.refuses("copy-database", other.database_url)
    assert said == (
        "The other database refused: value too long for type character varying(120) (sidegate_business). "
        "Nothing was copied."
    )
    assert other.select("SELECT count(*) FROM sidegate_user") == [(0,)]
    place.select("UPDATE sidegate_business SET name = 'Greenlawn'")
    copied(place, other)
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conname LIKE 'sidegate_%'"
    assert other.select(keys) == new_and_migrated(new_place).select(keys)


def new_and_migrated(new_place: MakePlace) -> Place:
    place = new_place()
    place.does("migrate")
    return place


def test_old_tables_are_brought_up_to_date_first(new_place: MakePlace, other_kind: Place) -> None:
    place = new_place()
    said = place.refuses("copy-database", other_kind.database_url)
    assert said.startswith("The database is not up to date") and said.endswith("Run: sidegate migrate")
