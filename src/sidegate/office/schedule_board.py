"""A week or a day of visits, a lane for each who goes: what the board shows, in words.

Statements: the visits, what each day holds, and the team; however many visits there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from ..actions.visits import Room
from ..models import Visit
from ..web.access import OfficeScope
from ..wording import rhythm
from ..wording.languages import in_language
from .in_words import InWords
from .schedule_load import DayLoad, load_of
from .visit_list import order_of_day

NOBODY = "nobody"
WEEK, STRIP = 7, 14
SIGNS = {"scheduled": "clock", "completed": "check", "skipped": "right", "cancelled": "x"}
COLUMNS = (
    "id", "version", "date", "part_of_day", "arrives_from", "arrives_until", "status", "technician_id", "note",
    "client_service__client__name", "client_service__service__names", "client_service__frequency",
    "client_service__property__address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """A visit on the board. `lane` is its technician's key, or NOBODY; `when` is empty at any time of the day."""

    id: UUID
    version: int
    day: date
    lane: str
    client: str
    service: str
    address: str
    when: str
    status: str
    status_words: str
    sign: str
    has_note: bool
    order: tuple[str, str, str]

    @property
    def can_move(self) -> bool:
        return self.status == Visit.Status.SCHEDULED


@dataclass(frozen=True, slots=True)
class BoardDay:
    """A day at the head of its column, or in the strip; `count` is of visits that take up the day."""

    iso: str
    weekday: str
    number: str
    words: str
    count: int
    load: DayLoad
    is_shown: bool
    is_today: bool
    is_working: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """The visits of one lane on one day."""

    day: BoardDay
    visits: list[BoardVisit]


@dataclass(frozen=True, slots=True)
class Lane:
    """Who goes, with her visits of each day shown; the first is of visits nobody is settled for."""

    key: str
    name: str
    cells: list[Cell]

    def count(self) -> int:
        return sum(len(cell.visits) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Who:
    """A choice of the filter by who goes; all of them without a key."""

    key: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Some days of the schedule. `shown` is the day that a phone shows; the strip begins with its week."""

    title: str
    shown: BoardDay
    days: list[BoardDay]
    strip: list[BoardDay]
    lanes: list[Lane]
    choices: list[Who]
    who: str
    previous: str
    following: str
    today: str
    has_today: bool
    has_own: bool

    def is_empty(self) -> bool:
        return not any(lane.count() for lane in self.lanes)

    def shown_is_empty(self) -> bool:
        cells = (cell for lane in self.lanes for cell in lane.cells)
        return not any(cell.visits for cell in cells if cell.day.is_shown)


def week_board(scope: OfficeScope, day: date, who: str) -> Board:
    """Monday to Sunday of the week that the day is in."""
    monday = day - timedelta(days=day.weekday())
    return _board(scope, day, _days(monday, WEEK), who, step=WEEK)


def day_board(scope: OfficeScope, day: date, who: str) -> Board:
    return _board(scope, day, [day], who, step=1)


def _board(scope: OfficeScope, shown: date, days: Sequence[date], who: str, *, step: int) -> Board:
    words = InWords(scope.business)
    visits = _visits(scope, days, words)
    heads = _heads(scope, shown, words)
    lanes = _lanes(scope, visits, [heads[day] for day in days], days)
    chosen = who if who in {lane.key for lane in lanes} else ""
    return Board(
        title=words.span(days[0], days[-1]),
        shown=heads[shown],
        days=[heads[day] for day in days],
        strip=list(heads.values()),
        lanes=[lane for lane in lanes if chosen in ("", lane.key)],
        choices=[Who("", _("Everyone"), not chosen)]
        + [Who(lane.key, lane.name, lane.key == chosen) for lane in lanes],
        who=chosen,
        previous=(shown - timedelta(days=step)).isoformat(),
        following=(shown + timedelta(days=step)).isoformat(),
        today=words.today.isoformat(),
        has_today=words.today in days,
        has_own=any(visit.lane == str(scope.membership.pk) for visit in visits),
    )


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def _visits(scope: OfficeScope, days: Sequence[date], words: InWords) -> list[BoardVisit]:
    rows = scope.visits().filter(date__gte=days[0], date__lte=days[-1]).values_list(*COLUMNS)
    return sorted((_visit(row, words) for row in rows), key=lambda visit: visit.order)


def _visit(row: tuple, words: InWords) -> BoardVisit:  # type: ignore[type-arg]
    (
        key, version, day, part, first, last, status, technician, note, client, names, frequency, address
    ) = row  # fmt: skip
    name = in_language(names, words.language, words.business.default_language)
    return BoardVisit(
        id=key,
        version=version,
        day=day,
        lane=str(technician or NOBODY),
        client=client,
        service=rhythm.agreement_name(name, frequency),
        address=address,
        when=words.arrival(first, last) or (part != "any" and rhythm.part_of_day_choice(part)) or "",
        status=status,
        status_words=words.visit_status(status),
        sign=SIGNS[status],
        has_note=bool(note),
        order=(order_of_day(part, first), client, str(key)),
    )


def _heads(scope: OfficeScope, shown: date, words: InWords) -> dict[date, BoardDay]:
    """Two weeks from the Monday of the day shown: a strip to go along."""
    days = _days(shown - timedelta(days=shown.weekday()), STRIP)
    room = Room(scope.business)
    room.read(days)
    calendar = scope.business.calendar()
    return {
        day: BoardDay(
            iso=day.isoformat(),
            weekday=words.weekday(day, short=True),
            number=str(day.day),
            words=words.day(day),
            count=room.on(day).visits,
            load=load_of(words, room.on(day)),
            is_shown=day == shown,
            is_today=day == words.today,
            is_working=calendar.is_working(day),
        )
        for day in days
    }


def _lanes(
    scope: OfficeScope, visits: Iterable[BoardVisit], heads: Sequence[BoardDay], days: Sequence[date]
) -> list[Lane]:
    found: dict[tuple[str, date], list[BoardVisit]] = defaultdict(list)
    for visit in visits:
        found[visit.lane, visit.day].append(visit)
    people = [(NOBODY, _("Nobody yet")), *_people(scope, {lane for lane, _day in found})]
    return [
        Lane(key, name, [Cell(head, found[key, day]) for head, day in zip(heads, days, strict=True)])
        for key, name in people
    ]


def _people(scope: OfficeScope, going: Collection[str]) -> list[tuple[str, str]]:
    """The team, and who has left but went, or was to go, on one of the days."""
    there = Q(is_active=True) | Q(pk__in=[key for key in going if key != NOBODY])
    rows = scope.memberships().filter(there).select_related("user").order_by("user__name", "id")
    return [(str(member.pk), str(member.user)) for member in rows]
