"""How a visit stands in its client's calendar. What a letter carries is kept in the Event that causes the letter,
whole: a letter about Tuesday carries Tuesday, whatever becomes of the visit before it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ...models import Business, Visit
from ...wording import rhythm
from ...wording.appointments import Appointment, clock

OFF = (Visit.Status.CANCELLED, Visit.Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class InCalendar:
    """Visits of one agreement; `name` is that of the agreement, in the language of who reads it."""

    business: Business
    name: str
    place: str
    language: str

    def kept(self, visits: Iterable[Visit]) -> dict[str, Any]:
        """For an Event's data. Asks nothing of the database."""
        with translation.override(self.language):
            appointments = [self._appointment(visit).kept() for visit in visits]
        return {"zone": self.business.time_zone, "visits": appointments}

    def _appointment(self, visit: Visit) -> Appointment:
        return Appointment(
            key=str(visit.pk),
            version=visit.version,
            written_at=timezone.now(),
            date=visit.date,
            summary=summary(self.name, visit),
            arrives_from=visit.arrives_from,
            arrives_until=visit.arrives_until,
            minutes=visit.duration_minutes,
            is_off=visit.status in OFF,
            place=self.place,
            about=arrival_words(visit, self.language, self.business.country),
            link=f"{settings.SIDEGATE_BASE_URL}/{self.business.slug}/visits/{visit.pk}",
        )


def summary(name: str, visit: Visit) -> str:
    """ "Weekly mowing, morning", in the language that is active."""
    return ", ".join(filter(None, (name, rhythm.part_of_day(visit.part_of_day))))


def arrival_words(visit: Visit, language: str, country: str) -> str:
    """ "Arrival between 9:00 AM and 11:00 AM", in the language that is active; empty where no window was agreed."""
    if visit.arrives_from is None or visit.arrives_until is None:
        return ""
    begins, ends = (clock(value, language, country) for value in (visit.arrives_from, visit.arrives_until))
    return _("Arrival between %(from)s and %(until)s") % {"from": begins, "until": ends}
