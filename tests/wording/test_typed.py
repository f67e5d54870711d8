"""What people type is kept as they meant it, and cannot hide anything."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidegate.wording.typed import clean_line, clean_text


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
