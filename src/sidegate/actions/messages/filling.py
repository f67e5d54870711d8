"""Putting values into words: `{name}` from a closed list, in one pass, and nothing cleverer (CASES D23)."""

import re
from collections.abc import Collection, Mapping

from ...wording.typed import clean_line, clean_text
from .keys import FREE_WORDS, secrets_of

LONGEST_VALUE = 2_000  # characters of one value
LONGEST_TEXT = 20_000  # characters of words, and of a filled text
LONGEST_SUBJECT = 200  # characters of words; a filled subject is cut at the column's 300
SUBJECT_COLUMN = 300

# A name alone in single braces; `{{name}}` is not one.
PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
# With the comma, dash or dot that leads to it, which an empty value takes along.
_WITH_LEAD = re.compile(r"((?:,| ·| –)? ?)(?<!\{)\{([a-z_]+)\}(?!\})")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_LINE_ENDS = re.compile(r"[ \t]*\n\s*")


def cleaned(key: str, values: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The values of the named placeholders, safe to print: control signs and direction overrides gone,
    capped in length, one line each but for free words, which keep their lines and lose blank ones."""
    kept = {name: _clean(name, values.get(name, "")) for name in names}
    secrets = secrets_of(key)
    if secrets:
        # A value must not read as a secret's place: a word joiner keeps it what was typed.
        kept = {name: value.replace("{", "{\u2060") for name, value in kept.items()}
    return kept | {name: f"{{{name}}}" for name in secrets}


def _clean(name: str, value: str) -> str:
    value = value[: 2 * LONGEST_VALUE]
    if name in FREE_WORDS:
        return _LINE_ENDS.sub("\n", clean_text(value))[:LONGEST_VALUE]
    return clean_line(value)[:LONGEST_VALUE]


def fill_subject(words: str, values: Mapping[str, str]) -> str:
    """One line, at most as long as the column."""
    return clean_line(_fill_line(words, values))[:SUBJECT_COLUMN]


def fill_text(words: str, values: Mapping[str, str]) -> str:
    """The text, without the paragraphs and lines whose every placeholder is empty.

    A value of several lines continues as it began: quoted with "> " where its line is, else indented, so
    that nothing typed can pass for a line of ours.
    """
    paragraphs = _BLANK_LINES.split(words.replace("\r\n", "\n").strip())
    return "\n\n".join(filter(None, (_fill_paragraph(paragraph, values) for paragraph in paragraphs)))


def _fill_paragraph(words: str, values: Mapping[str, str]) -> str:
    if _says_nothing(words, values):
        return ""
    lines = (line for line in words.split("\n") if not _says_nothing(line, values))
    return "\n".join(_fill_line(line, values) for line in lines)


def _says_nothing(words: str, values: Mapping[str, str]) -> bool:
    names = PLACEHOLDER.findall(words)
    return bool(names) and not any(values[name] for name in names)


def _fill_line(words: str, values: Mapping[str, str]) -> str:
    following = "\n> " if words.startswith(">") else "\n  "

    def put_in(found: re.Match[str]) -> str:
        value = values[found[2]]
        return found[1] + value.replace("\n", following) if value else ""

    return _WITH_LEAD.sub(put_in, words)
