"""A coming visit as its client reads it, in a list and on its page."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import get_language

from ..actions.visits import arrival_words
from ..models import Visit
from ..web.access import PortalScope
from ..wording import dates, rhythm


@dataclass(frozen=True, slots=True)
class VisitLine:
    id: UUID
    date: date
    day: str
    weekday: str
    month: str
    part_of_day: str
    arrival: str
    service: str
    address: str
    status: str
    is_on_closed_day: bool


def visit_line(scope: PortalScope, visit: Visit) -> VisitLine:
    """Needs its agreement in hand, with service and property."""
    language, business = get_language() or "en", scope.business
    agreed = visit.client_service
    return VisitLine(
        id=visit.pk,
        date=visit.date,
        day=dates.day(visit.date, language, business.country, today=business.today()),
        weekday=dates.weekday(visit.date, language, short=True),
        month=dates.month(visit.date, language),
        part_of_day=rhythm.part_of_day(visit.part_of_day),
        arrival=arrival_words(visit, language, business.country),
        service=rhythm.agreement_name(
            agreed.service.name_in(language, business.default_language), agreed.frequency
        ),
        address=agreed.property.address,
        status=visit.status,
        is_on_closed_day=business.is_closed_on(visit.date),
    )
