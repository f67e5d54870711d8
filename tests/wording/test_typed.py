"""What people type is kept as they meant it, and cannot hide anything."""

import unicodedata
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidegate.wording.typed import clean_line, clean_text, typed_date, typed_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\r\nlines\rand a third  ", "two\nlines\nand a third"),
        ("a\x00b\x07c", "abc"),
        ("Total \u202e59$\u202c", "Total 59$"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("👩\u200d🌾 gate", "👩\u200d🌾 gate"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_several_lines_are_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_one_line_has_single_spaces_and_no_newline() -> None:
    assert clean_line(" Maria\n \u00a0 Álvarez\t\r\nBcc: all ") == "Maria Álvarez Bcc: all"


@given(st.text())
def test_cleaning_twice_changes_nothing_and_leaves_no_control_sign(typed: str) -> None:
    text, line = clean_text(typed), clean_line(typed)
    assert (clean_text(text), clean_line(line)) == (text, line)
    assert not {c for c in line if unicodedata.category(c) == "Cc"}
    assert not {c for c in text if unicodedata.category(c) == "Cc"} - {"\n", "\t"}
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-03", date(2026, 3, 3)),
        ("2026-02-30", None),
        ("3/3/2026", None),
        ("", None),
        ("x" * 99, None),
    ],
)
def test_a_date_is_one_that_the_calendar_has(typed: str, day: date | None) -> None:
    assert typed_date(typed) == day


def test_a_key_is_one_or_nothing() -> None:
    key = UUID("019376f4-0000-7000-8000-000000000001")
    assert typed_key(str(key)) == key
    assert [typed_key(typed) for typed in ("", "12", "../x", "é" * 32)] == [None] * 4
