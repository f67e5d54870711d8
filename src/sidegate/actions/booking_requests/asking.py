"""What a client may ask for, and whether what she asked can be taken (DESIGN rules 1, 2, 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...models import BookingRequest, Business, Client, ClientService, Property, Service, Visit
from ...models.business import FARTHEST_AHEAD
from ...models.frequency import Frequency, PartOfDay
from ...wording import dates
from ..errors import InvalidInput
from ..visits import Room

LONGEST_NOTES = 2000
VISITS_TO_REPORT = 3
# Days that look good: so many are named, of so many; a visit of less than that finds room as well.
DAYS_NAMED, LOOKED_AT, SHORT_VISIT = 4, timedelta(days=20), 30
Kind = BookingRequest.Kind


@dataclass(frozen=True, slots=True)
class Ask:
    """A filled-in form, parsed and not yet checked; what could not be parsed is None or empty."""

    kind: str
    property_id: UUID | None = None
    service_id: UUID | None = None
    window_start: date | None = None
    window_end: date | None = None
    part_of_day: str = PartOfDay.ANY
    frequency: str = ""
    about_visit_id: UUID | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An ask that can be taken: every id belongs to the client, the window is in order, the price is ours."""

    kind: str
    property: Property
    service: Service
    window_start: date
    window_end: date
    part_of_day: str
    frequency: str
    about_visit: Visit | None
    notes: str
    price_minor: int | None

    def columns(self) -> dict[str, Any]:
        """The columns of BookingRequest that an ask fills."""
        return {
            "kind": self.kind,
            "property": self.property,
            "service": self.service,
            "window_start": self.window_start,
            "window_end": self.window_end,
            "part_of_day": self.part_of_day,
            "frequency": self.frequency,
            "about_visit": self.about_visit,
            "notes": self.notes,
            "shown_price_minor": self.price_minor,
        }


class Options:
    """What the form offers one client; the same rows that her ask is checked against. Four statements.

    `for_office` where the office writes down what she asked: any service of the catalog, and from today on.
    """

    def __init__(self, business: Business, client: Client, *, for_office: bool = False) -> None:
        self.business, self.client, self.for_office = business, client, for_office
        self.now = timezone.now()
        self.today = business.today(self.now)
        self.calendar = business.calendar()

    @cached_property
    def properties(self) -> list[Property]:
        return list(
            Property.objects.active().filter(business=self.business, client=self.client).order_by("id")
        )

    @cached_property
    def services(self) -> list[Service]:
        offered = Service.objects.active() if self.for_office else Service.objects.requestable()
        return list(offered.filter(business=self.business).order_by("position", "id"))

    @cached_property
    def agreements(self) -> list[ClientService]:
        """Her agreements that a request would match, the one that started first foremost."""
        rows = ClientService.objects.matching(self.today).settled(self.now)
        return list(rows.filter(business=self.business, client=self.client).order_by("start_date", "id"))

    @cached_property
    def visits(self) -> list[Visit]:
        """Her last visits up to today, newest first: what an issue may be about."""
        rows = (
            Visit.objects.occupying()
            .settled(self.now)
            .filter(business=self.business, client_service__client=self.client, date__lte=self.today)
        )
        return list(
            rows.select_related("client_service__service", "client_service__property").order_by(
                "-date", "-id"
            )[:VISITS_TO_REPORT]
        )

    @property
    def earliest(self) -> date:
        """The first day a window may begin with; the office may waive the lead time."""
        return self.today if self.for_office else self.business.earliest_day(self.now)

    @cached_property
    def likely_free(self) -> list[date]:
        """The first working days that have room, where the business has said what a day holds; nothing promised.

        One statement, none without a bound. What other clients have is told by no more than that.
        """
        room = Room.between(self.business, self.earliest, self.earliest + LOOKED_AT)
        if not room.is_bounded:
            return []
        days = (self.earliest + timedelta(days=ahead) for ahead in range(LOOKED_AT.days + 1))
        fit = (d for d in days if self.calendar.is_working(d) and not room.is_full(d, minutes=SHORT_VISIT))
        return list(islice(fit, DAYS_NAMED))

    @property
    def latest(self) -> date:
        return self.today + FARTHEST_AHEAD

    def window_like(self, start: date, end: date) -> tuple[date, date]:
        """The next window of the same length that begins on the same weekday; where nobody works in it, from the
        next working day on."""
        length = min(end - start, FARTHEST_AHEAD / 2)
        first = self.earliest + timedelta(days=(start.weekday() - self.earliest.weekday()) % 7)
        working = self.calendar.next_working(first)
        if working is not None and working > first + length:
            first = working
        return first, first + length

    def agreement(self, property_id: UUID, service_id: UUID) -> ClientService | None:
        """Her agreement about a service at a property, for the name and price shown on the form."""
        return next(
            (a for a in self.agreements if a.property_id == property_id and a.service_id == service_id), None
        )

    def price(self, property_id: UUID, service: Service) -> int | None:
        """What she will pay, in minor units: her agreed price, else the catalog's; None where the business
        hides prices or has none, and confirms it later."""
        if not self.business.shows_prices:
            return None
        agreement = self.agreement(property_id, service.pk)
        return agreement.price_minor if agreement else service.price_minor

    def check(self, ask: Ask, *, keeps: BookingRequest | None = None) -> Checked:
        """The ask, if it can be taken; raises InvalidInput with a sentence for each field that cannot.

        `keeps` is the request that an edit changes: its service and visit stay allowed.
        """
        return Check(self, ask, keeps).result()


class Check:
    """One walk through the fields; collects a sentence for each that cannot be taken."""

    def __init__(self, options: Options, ask: Ask, keeps: BookingRequest | None) -> None:
        self.options, self.ask, self.keeps = options, ask, keeps
        self.errors: dict[str, str] = {}

    def result(self) -> Checked:
        ask = self.ask
        if ask.kind not in Kind.values or ask.kind in BookingRequest.OF_A_VISIT:
            self.errors["kind"] = _("Choose what you need.")
        visit = self._visit()
        place = visit.client_service.property if visit else self._property()
        service = self._service(visit.client_service.service_id if visit else ask.service_id)
        self.window()
        self.part_of_day()
        self._rhythm()
        self.notes()
        start, end = ask.window_start, ask.window_end
        if self.errors or service is None or place is None or start is None or end is None:
            raise InvalidInput(self.errors)
        return Checked(
            kind=ask.kind,
            property=place,
            service=service,
            window_start=start,
            window_end=end,
            part_of_day=ask.part_of_day,
            frequency=ask.frequency if ask.kind == Kind.RECURRING else "",
            about_visit=visit,
            notes=ask.notes,
            price_minor=self._price(place, service, visit),
        )

    def _price(self, place: Property, service: Service, visit: Visit | None) -> int | None:
        """For a visit's issue the price of that visit's own agreement, while it holds."""
        options = self.options
        if visit and options.business.shows_prices and visit.client_service in options.agreements:
            return visit.client_service.price_minor
        return options.price(place.pk, service)

    def _visit(self) -> Visit | None:
        """The visit an issue is about; then service and property are that visit's (rule 13b)."""
        if self.ask.kind != Kind.ISSUE_REPORT or self.ask.about_visit_id is None:
            return None
        known: Sequence[Visit] = self.options.visits
        found = next((visit for visit in known if visit.pk == self.ask.about_visit_id), None)
        if found is None and self.keeps and self.keeps.about_visit_id == self.ask.about_visit_id:
            found = self.keeps.about_visit
        if found is None:
            self.errors["about_visit"] = _("Choose one of the visits in the list.")
        return found

    def _property(self) -> Property | None:
        """The one she chose; where she has only one, that one (rule 1)."""
        known = self.options.properties
        if self.ask.property_id is None and len(known) == 1:
            return known[0]
        found = next((place for place in known if place.pk == self.ask.property_id), None)
        if found is None:
            self.errors["property"] = _("Choose the address.")
        return found

    def _service(self, service_id: UUID | None) -> Service | None:
        found = next((s for s in self.options.services if s.pk == service_id), None)
        if found is None and service_id is not None and self._is_hers(service_id):
            found = Service.objects.active().filter(business=self.options.business, pk=service_id).first()
        if found is None:
            self.errors["service"] = _("Choose a service from the list.")
        return found

    def _is_hers(self, service_id: UUID) -> bool:
        """A service she may name though the catalog no longer offers it: of a visit she reports, or of the
        request she edits."""
        of_visits = {visit.client_service.service_id for visit in self.options.visits}
        is_report = self.ask.kind == Kind.ISSUE_REPORT and self.ask.about_visit_id is not None
        return (is_report and service_id in of_visits) or (
            self.keeps is not None and self.keeps.service_id == service_id
        )

    def window(self) -> None:
        start, end = self.ask.window_start, self.ask.window_end
        options = self.options
        if start is None:
            self.errors["window_start"] = _("Choose the first day that suits you.")
        elif start < options.earliest:
            text = _("That day has passed. The first day you can ask for is %(date)s.")
            if start >= options.today:
                text = _("That is too soon for us. The first day you can ask for is %(date)s.")
            self.errors["window_start"] = text % {"date": self._day(options.earliest)}
        if end is None:
            self.errors["window_end"] = _("Choose the last day that suits you.")
        elif start is not None and end < start:
            self.errors["window_end"] = _("The last day is before the first. Choose %(date)s or later.") % {
                "date": self._day(start)
            }
        elif end > options.latest:
            self.errors["window_end"] = _(
                "That is too far ahead. The last day you can ask for is %(date)s."
            ) % {"date": self._day(options.latest)}
        if start and end and not self.errors.keys() & {"window_start", "window_end"}:
            self._has_working_day(start, end)

    def _has_working_day(self, start: date, end: date) -> None:
        working = self.options.calendar.next_working(start)
        if working is None or working <= end:
            return
        text = _("We don't work on those days. The next day we do is %(date)s.")
        self.errors["window_end"] = text % {"date": self._day(working)}

    def notes(self) -> None:
        if len(self.ask.notes) > LONGEST_NOTES:
            self.errors["notes"] = _("Notes can have up to %(most)s characters; these have %(count)s.") % {
                "most": f"{LONGEST_NOTES:,}",
                "count": f"{len(self.ask.notes):,}",
            }

    def part_of_day(self) -> None:
        if self.ask.part_of_day not in PartOfDay.values:
            self.errors["part_of_day"] = _("Choose any time, morning or afternoon.")

    def _rhythm(self) -> None:
        if self.ask.kind == Kind.RECURRING and self.ask.frequency not in Frequency.values:
            self.errors["frequency"] = _("Choose how often.")

    def _day(self, value: date) -> str:
        business = self.options.business
        return dates.day(value, get_language() or "en", business.country, today=self.options.today)
