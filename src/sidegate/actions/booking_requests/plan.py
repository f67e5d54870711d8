"""What approving would do, worked out before anyone presses: one function for the screen and for approve.

`plan_approvals` is what the queue shows and what `approve_booking_request` carries out, so that the
preview cannot lie (DESIGN rules 8 to 14).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...models import BookingRequest, Business, ClientService
from ...models.business import WorkingCalendar
from ...models.recurrence import Recurrence
from ...wording.languages import choose_language
from ..visits import Room, first_dates
from .approval_plan import ApprovalPlan
from .choices import AS_PLANNED, Choices, suits
from .choosing_date import ChosenDate, Days, Warned, choose_date, on_rhythm
from .facts import AgreementFacts, RequestFacts, Surroundings, facts_of, surroundings_of
from .had_before import had_before
from .plan_of_agreement import plan_of_agreement
from .plan_of_visit import plan_of_visit


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
        matches = self.matches(facts)
        match, gone = self._chosen_match(matches, choices)
        if choices.changes_plan and match and facts.kind == BookingRequest.Kind.RECURRING:
            return plan_of_agreement(self, facts, match, choices)
        as_recurring = choices.as_recurring and match is None and facts.kind == BookingRequest.Kind.RECURRING
        recurrence = choices.recurrence if as_recurring else None
        begins = recurrence.frequency if recurrence else facts.frequency if as_recurring else ""
        chosen = self._chosen_date(facts, match, choices, recurrence)
        is_charged = choices.charge is not False
        price = self._price(facts, match, is_charged)
        dates = series_dates(chosen.date, begins, recurrence) if as_recurring else (chosen.date,)
        return ApprovalPlan(
            facts=facts,
            version=facts.version,
            client_service_id=match.id if match else None,
            frequency=match.frequency if match else begins,
            date=chosen.date,
            visit_dates=tuple(day for day in dates if day is not None),
            price_minor=price,
            is_charged=is_charged,
            minutes=self._minutes(facts, match),
            as_recurring=as_recurring,
            recurrence=recurrence,
            moved_because=chosen.moved_because,
            warnings=(*chosen.warnings, *self._warnings(facts, matches, match, price, is_charged, dates)),
            refusal=self.refusal(facts, gone=gone, no_price=price is None) or chosen.refusal,
            **self.arranged(facts, match, choices),
            **self.telling(facts),
        )

    def telling(self, facts: RequestFacts) -> dict[str, Any]:
        """How she is told, as a plan keeps it."""
        return {
            "language": choose_language(facts.client_language, self.business.default_language),
            "not_told_because": facts.not_told_because(),
        }

    @staticmethod
    def arranged(facts: RequestFacts, match: AgreementFacts | None, choices: Choices) -> dict[str, Any]:
        """Who goes and when they arrive, as a plan keeps it: as chosen, else as agreed where it suits the part of the
        day that she asked for."""
        if chosen := choices.arrangement:
            who = chosen.technician.pk if chosen.technician else None
            hours = chosen.arrives_from, chosen.arrives_until
        else:
            who = match.technician_id if match else None
            fits = match is not None and suits(match.arrives_from, facts.part_of_day)
            hours = (match.arrives_from, match.arrives_until) if match and fits else (None, None)
        return {
            "technician_id": who,
            "arrives_from": hours[0],
            "arrives_until": hours[1],
            "is_arranged": bool(chosen),
        }

    def _chosen_date(
        self,
        facts: RequestFacts,
        match: AgreementFacts | None,
        choices: Choices,
        recurrence: Recurrence | None,
    ) -> ChosenDate:
        occupied = self._occupied(match, facts) if match else frozenset()
        days = self.days(occupied, self._minutes(facts, match))
        chosen = choose_date(facts, choices, days)
        return on_rhythm(chosen, recurrence, facts, days) if recurrence else chosen

    @staticmethod
    def _minutes(facts: RequestFacts, match: AgreementFacts | None) -> int:
        return match.duration_minutes if match and match.duration_minutes else facts.service_minutes

    def days(self, occupied: frozenset[dt.date], minutes: int) -> Days:
        return Days(self.calendar, self.today, occupied, self.room, minutes)

    def _occupied(self, match: AgreementFacts, facts: RequestFacts) -> frozenset[dt.date]:
        """Days on which it has a visit, and within her window those on which its rhythm will bring one."""
        made_until = self.today + self.business.horizon
        first = max(facts.window_start, made_until + dt.timedelta(days=1))
        return self.around.occupied_days(match.id) | match.days_to_come(first, facts.window_end)

    def matches(self, facts: RequestFacts) -> list[AgreementFacts]:
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

    @staticmethod
    def refusal(facts: RequestFacts, *, gone: bool = False, no_price: bool = False) -> str:
        if facts.client_archived_at:
            return "client_archived"
        if facts.service_archived_at:
            return "service_archived"
        if facts.property_archived_at:
            return "property_archived"
        if gone:
            return "client_service_gone"
        return "no_price" if no_price else ""

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
        if is_charged:
            found += self._about_price(facts, price)
        closed = [day for day in dates[1:] if day and not self.calendar.is_working(day)]
        found.extend(Warned("series_on_closed_day", {"date": day}) for day in closed)
        return found

    @staticmethod
    def _about_price(facts: RequestFacts, price: int | None) -> list[Warned]:
        if price is None or facts.shown_price_minor in (None, price):
            return []
        return [Warned("price_differs", {"shown": facts.shown_price_minor, "price": price})]

    def warnings_of_match(self, facts: RequestFacts, match: AgreementFacts, price: int) -> list[Warned]:
        """Of a match whose plan changes: as of one that gets a visit, but that its plan stays as it is."""
        found = self._about_agreements(facts, self.matches(facts), match)
        return [warned for warned in found if warned.code != "plan_stays"] + self._about_price(facts, price)

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


def _room(business: Business, requests: Sequence[RequestFacts], today: dt.date) -> Room:
    """Of the days that the requests ask for."""
    if not requests:
        return Room(business)
    first = max(today, min(facts.window_start for facts in requests))
    return Room.between(business, first, max(facts.window_end for facts in requests))


def series_dates(
    first: dt.date | None, frequency: str, recurrence: Recurrence | None = None
) -> tuple[dt.date, ...]:
    """The dates of the first four weeks: in that rhythm, else every seventh or fourteenth day, or the same day each
    month."""
    if first is None:
        return ()
    return first_dates(recurrence or Recurrence.counted_from(first, frequency), first, first)
