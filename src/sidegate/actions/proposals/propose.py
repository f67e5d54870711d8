"""Propose: the office offers a client one to three dates; until she answers, the request waits for her."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ...models import BookingRequest, Business, DateProposal, Event, User
from ...models.frequency import PartOfDay
from ..booking_requests.approval_plan import ApprovalPlan
from ..booking_requests.claim import claim, must_be_pending, record, refuse_late
from ..booking_requests.facts import facts_of_one
from ..booking_requests.plan import Planner
from ..booking_requests.words import PlanWords
from ..errors import CannotApprove, HeedFirst, InvalidInput, PlanChanged
from ..messages import Draft, store
from .ending import end_proposal
from .letters import about_the_day, proposed_letter

MOST_DATES = 3
# What another date mends; any other refusal stands in the way whichever she takes.
OF_THE_DATE = ("window_passed", "no_day_left", "date_past", "date_too_far", "day_full", "same_day")


@dataclass(frozen=True, slots=True)
class Offer:
    """Dates in any order; `way` is the fingerprint, less the date, of the way to approve that taking one will go.
    `heeded` where what speaks against the dates was shown and is meant."""

    days: tuple[date, ...]
    way: str
    part_of_day: str = PartOfDay.ANY
    note: str = ""
    heeded: bool = False


def ways_to_offer(booking_request: BookingRequest) -> list[ApprovalPlan]:
    """What taking a date would do; two where there are two ways to approve. Raises AlreadyDecided; CannotApprove where
    no date would do: for want of a price, because something was archived, or because it asks to skip a visit."""
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    must_be_pending(facts)
    ways = Planner.for_requests(business, [facts]).ways(facts)
    possible = [way for way in ways if can_be_offered(way)]
    if not possible:
        raise CannotApprove(ways[0])
    return possible


def can_be_offered(plan: ApprovalPlan) -> bool:
    """Whether it can be done on some date or other. Which visit to skip is no question of dates."""
    is_possible = not plan.refusal or plan.refusal in OF_THE_DATE
    return is_possible and plan.facts.kind != BookingRequest.Kind.SKIP_VISIT


def propose_dates(booking_request: BookingRequest, *, by: User, offer: Offer) -> DateProposal:
    """It is the client's turn, and she is written to (`booking.proposed`). What was open to her before is so no longer.

    The same offer sent twice is one. Raises AlreadyDecided, CannotApprove, PlanChanged where `way` is none by now,
    InvalidInput by the field of each date, HeedFirst.
    """
    business = booking_request.business
    if standing := _standing(booking_request, offer):
        return standing
    way = next(
        (way for way in ways_to_offer(booking_request) if way.fingerprint_less_date == offer.way), None
    )
    if way is None:
        raise PlanChanged(ways_to_offer(booking_request)[0])
    plans = _plans(business, way, offer)
    first = plans[0]
    days = [plan.date for plan in plans if plan.date]
    letter = proposed_letter(business, first, days, offer.note)
    with transaction.atomic(durable=True):
        if not claim(business, way.facts.id, version=way.version, turn=BookingRequest.Turn.CLIENT):
            refuse_late(business, way.facts.id)
            raise PlanChanged(way)
        end_proposal(business, way.facts)
        proposal = _store(business, way, days, offer, by)
        _remember(business, first, days, offer, by, letter)
    return proposal


def _standing(booking_request: BookingRequest, offer: Offer) -> DateProposal | None:
    """The same offer, open already: its form was sent twice."""
    found = open_proposal(booking_request)
    same = found and (found.dates, found.part_of_day, found.note) == (
        [day.isoformat() for day in sorted(offer.days)],
        offer.part_of_day,
        offer.note,
    )
    return found if same else None


def open_proposal(booking_request: BookingRequest) -> DateProposal | None:
    """One statement."""
    rows = DateProposal.objects.filter(business=booking_request.business, booking_request=booking_request)
    return rows.filter(status=DateProposal.Status.OPEN).first()


def _plans(business: Business, way: ApprovalPlan, offer: Offer) -> list[ApprovalPlan]:
    """What taking each date would do, in their order. Raises InvalidInput and HeedFirst."""
    planner = Planner.for_requests(business, [way.facts])
    words, errors, found = PlanWords(business), dict[str, str](), list[ApprovalPlan]()
    for number, day in enumerate(offer.days, start=1):
        choices = replace(way.way, date=day, part_of_day=offer.part_of_day)
        plan = planner.plan(way.facts, choices)
        if plan.refusal:
            errors[f"date_{number}"] = words.refusal(plan)
        elif day in offer.days[: number - 1]:
            errors[f"date_{number}"] = _("That day stands there already.")
        found.append(plan)
    if not 1 <= len(offer.days) <= MOST_DATES:
        errors["date_1"] = _("Choose one to three days.")
    if errors:
        raise InvalidInput(errors)
    in_order = sorted(found, key=lambda plan: str(plan.date))
    heed = list(dict.fromkeys(text for plan in in_order for text in about_the_day(plan, words)))
    if heed and not offer.heeded:
        raise HeedFirst(heed)
    return in_order


def _store(
    business: Business, way: ApprovalPlan, days: Sequence[date], offer: Offer, by: User
) -> DateProposal:
    """With the fingerprint as it is while this offer stands: the claim has raised the version by one."""
    return DateProposal.objects.create(
        business=business,
        booking_request_id=way.facts.id,
        dates=[day.isoformat() for day in days],
        part_of_day=offer.part_of_day,
        plan=replace(way, version=way.version + 1).fingerprint_less_date,
        note=offer.note,
        made_by=by,
    )


def _remember(
    business: Business, plan: ApprovalPlan, days: Sequence[date], offer: Offer, by: User, letter: Draft
) -> None:
    data: dict[str, Any] = {
        "dates": [day.isoformat() for day in days],
        "part_of_day": offer.part_of_day,
        "price_minor": None if plan.visit else plan.price_minor,
        "is_charged": plan.is_charged,
        "frequency": plan.frequency if plan.as_recurring else "",
        "language": plan.language,
        "not_told_because": plan.not_told_because,
        "note": offer.note,
    }
    event = record(
        business, plan.facts, Event.Verb.PROPOSED, by=by, to=BookingRequest.Status.PENDING, data=data
    )
    store(
        [letter],
        business_id=business.pk,
        booking_request_id=plan.facts.id,
        event_id=event.pk,
        holds_mail=business.holds_mail,
    )
