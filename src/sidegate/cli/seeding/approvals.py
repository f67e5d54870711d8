"""What an approval makes: visits, under the household's agreement or a new one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from ...actions.booking_requests.plan import series_dates
from .asked import Asked
from .chance import dashed, instant
from .store import Bundle, Row
from .town import CLIENT_SERVICES, VISITS, Agreement, Town, rhythm_row

GOES_ON: Final = timedelta(days=60)  # a series from an approval ends after that, so that the town stays small
CHARGED_ISSUES, AS_RECURRING = 0.3, 0.5


class Approval:
    """One approval carried out at a second; the first of its days is that of the request's visit.

    Under her agreement where she has one; else under a new one, half of the recurring ones as asked.
    """

    def __init__(self, town: Town, asked: Asked, at: float) -> None:
        self.town, self.asked, self.at = town, asked, at
        self.is_charged = asked.kind != "issue_report" or town.chance.is_so(CHARGED_ISSUES)
        found = asked.agreement
        self.makes_agreement = found is None
        self.agreement = found or self._new_agreement()
        self.days = self._days()
        self.visit_ids = tuple(town.chance.key(at) for _day in self.days)

    def _new_agreement(self) -> Agreement:
        asked, chance = self.asked, self.town.chance
        return Agreement(
            id=chance.key(self.at),
            price_minor=asked.shown_price_minor if self.is_charged else 0,
            frequency=asked.frequency if chance.is_so(AS_RECURRING) else "",
            weekday=asked.start.weekday(),
        )

    def _days(self) -> tuple[date, ...]:
        if not self.makes_agreement:
            return (self._free_day(),)
        start, frequency = self.asked.start, self.agreement.frequency
        return series_dates(start, frequency) if frequency else (start,)

    def _free_day(self) -> date:
        """The first day of the window that is none of her plan's; where there is none, the first."""
        for ahead in range((self.asked.end - self.asked.start).days + 1):
            day = self.asked.start + timedelta(days=ahead)
            if day.weekday() != self.agreement.weekday and self.town.calendar.is_working(day):
                return day
        return self.asked.start

    def facts(self) -> dict[str, Any]:
        """As the Event of the decision keeps them."""
        return {
            "date": self.days[0].isoformat(),
            "price_minor": self.agreement.price_minor,
            "is_charged": self.is_charged,
            "frequency": self.agreement.frequency,
            "client_service": dashed(self.agreement.id),
            "makes_client_service": self.makes_agreement,
            "visits": [dashed(key) for key in self.visit_ids],
        }

    def rows(self) -> Bundle:
        visits: Bundle = [(VISITS, row) for row in self._visits()]
        return [(CLIENT_SERVICES, self._agreed()), *visits] if self.makes_agreement else visits

    def _agreed(self) -> Row:
        agreement, asked = self.agreement, self.asked
        return (
            agreement.id, self.town.id, asked.household.client_id, asked.household.property_id, asked.service.id,
            agreement.price_minor, agreement.frequency, self.days[0].isoformat(), self._agreement_status(), asked.id,
            instant(self.at), *self._rhythm(),
        )  # fmt: skip

    def _rhythm(self) -> tuple[Any, ...]:
        has_ended = self.days[0] + GOES_ON <= self.town.today
        return rhythm_row(self.agreement.frequency, self.days[0], None if has_ended else self.town.last_day)

    def _agreement_status(self) -> str:
        """One-time ones are completed with their visit; a series that goes on is the household's from now."""
        if not self.agreement.frequency:
            return "active" if self.days[0] >= self.town.today else "completed"
        if self.days[0] + GOES_ON <= self.town.today:
            return "cancelled"
        self.asked.household.agreements[self.asked.place] = self.agreement
        return "active"

    def _visits(self) -> Iterator[Row]:
        is_series = self.makes_agreement and bool(self.agreement.frequency)
        for key, day in zip(self.visit_ids, self.days, strict=True):
            written = day.isoformat()
            yield (
                key, self.town.id, self.agreement.id, written, self.asked.part_of_day, int(self.is_charged),
                "scheduled" if day >= self.town.today else "completed", self.asked.id if day == self.days[0] else None,
                written if is_series else None, instant(self.at),
            )  # fmt: skip
