"""What approving would do, worked out before anyone presses: one function for the screen and for approve.

`plan_approvals` is what the queue shows and what `approve_booking_request` carries out, so that the
preview cannot lie (DESIGN rules 8 to 14).
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ...models import BookingRequest, Business, ClientService
from ...models.business import WorkingCalendar
from ...models.recurrence import Recurrence
from ...wording.languages import choose_language
from ..visits import Room, first_dates
from .facts import AgreementFacts, RequestFacts, Surroundings, facts_of, surroundings_of

FARTHEST_DATE = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who approves may choose; each is None where she left it to the rules.

    `date` may lie outside the window or on a closed day, never in the past. `as_recurring` holds only
    for a recurring request without a match. `charge` is False for a visit that is not billed. `part_of_day` stands in
    place of the one she asked for. A `promised` date holds though its day has filled up since.
    """

    date: dt.date | None = None
    client_service: UUID | None = None
    as_recurring: bool = False
    charge: bool | None = None
    part_of_day: str = ""
    promised: bool = False


AS_PLANNED = Choices()


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to heed, shown and never fingerprinted: a code and the values its sentence needs."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What becomes of the visit that a request to move or to skip is about; `version` is the one planned with."""

    visit_id: UUID
    version: int
    outcome: str
    date: dt.date
    part_of_day: str
    arrives_from: dt.time | None
    arrives_until: dt.time | None
    status: str

    def fields(self) -> dict[str, Any]:
        """The visit's columns as they will be."""
        return {
            "date": self.date,
            "part_of_day": self.part_of_day,
            "arrives_from": self.arrives_from,
            "arrives_until": self.arrives_until,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class ApprovalPlan:
    """What approving does. With `refusal` set it cannot be carried out; the code says why.

    `client_service_id` is None where one is made. `frequency` is that of the agreement the visit stands
    under; `visit_dates` are the dates of the visits made, the first of them `date`. `moved_because` says
    why the date is not the first of the window. Prices in minor units of the business's currency.
    """

    facts: RequestFacts
    version: int
    client_service_id: UUID | None
    frequency: str
    date: dt.date | None
    visit_dates: tuple[dt.date, ...]
    price_minor: int | None
    is_charged: bool
    minutes: int
    technician_id: UUID | None
    as_recurring: bool
    language: str
    not_told_because: str
    moved_because: str = ""
    warnings: tuple[Warned, ...] = ()
    refusal: str = ""
    visit: VisitChange | None = None  # moved or skipped, instead of one that is added

    @property
    def outcome(self) -> str:
        return self.visit.outcome if self.visit else BookingRequest.Outcome.VISIT_ADDED

    @property
    def makes_client_service(self) -> bool:
        return self.client_service_id is None

    @property
    def fingerprint(self) -> str:
        """Of the outcome only: equal plans do the same thing (rule 14)."""
        outcome = (
            self.version,
            self.client_service_id or "new",
            self.date,
            self.price_minor,
            self.is_charged,
            self.frequency,
            self.language,
            self.not_told_because,
            *([self.visit] if self.visit else ()),
        )
        return _hashed(outcome)

    @property
    def fingerprint_less_date(self) -> str:
        """Of what holds on whichever day she takes: what is done, under which agreement, at which price. How she is
        told does not matter: it is she who answers."""
        outcome = (
            self.version,
            self.client_service_id or "new",
            self.price_minor,
            self.is_charged,
            self.frequency,
            *((self.visit.outcome, self.visit.visit_id) if self.visit else ()),
        )
        return _hashed(outcome)

    @property
    def way(self) -> Choices:
        """The choices that this way of approving stands for; only an issue report asks about charging."""
        asks_charge = self.facts.kind == BookingRequest.Kind.ISSUE_REPORT
        return Choices(as_recurring=self.as_recurring, charge=self.is_charged if asks_charge else None)


def _hashed(outcome: Sequence[object]) -> str:
    return hashlib.sha256("|".join(map(str, outcome)).encode()).hexdigest()[:32]


def plan_approvals(
    booking_requests: Sequence[BookingRequest], *, choices: Choices = AS_PLANNED
) -> list[ApprovalPlan]:
    """The plans for requests of one business, in their order; three statements however many there are."""
    if not booking_requests:
        return []
    business = booking_requests[0].business
    rows = BookingRequest.objects.filter(business=business, pk__in=[b.pk for b in booking_requests])
    planned = {facts.id: plan for facts, plan in zip_plans(business, facts_of(rows), choices)}
    return [planned[b.pk] for b in booking_requests]


def zip_plans(
    business: Business, requests: Sequence[RequestFacts], choices: Choices = AS_PLANNED
) -> list[tuple[RequestFacts, ApprovalPlan]]:
    """Each request's facts with its plan. Two statements."""
    planner = Planner.for_requests(business, requests)
    return [(facts, planner.plan(facts, choices)) for facts in requests]


@dataclass(frozen=True, slots=True)
class Planner:
    """The plan function together with what it has read; plans any of the requests it was made for."""

    business: Business
    calendar: WorkingCalendar
    today: dt.date
    around: Surroundings
    room: Room

    @classmethod
    def for_requests(cls, business: Business, requests: Sequence[RequestFacts]) -> "Planner":
        today = business.today()
        around = surroundings_of(business, requests, today)
        return cls(business, business.calendar(), today, around, _room(business, requests, today))

    def ways(self, facts: RequestFacts) -> list[ApprovalPlan]:
        """The ways to approve that stand side by side: two for a recurring request without a match
        (once, or as asked) and for an issue report (no charge, or at the price), else one."""
        if facts.kind == BookingRequest.Kind.ISSUE_REPORT:
            return [self.plan(facts, Choices(charge=False)), self.plan(facts, Choices(charge=True))]
        once = self.plan(facts)
        if facts.kind == BookingRequest.Kind.RECURRING and once.makes_client_service:
            return [once, self.plan(facts, Choices(as_recurring=True))]
        return [once]

    def plan(self, facts: RequestFacts, choices: Choices = AS_PLANNED) -> ApprovalPlan:
        if choices.part_of_day:
            facts = facts._replace(part_of_day=choices.part_of_day)
        if facts.kind in BookingRequest.OF_A_VISIT:
            return plan_of_visit(self, facts, choices)
        matches = self._matches(facts)
        match, gone = self._chosen_match(matches, choices)
        as_recurring = choices.as_recurring and match is None and facts.kind == BookingRequest.Kind.RECURRING
        frequency = match.frequency if match else (facts.frequency if as_recurring else "")
        occupied = self._occupied(match, facts) if match else frozenset()
        minutes = match.duration_minutes if match and match.duration_minutes else facts.service_minutes
        chosen = choose_date(facts, choices, self.days(occupied, minutes))
        is_charged = choices.charge is not False
        price = self._price(facts, match, is_charged)
        dates = series_dates(chosen.date, frequency) if as_recurring else (chosen.date,)
        return ApprovalPlan(
            facts=facts,
            version=facts.version,
            client_service_id=match.id if match else None,
            frequency=frequency,
            date=chosen.date,
            visit_dates=tuple(day for day in dates if day is not None),
            price_minor=price,
            is_charged=is_charged,
            minutes=minutes,
            technician_id=match.technician_id if match else None,
            as_recurring=as_recurring,
            language=choose_language(facts.client_language, self.business.default_language),
            not_told_because=facts.not_told_because(),
            moved_because=chosen.moved_because,
            warnings=(*chosen.warnings, *self._warnings(facts, matches, match, price, is_charged, dates)),
            refusal=_refusal(facts, gone=gone, no_price=price is None) or chosen.refusal,
        )

    def days(self, occupied: frozenset[dt.date], minutes: int) -> "Days":
        return Days(self.calendar, self.today, occupied, self.room, minutes)

    def _occupied(self, match: AgreementFacts, facts: RequestFacts) -> frozenset[dt.date]:
        """Days on which it has a visit, and within her window those on which its rhythm will bring one."""
        made_until = self.today + self.business.horizon
        first = max(facts.window_start, made_until + dt.timedelta(days=1))
        return self.around.occupied_days(match.id) | match.days_to_come(first, facts.window_end)

    def _matches(self, facts: RequestFacts) -> list[AgreementFacts]:
        """Active agreements of her service at that property, the one that started first foremost; the
        agreement of the visit an issue is about stands before all (rules 9b, 12, 13b)."""
        found = [
            agreement
            for agreement in self.around.agreements_for(facts)
            if agreement.property_id == facts.property_id and self.around.still_open(agreement, self.today)
        ]
        return sorted(found, key=lambda agreement: agreement.id != facts.about_client_service_id)

    @staticmethod
    def _chosen_match(matches: list[AgreementFacts], choices: Choices) -> tuple[AgreementFacts | None, bool]:
        """The match to use, and whether one was asked for that is no match any more."""
        if choices.client_service is None:
            return (matches[0] if matches else None), False
        asked = next((match for match in matches if match.id == choices.client_service), None)
        return asked, asked is None

    @staticmethod
    def _price(facts: RequestFacts, match: AgreementFacts | None, is_charged: bool) -> int | None:
        """The agreement's price; for a new one the catalog's, or 0 where nothing is charged (11, 13b)."""
        if match is not None:
            return match.price_minor
        return facts.service_price_minor if is_charged else 0

    def _warnings(
        self,
        facts: RequestFacts,
        matches: list[AgreementFacts],
        match: AgreementFacts | None,
        price: int | None,
        is_charged: bool,
        dates: Sequence[dt.date | None],
    ) -> list[Warned]:
        found = [*self._about_agreements(facts, matches, match)]
        if is_charged and price is not None and facts.shown_price_minor not in (None, price):
            found.append(Warned("price_differs", {"shown": facts.shown_price_minor, "price": price}))
        closed = [day for day in dates[1:] if day and not self.calendar.is_working(day)]
        found.extend(Warned("series_on_closed_day", {"date": day}) for day in closed)
        return found

    def _about_agreements(
        self, facts: RequestFacts, matches: list[AgreementFacts], match: AgreementFacts | None
    ) -> list[Warned]:
        """Agreements that are near but are not used, and the one that is (rules 12, 13, 13b)."""
        if match is not None:
            oldest = min(matches, key=lambda agreement: (agreement.start_date, agreement.id))
            code = "others_match" if match.id == oldest.id else "others_match_too"
            found = [Warned(code, {"count": len(matches) - 1})] if len(matches) > 1 else []
            found += [w for w in self._paused_or_elsewhere(facts) if w.code == "paused_exists"]
            if facts.kind == BookingRequest.Kind.RECURRING:
                found.append(Warned("plan_stays", {"frequency": match.frequency}))
            return found
        return [
            *self._paused_or_elsewhere(facts),
            *had_before(facts, self.around),
            *([Warned("issue_without_agreement")] if facts.kind == BookingRequest.Kind.ISSUE_REPORT else []),
        ]

    def _paused_or_elsewhere(self, facts: RequestFacts) -> list[Warned]:
        found = []
        for agreement in self.around.agreements_for(facts):
            here = agreement.property_id == facts.property_id
            if here and agreement.status == ClientService.Status.PAUSED:
                found.append(Warned("paused_exists", {"price": agreement.price_minor}))
            elif not here and self.around.still_open(agreement, self.today):
                found.append(Warned("other_property", {"address": agreement.address}))
        return found


def _refusal(facts: RequestFacts, *, gone: bool, no_price: bool) -> str:
    if facts.client_archived_at:
        return "client_archived"
    if facts.service_archived_at:
        return "service_archived"
    if facts.property_archived_at:
        return "property_archived"
    if gone:
        return "client_service_gone"
    return "no_price" if no_price else ""


@dataclass(frozen=True, slots=True)
class ChosenDate:
    """A date, why it is not the window's first, what to heed about it; or why there is none."""

    date: dt.date | None
    moved_because: str = ""
    warnings: tuple[Warned, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of days when one is chosen for a visit of so many minutes."""

    calendar: WorkingCalendar
    today: dt.date
    occupied: frozenset[dt.date]
    room: Room
    minutes: int

    def is_full(self, day: dt.date) -> bool:
        return self.room.is_full(day, minutes=self.minutes)

    def hindrance(self, day: dt.date) -> str:
        """Why the rules pass the day over; empty where they take it. A full day is one only where the business
        refuses them."""
        if day < self.today:
            return "past"
        if not self.calendar.is_working(day):
            return "closed"
        if day in self.occupied:
            return "occupied"
        return "full" if self.room.business.capacity_refuses and self.is_full(day) else ""


def _room(business: Business, requests: Sequence[RequestFacts], today: dt.date) -> Room:
    """Of the days that the requests ask for."""
    if not requests:
        return Room(business)
    first = max(today, min(facts.window_start for facts in requests))
    return Room.between(business, first, max(facts.window_end for facts in requests))


def choose_date(facts: RequestFacts, choices: Choices, days: Days) -> ChosenDate:
    """The owner's own date, else the first day of the window that is not past, is a working day, has no visit
    of that agreement and is not refused as full; none where the window has no such day: it never guesses
    (rule 10)."""
    if choices.date is not None:
        return _own_date(facts, choices.date, days, is_promised=choices.promised)
    moved_because = ""
    for ahead in range((facts.window_end - facts.window_start).days + 1):
        day = facts.window_start + dt.timedelta(days=ahead)
        hindrance = days.hindrance(day)
        if not hindrance:
            heed = (Warned("day_full", {"date": day}),) if days.is_full(day) else ()
            return ChosenDate(day, moved_because, heed)
        moved_because = moved_because or hindrance
    return ChosenDate(None, refusal="window_passed" if facts.window_end < days.today else "no_day_left")


def _own_date(facts: RequestFacts, asked: dt.date, days: Days, *, is_promised: bool) -> ChosenDate:
    if asked < days.today:
        return ChosenDate(None, refusal="date_past")
    if asked > days.today + FARTHEST_DATE:
        return ChosenDate(None, refusal="date_too_far")
    heed = []
    if not facts.window_start <= asked <= facts.window_end:
        heed.append(Warned("outside_window", {"date": asked}))
    if days.is_full(asked):
        if days.room.business.capacity_refuses and not is_promised:
            return ChosenDate(None, refusal="day_full")
        heed.append(Warned("day_full", {"date": asked}))
    if not days.calendar.is_working(asked):
        heed.append(Warned("closed_day", {"date": asked}))
    if asked in days.occupied:
        heed.append(Warned("day_occupied", {"date": asked}))
    return ChosenDate(asked, warnings=tuple(heed))


def series_dates(first: dt.date | None, frequency: str) -> tuple[dt.date, ...]:
    """The dates of the first four weeks: every seventh or fourteenth day, or the same day each month."""
    if first is None:
        return ()
    return first_dates(Recurrence.counted_from(first, frequency), first, first)


from .had_before import had_before  # noqa: E402
from .plan_of_visit import plan_of_visit  # noqa: E402 (it needs what stands above)
