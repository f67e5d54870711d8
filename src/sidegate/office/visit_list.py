"""The visits of a day, and the week around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from ..models import Visit
from ..models.frequency import PartOfDay
from ..models.visit import VisitQuerySet
from ..web.access import OfficeScope
from ..wording import rhythm
from .in_words import VISIT_TONES, InWords

PARTS_IN_ORDER = (PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.ANY)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit on a day's list."""

    id: UUID
    version: int
    client: str
    client_id: UUID
    phone: str
    service: str
    address: str
    access_notes: str
    price: str
    technician: str
    status: str
    status_words: str
    tone: str
    can_complete: bool
    arrival: str
    note: str


@dataclass(frozen=True, slots=True)
class PartOfList:
    """The visits of one part of the day."""

    name: str
    cards: list[VisitCard]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day in the strip above the list; `count` is of visits that take up the day."""

    iso: str
    weekday: str
    number: str
    words: str
    count: int
    is_shown: bool
    is_today: bool
    is_working: bool


@dataclass(frozen=True, slots=True)
class DayList:
    """A day with its visits; the neighbours and today as ISO dates."""

    iso: str
    words: str
    is_today: bool
    is_working: bool
    parts: list[PartOfList]
    count: int
    week: list[WeekDay]
    previous: str
    following: str
    today: str


def with_all(rows: VisitQuerySet) -> VisitQuerySet:
    """With everything in hand that a card, a letter and a page about a visit need."""
    return rows.select_related(
        "client_service__client", "client_service__service", "client_service__property",
        "technician__user", "booking_request",
    )  # fmt: skip


def order_of_day(part: str, arrives_from: time | None) -> str:
    """Sorts a day's visits by their time, else morning before afternoon before any time."""
    if arrives_from:
        return arrives_from.isoformat("minutes")
    return {PartOfDay.MORNING: "08", PartOfDay.AFTERNOON: "12"}.get(PartOfDay(part), "24")


def day_list(scope: OfficeScope, day: date) -> DayList:
    """Two statements, however many visits the day has."""
    words = InWords(scope.business)
    calendar = scope.business.calendar()
    visits = list(with_all(scope.visits().on(day)).order_by("client_service__client__name", "id"))
    return DayList(
        iso=day.isoformat(),
        words=words.day(day),
        is_today=day == words.today,
        is_working=calendar.is_working(day),
        parts=_parts(visits, words),
        count=sum(visit.status in Visit.OCCUPYING for visit in visits),
        week=_week(scope, day, words),
        previous=(day - timedelta(days=1)).isoformat(),
        following=(day + timedelta(days=1)).isoformat(),
        today=words.today.isoformat(),
    )


def _parts(visits: list[Visit], words: InWords) -> list[PartOfList]:
    """Morning before afternoon before any time, in each those with a time first; empty parts are left out."""
    visits = sorted(visits, key=lambda visit: visit.arrives_from or time.max)
    found = [
        PartOfList(
            rhythm.part_of_day_choice(part), [visit_card(v, words) for v in visits if v.part_of_day == part]
        )
        for part in PARTS_IN_ORDER
    ]
    return [part for part in found if part.cards]


def visit_card(visit: Visit, words: InWords) -> VisitCard:
    agreement, client = visit.client_service, visit.client_service.client
    return VisitCard(
        id=visit.pk,
        version=visit.version,
        client=client.name,
        client_id=client.pk,
        phone=client.phone,
        service=words.agreement(agreement),
        address=agreement.property.address,
        access_notes=agreement.property.access_notes,
        price=words.money(agreement.price_minor) if visit.is_charged else _("no charge"),
        technician=str(visit.technician.user) if visit.technician else "",
        status=visit.status,
        status_words=words.visit_status(visit.status),
        tone=VISIT_TONES[visit.status],
        can_complete=visit.status == Visit.Status.SCHEDULED and visit.date <= words.today,
        arrival=words.arrival(visit.arrives_from, visit.arrives_until),
        note=visit.note,
    )


def _week(scope: OfficeScope, day: date, words: InWords) -> list[WeekDay]:
    """Monday to Sunday of the week that the day is in."""
    monday = day - timedelta(days=day.weekday())
    counts = _counts(scope, monday)
    calendar = scope.business.calendar()
    return [
        WeekDay(
            iso=each.isoformat(),
            weekday=words.weekday(each, short=True),
            number=str(each.day),
            words=words.day(each),
            count=counts.get(each, 0),
            is_shown=each == day,
            is_today=each == words.today,
            is_working=calendar.is_working(each),
        )
        for each in _days_from(monday)
    ]


def _days_from(monday: date) -> Iterable[date]:
    return (monday + timedelta(days=number) for number in range(7))


def _counts(scope: OfficeScope, monday: date) -> dict[date, int]:
    rows = scope.visits().occupying().filter(date__gte=monday, date__lt=monday + WEEK)
    return dict(rows.values_list("date").annotate(Count("id")).order_by())
