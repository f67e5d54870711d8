"""The rows of a table, each read on its own: what it says of a client, and what in it cannot be taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from ...models import Business
from ...wording.typed import clean_line, clean_text
from .columns import ALL_FIELDS, JOINED, NAME_PARTS, plain
from .guarding import unguarded
from .reading import Table
from .values import (
    Unreadable,
    day_numbers,
    day_of,
    email_of,
    frequency_of,
    language_of,
    phone_of,
    price_of,
)

LONGEST = {"name": 120, "address": 200, "access_notes": 2000, "service": 80}
LONGEST_TAG = 40
FARTHEST_DAYS, LONGEST_AGO_DAYS = 730, 3653

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not taken. `other` names what it collides with: a row's number, a client's name."""

    code: str
    field: str = ""
    typed: str = ""
    other: str = ""

    def stored(self) -> dict[str, str]:
        return {"code": self.code, "field": self.field, "typed": self.typed[:200], "other": self.other}


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """What a row says. Empty, or None, is what it does not say: that leaves alone what is known already.

    `frequency` is None where nothing is said, empty for one-time.
    """

    number: int
    cells: tuple[str, ...]
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    address: str = ""
    access_notes: str = ""
    tags: tuple[str, ...] = ()
    service: str = ""
    frequency: str | None = None
    price_minor: int | None = None
    next_visit: date | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read: what its columns hold, in which language its amounts are written, and in which order
    its dates ("mdy", "dmy"; empty where nobody has said)."""

    business: Business
    columns: Sequence[str]
    language: str
    date_order: str
    today: date


def parsed_rows(table: Table, reading: Reading) -> list[ParsedRow]:
    """Each row read, and beside the others: an email stands for one client, whatever the number of rows."""
    rows = [_Row(number, cells, reading).parsed() for number, cells in table.rows]
    return _without_collisions(rows)


def cells_by_field(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """The texts of a row by what they hold; columns of one field are joined, the parts of a name too."""
    found: dict[str, list[str]] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name in ALL_FIELDS and cell:
            found.setdefault(name, []).append(unguarded(cell))
    joined = {name: JOINED.get(name, " ").join(texts) for name, texts in found.items()}
    if whole := " ".join(joined.pop(part, "") for part in NAME_PARTS).strip():
        joined.setdefault("name", whole)
    return joined


class _Row:
    """One walk through a row; each cell that cannot be taken leaves a problem."""

    def __init__(self, number: int, cells: tuple[str, ...], reading: Reading) -> None:
        self.number, self.cells, self.reading = number, cells, reading
        self.typed = cells_by_field(cells, reading.columns)
        self.problems: list[Problem] = []

    def parsed(self) -> ParsedRow:
        business, language = self.reading.business, self.reading.language
        values: dict[str, Any] = {
            "name": self._line("name"),
            "email": self._read("email", email_of) or "",
            "phone": self._read("phone", lambda typed: phone_of(typed, business)) or "",
            "language": self._read("language", language_of) or "",
            "address": self._line("address"),
            "access_notes": self._within("access_notes", clean_text(self.typed.get("access_notes", ""))),
            "tags": self._tags(),
            "service": self._line("service"),
            "frequency": self._read("frequency", frequency_of),
            "price_minor": self._read("price", lambda typed: price_of(typed, business, language)),
            "next_visit": self._read("next_visit", self._day),
        }
        self._whole(values)
        return ParsedRow(self.number, self.cells, **values, problems=tuple(self.problems))

    def _whole(self, values: dict[str, Any]) -> None:
        """What is missing, where nothing else is wrong with it."""
        wrong = {problem.field for problem in self.problems}
        if not values["name"] and "name" not in wrong:
            self.problems.append(Problem("name_missing", "name"))
        if not (values["email"] or values["phone"] or wrong & {"email", "phone"}):
            self.problems.append(Problem("unreachable", "email"))
        if not values["service"] and (values["price_minor"] is not None or values["next_visit"]):
            self.problems.append(Problem("service_missing", "service"))

    def _read(self, name: str, read: Callable[[str], T]) -> T | None:
        typed = clean_line(self.typed.get(name, ""))
        if not typed:
            return None
        try:
            return read(typed)
        except Unreadable as problem:
            self.problems.append(Problem(problem.code, name, typed))
            return None

    def _line(self, name: str) -> str:
        return self._within(name, clean_line(self.typed.get(name, "")))

    def _within(self, name: str, text: str) -> str:
        if len(text) <= LONGEST[name]:
            return text
        self.problems.append(Problem("too_long", name, text[:60], str(LONGEST[name])))
        return ""

    def _tags(self) -> tuple[str, ...]:
        words = (clean_line(tag) for tag in self.typed.get("tags", "").replace(";", ",").split(","))
        tags = tuple(dict.fromkeys(word for word in words if word))
        if too_long := next((tag for tag in tags if len(tag) > LONGEST_TAG), ""):
            self.problems.append(Problem("too_long", "tags", too_long[:60], str(LONGEST_TAG)))
        return tags

    def _day(self, typed: str) -> date:
        day = day_of(typed, self.reading.date_order, self.reading.today)
        if (day - self.reading.today).days > FARTHEST_DAYS:
            raise Unreadable("too_far")
        if (self.reading.today - day).days > LONGEST_AGO_DAYS:
            raise Unreadable("too_long_ago")
        return day


@dataclass(slots=True)
class _Seen:
    """The first row of each email, and of each phone, in the table."""

    by_email: dict[str, ParsedRow] = field(default_factory=dict)
    by_phone: dict[str, ParsedRow] = field(default_factory=dict)

    def collision(self, row: ParsedRow) -> Problem | None:
        """With an earlier row that has the same email, or without emails the same phone, under another name."""
        if row.email:
            first = self.by_email.setdefault(row.email, row)
            if plain(first.name) != plain(row.name):
                return Problem("email_of_other_row", "email", row.email, str(first.number))
        elif row.phone:
            first = self.by_phone.setdefault(row.phone, row)
            if plain(first.name) != plain(row.name):
                return Problem("phone_of_other_row", "phone", row.phone, str(first.number))
        return None


def _without_collisions(rows: Iterable[ParsedRow]) -> list[ParsedRow]:
    seen, found = _Seen(), []
    for row in rows:
        problem = None if row.problems else seen.collision(row)
        found.append(replace(row, problems=(problem,)) if problem else row)
    return found


def needs_date_order(table: Table, columns: Sequence[str]) -> bool:
    """Whether a date in the table can be read in two ways."""
    return any(numbers.is_ambiguous for numbers in _day_numbers(table, columns))


def proven_date_order(table: Table, columns: Sequence[str]) -> str:
    """The order that other dates of the table prove; empty where none does, or where they contradict each other."""
    proofs = {numbers.proves for numbers in _day_numbers(table, columns)} - {""}
    return proofs.pop() if len(proofs) == 1 else ""


def _day_numbers(table: Table, columns: Sequence[str]) -> list[Any]:
    places = [place for place, name in enumerate(columns) if name == "next_visit"]
    cells = (cells[place] for _number, cells in table.rows for place in places if cells[place])
    return [numbers for cell in cells if (numbers := day_numbers(cell))]
