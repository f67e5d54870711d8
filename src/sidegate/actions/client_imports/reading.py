"""A file, or what was pasted from a spreadsheet, becomes a table of texts; nothing is interpreted yet."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from ..errors import InvalidInput
from .columns import is_header

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 5_000
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and .xls begin
DIVIDERS = "\t;,|"
LOOKED_AT = 50  # rows, to see what divides them


@dataclass(frozen=True, slots=True)
class Table:
    """`header` is empty where the first row is a client already. `rows` are (number, cells), numbered as the
    spreadsheet does, blank ones left out, each as wide as the widest."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def width(self) -> int:
        return len(self.header or self.rows[0][1])


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 with their marks, else UTF-8, else Western European as Excel writes it.

    Raises InvalidInput for the field `file` where it is no text or too long.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput({"file": _too_big()})
    if content.startswith(WORKBOOKS):
        text = _("That is a workbook. Save it as CSV, or copy its cells and paste them here.")
        raise InvalidInput({"file": text})
    text = _decoded(content)
    if "\x00" in text:
        raise InvalidInput({"file": _("That is no table of text. Save it as CSV, or paste its cells.")})
    return text


def _too_big() -> str:
    return _("That is more than 10 MB. Leave out what is not about clients, or divide it in two.")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_table(text: str, *, field: str = "pasted") -> Table:
    """The rows of a text whose cells are divided by tabs, semicolons, commas or bars, and maybe quoted.

    Raises InvalidInput for the field where no table of clients can be read from it.
    """
    if len(text.encode()) > MOST_BYTES:
        raise InvalidInput({field: _too_big()})
    try:
        found = list(_rows(text.removeprefix("\ufeff"), _divider(text), strict=True))
    except csv.Error as problem:
        sentence = _("We can't read this table: somewhere a quotation mark is opened and not closed.")
        raise InvalidInput({field: sentence}) from problem
    return _table(found, field)


def _rows(text: str, divider: str, *, strict: bool) -> Iterable[tuple[int, tuple[str, ...]]]:
    csv.field_size_limit(MOST_BYTES)
    lines = io.StringIO(text, newline="")
    for number, cells in enumerate(csv.reader(lines, delimiter=divider, strict=strict), 1):
        kept = tuple(cell.strip()[:LONGEST_CELL] for cell in cells)
        if any(kept):
            yield number, kept


def _divider(text: str) -> str:
    """The sign that divides the first rows into the same number of cells, and into the most of them."""
    beginning = text[:100_000]

    def evenness(divider: str) -> tuple[float, int]:
        rows = islice(_rows(beginning, divider, strict=False), LOOKED_AT)
        widths = [len(cells) for _number, cells in rows]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    return max(DIVIDERS, key=evenness)


def _table(found: list[tuple[int, tuple[str, ...]]], field: str) -> Table:
    if not found:
        raise InvalidInput({field: _("There is nothing in it. Paste the cells, with their header row.")})
    width = max(len(cells) for _number, cells in found)
    if width > MOST_COLUMNS:
        text = _(
            "This table has %(count)s columns; we can look at %(most)s. Leave out what is not about clients."
        )
        raise InvalidInput({field: text % {"count": width, "most": MOST_COLUMNS}})
    wide = [(number, cells + ("",) * (width - len(cells))) for number, cells in found]
    header = wide[0][1] if is_header(wide[0][1]) else ()
    rows = wide[1:] if header else wide
    _check_rows(rows, field)
    return Table(header, tuple(rows))


def _check_rows(rows: list[tuple[int, tuple[str, ...]]], field: str) -> None:
    if not rows:
        raise InvalidInput({field: _("Under the header there is no client. Choose the whole table.")})
    if len(rows) > MOST_ROWS:
        text = _("This table has %(count)s rows; we can take %(most)s at a time. Divide it.")
        raise InvalidInput({field: text % {"count": f"{len(rows):,}", "most": f"{MOST_ROWS:,}"}})
