"""A day's visits on paper: what whoever goes needs, without prices."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ..models import Visit
from ..web.access import OfficeScope
from ..wording import rhythm
from .in_words import InWords
from .schedule_board import NOBODY
from .visit_list import order_of_day, with_all


@dataclass(frozen=True, slots=True)
class PaperVisit:
    """A line of the list."""

    when: str
    client: str
    phone: str
    service: str
    address: str
    access_notes: str
    note: str
    status_words: str
    is_scheduled: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The visits of one who goes."""

    key: str
    name: str
    visits: list[PaperVisit]


@dataclass(frozen=True, slots=True)
class Paper:
    iso: str
    words: str
    who: str
    is_working: bool
    sheets: list[Sheet]
    previous: str
    following: str


def paper_of(scope: OfficeScope, day: date, who: str) -> Paper:
    """One statement. What was cancelled or skipped is left out."""
    words = InWords(scope.business)
    rows = with_all(scope.visits().on(day).occupying())
    found: dict[str, list[Visit]] = defaultdict(list)
    names = {NOBODY: _("Nobody yet")}
    for visit in sorted(rows, key=_in_order):
        key = str(visit.technician_id or NOBODY)
        found[key].append(visit)
        names.setdefault(key, str(visit.technician and visit.technician.user))
    keys = sorted(found, key=lambda key: (key == NOBODY, names[key]))
    return Paper(
        iso=day.isoformat(),
        words=words.day(day),
        who=who,
        is_working=scope.business.calendar().is_working(day),
        sheets=[
            Sheet(key, names[key], [_line(visit, words) for visit in found[key]])
            for key in keys
            if who in ("", key)
        ],
        previous=(day - timedelta(days=1)).isoformat(),
        following=(day + timedelta(days=1)).isoformat(),
    )


def _in_order(visit: Visit) -> tuple[str, str, str]:
    at = order_of_day(visit.part_of_day, visit.arrives_from)
    return at, visit.client_service.client.name, str(visit.pk)


def _line(visit: Visit, words: InWords) -> PaperVisit:
    agreement = visit.client_service
    return PaperVisit(
        when=words.arrival(visit.arrives_from, visit.arrives_until)
        or rhythm.part_of_day_choice(visit.part_of_day),
        client=agreement.client.name,
        phone=words.phone(agreement.client.phone),
        service=words.agreement(agreement),
        address=agreement.property.address,
        access_notes=agreement.property.access_notes,
        note=visit.note,
        status_words=words.visit_status(visit.status),
        is_scheduled=visit.status == Visit.Status.SCHEDULED,
    )
