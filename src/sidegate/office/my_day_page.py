"""A technician's day: each visit with the way there, the phone, how to get in, and what may be pressed."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import ngettext

from ..models import Visit
from ..web.access import TechnicianScope
from ..wording import rhythm
from .in_words import VISIT_TONES, InWords
from .maps import way_to
from .visit_list import order_of_day, with_all


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit of hers. `call` is empty where no number is known."""

    id: UUID
    version: int
    when: str
    minutes: str
    client: str
    phone: str
    call: str
    service: str
    address: str
    way: str
    access_notes: str
    asked: str
    note: str
    status: str
    status_words: str
    tone: str
    can_complete: bool


@dataclass(frozen=True, slots=True)
class MyDay:
    """`left` says how many visits are still to do; `next_day` is the next one that has any, where this one has none."""

    iso: str
    words: str
    is_today: bool
    is_working: bool
    visits: list[OwnVisit]
    left: str
    next_iso: str
    next_words: str
    previous: str
    following: str


def my_day_page(request: HttpRequest, scope: TechnicianScope, day: date) -> MyDay:
    """Two statements at most."""
    words = InWords(scope.business)
    visits = sorted(with_all(scope.visits().on(day)), key=_in_order)
    following = None if visits else _next_day(scope, max(day, words.today))
    left = sum(visit.status == Visit.Status.SCHEDULED for visit in visits)
    return MyDay(
        iso=day.isoformat(),
        words=words.span(day, day),
        is_today=day == words.today,
        is_working=scope.business.calendar().is_working(day),
        visits=[_visit(request, visit, words) for visit in visits],
        left=ngettext("%(count)s visit to do", "%(count)s visits to do", left) % {"count": left},
        next_iso=following.isoformat() if following else "",
        next_words=words.day(following) if following else "",
        previous=(day - timedelta(days=1)).isoformat(),
        following=(day + timedelta(days=1)).isoformat(),
    )


def _in_order(visit: Visit) -> tuple[str, str, str]:
    at = order_of_day(visit.part_of_day, visit.arrives_from)
    return at, visit.client_service.client.name, str(visit.pk)


def _next_day(scope: TechnicianScope, after: date) -> date | None:
    rows = scope.visits().upcoming(after).order_by("date").values_list("date", flat=True)
    return rows.first()


def _visit(request: HttpRequest, visit: Visit, words: InWords) -> OwnVisit:
    agreement = visit.client_service
    client, place, asked = agreement.client, agreement.property, visit.booking_request
    return OwnVisit(
        id=visit.pk,
        version=visit.version,
        when=words.arrival(visit.arrives_from, visit.arrives_until)
        or rhythm.part_of_day_choice(visit.part_of_day),
        minutes=words.hours(visit.duration_minutes),
        client=client.name,
        phone=words.phone(client.phone),
        call=f"tel:{client.phone}" if client.phone.startswith("+") else "",
        service=words.agreement(agreement),
        address=place.address,
        way=way_to(request, place.address),
        access_notes=place.access_notes,
        asked=asked.notes if asked else "",
        note=visit.note,
        status=visit.status,
        status_words=words.visit_status(visit.status),
        tone=VISIT_TONES[visit.status],
        can_complete=visit.status == Visit.Status.SCHEDULED and visit.date <= words.today,
    )
