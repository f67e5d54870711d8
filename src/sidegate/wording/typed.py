"""What comes in as text, made safe to store or to look up: no control signs, no direction overrides, one kind of
newline; keys and dates, or None where it could be none."""

import re
import unicodedata
from datetime import date
from uuid import UUID

from django.utils.dateparse import parse_date

_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"[ \t\n\u00a0]+")


def clean_text(typed: str) -> str:
    """Several lines, trimmed. NUL and other control signs go, and so do direction overrides, which can
    make a sentence read as another; the marks that right-to-left writing needs stay."""
    text = _OVERRIDES.sub("", _NEWLINES.sub("\n", typed))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def clean_line(typed: str) -> str:
    """One line: as clean_text, with every run of white space made one space."""
    return _SPACES.sub(" ", clean_text(typed)).strip()


def typed_key(typed: str) -> UUID | None:
    """A key, as an address or a form carries it."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def typed_date(typed: str) -> date | None:
    """An ISO date that the calendar has."""
    try:
        return parse_date(typed)
    except ValueError:
        return None
