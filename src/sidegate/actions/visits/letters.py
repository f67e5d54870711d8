"""What a client reads about her visit: rendered in her language, before the transaction that stores it."""

from collections.abc import Sequence
from datetime import date, time

from babel.lists import format_list
from django.conf import settings
from django.utils import translation

from ...models import Business, ClientService, Visit
from ...wording import dates, rhythm
from ...wording.languages import locale_of
from ..clients import recipient_of
from ..messages import Draft, Recipient, draft, own_words
from .in_calendar import InCalendar

DAYS_NAMED = 6


def moved_letter(
    visit: Visit, day: date, part_of_day: str, arrives_from: time | None, arrives_until: time | None
) -> Draft:
    """The visit's old date and time stand in it beside the new ones."""
    letter = _Letter(visit.client_service, visit)
    return letter.draft(
        "visit.moved",
        old_date=letter.appointment(visit),
        date=letter.day(day),
        part_of_day=letter.time_of_day(part_of_day, arrives_from, arrives_until),
    )


def cancelled_letter(visit: Visit, reason: str) -> Draft:
    letter = _Letter(visit.client_service, visit)
    return letter.draft(
        "visit.cancelled",
        date=letter.day(visit.date),
        part_of_day=letter.time_of_day(visit.part_of_day, visit.arrives_from, visit.arrives_until),
        reason=reason,
    )


def all_cancelled_letter(client_service: ClientService, days: Sequence[date], reason: str) -> Draft:
    """One letter about all of these visits of one agreement, be they one or several."""
    letter = _Letter(client_service)
    if len(days) == 1:
        return letter.draft("visit.cancelled", date=letter.day(days[0]), part_of_day="", reason=reason)
    return letter.draft("visits.cancelled", dates=letter.days(days), reason=reason)


def plan_changed_letter(before: ClientService, after: ClientService, days: Sequence[date]) -> Draft:
    """The old rhythm of a recurring service beside the new one, and the days of it that are on the schedule."""
    letter = _Letter(before)
    return letter.draft(
        "plan.changed",
        old_rhythm=letter.rhythm_of(before),
        rhythm=letter.rhythm_of(after),
        dates=letter.days(days[:DAYS_NAMED]),
    )


def in_calendar(client_service: ClientService) -> InCalendar:
    """How visits of the agreement stand in its client's calendar."""
    letter = _Letter(client_service)
    return InCalendar(letter.business, letter.name(), client_service.property.address, letter.language)


class _Letter:
    """Writes to the client of an agreement, in the language really used for her."""

    def __init__(self, client_service: ClientService, visit: Visit | None = None) -> None:
        self.client_service, self.visit = client_service, visit
        self.business: Business = client_service.business
        self.recipient: Recipient = recipient_of(client_service.client, self.business)
        self.language = self.recipient.language
        self.today = self.business.today()

    def draft(self, key: str, **values: str) -> Draft:
        said = {**self._about(), **values}
        words = own_words(self.business.pk, (key,))
        return draft(key, words=words, recipient=self.recipient, values=said)

    def name(self) -> str:
        agreement = self.client_service
        with translation.override(self.language):
            name = agreement.service.name_in(self.language, self.business.default_language)
            return rhythm.agreement_name(name, agreement.frequency)

    def _about(self) -> dict[str, str]:
        agreement, business = self.client_service, self.business
        return {
            "business": business.name,
            "business_phone": business.phone,
            "client": agreement.client.first_name(),
            "service": self.name(),
            "address": agreement.property.address,
            "reference": self._reference(),
            "link": self._link(),
        }

    def _reference(self) -> str:
        request = self.visit.booking_request if self.visit else None
        return request.reference if request else ""

    def _link(self) -> str:
        """The request the visit answers, else her portal."""
        portal = f"{settings.SIDEGATE_BASE_URL}/{self.business.slug}/"
        reference = self._reference()
        return f"{portal}requests/{reference}" if reference else portal

    def day(self, value: date) -> str:
        return dates.day(value, self.language, self.business.country, today=self.today)

    def days(self, values: Sequence[date]) -> str:
        """Short ones, as a list: "Mar 3, Mar 10, and Mar 17"."""
        short = [dates.short_day(value, self.language, self.business.country) for value in values]
        return str(format_list(short, locale=locale_of(self.language, self.business.country)))

    def rhythm_of(self, agreement: ClientService) -> str:
        """ "every week on Tuesday and Thursday"; "once" where it does not repeat."""
        with translation.override(self.language):
            return rhythm.in_words(agreement.recurrence() if agreement.frequency else None, self.language)

    def part_of_day(self, part: str) -> str:
        with translation.override(self.language):
            return rhythm.part_of_day(part)

    def time_of_day(self, part: str, first: time | None, last: time | None) -> str:
        """The arrival window where one is settled, else the part of the day."""
        if first and last:
            return dates.times(first, last, self.language, self.business.country)
        return self.part_of_day(part)

    def appointment(self, visit: Visit) -> str:
        at = self.time_of_day(visit.part_of_day, visit.arrives_from, visit.arrives_until)
        return ", ".join(filter(None, (self.day(visit.date), at)))
