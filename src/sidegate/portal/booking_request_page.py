"""A request as its client reads it: what she asked, where it stands, what happened so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import BookingRequest, DateProposal, Event, Photo, Visit
from ..models.booking_request import BookingRequestQuerySet
from ..models.recurrence import Recurrence
from ..web.access import PortalScope
from ..web.history import HistoryLine
from ..wording import dates, rhythm
from ..wording.money import money

Status = BookingRequest.Status


@dataclass(frozen=True, slots=True)
class OfferedDates:
    """Dates that are open to her: each as ISO date and in words, and what holds when she takes one."""

    proposal_id: UUID
    days: list[tuple[str, str]]  # none where all have passed
    part_of_day: str
    price: str
    how_often: str
    note: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything in the client's language; `status` is the one she may see (rule 16)."""

    reference: str
    kind: str
    status: str
    service: str
    address: str
    window: str
    part_of_day: str
    how_often: str
    notes: str
    price: str
    reply_by: str
    is_late: bool  # the day by which an answer was promised has passed
    has_passed: bool  # and so have all the days she asked for
    reason: str
    personal_line: str
    visit_day: str
    visit_part: str
    outcome: str
    about_visit: str  # of a request to move or to skip: the day on which the visit stood
    about_visit_id: UUID | None
    photos: list[Photo]
    history: list[HistoryLine]
    offered: OfferedDates | None = None
    offer_is_over: bool = False  # dates were open to her, and are so no longer, without an answer of hers

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.PENDING

    @property
    def is_of_a_visit(self) -> bool:
        return self.kind in BookingRequest.OF_A_VISIT


def page_rows(rows: BookingRequestQuerySet) -> BookingRequestQuerySet:
    return rows.select_related("service", "property", "visit__client_service", "about_visit")


class _Words:
    def __init__(self, scope: PortalScope) -> None:
        self.business = scope.business
        self.language = get_language() or "en"
        self.today = scope.business.today()

    def day(self, value: date) -> str:
        return dates.day(value, self.language, self.business.country, today=self.today)

    def time_of_day(self, visit: Visit) -> str:
        """The hours of arrival where some are settled, else the part of the day."""
        if visit.arrives_from and visit.arrives_until:
            return dates.times(visit.arrives_from, visit.arrives_until, self.language, self.business.country)
        return rhythm.part_of_day(visit.part_of_day)

    def money(self, minor: int | None) -> str:
        if minor is None:
            return _("we'll confirm the price")
        return money(minor, self.business.currency, self.language, self.business.country)


def page_of(scope: PortalScope, booking_request: BookingRequest) -> RequestPage:
    words, business = _Words(scope), scope.business
    status = booking_request.shown_status(timezone.now())
    visit = getattr(booking_request, "visit", None) if status == Status.APPROVED else None
    events = _events(scope, booking_request)
    visit_day, visit_part = _visit(words, visit, booking_request, events, status)
    return RequestPage(
        reference=booking_request.reference,
        kind=booking_request.kind,
        status=status,
        service=booking_request.service.name_in(words.language, business.default_language),
        address=booking_request.property.address,
        window=dates.window(
            booking_request.window_start, booking_request.window_end, words.language, business.country
        ),
        part_of_day=rhythm.part_of_day_choice(booking_request.part_of_day),
        how_often=rhythm.how_often(booking_request.frequency) if booking_request.frequency else "",
        notes=booking_request.notes,
        price=_price(words, booking_request, events, status),
        reply_by=words.day(booking_request.reply_by),
        is_late=status == Status.PENDING and booking_request.reply_by < words.today,
        has_passed=status == Status.PENDING and booking_request.window_end < words.today,
        reason=booking_request.reason if status == Status.DECLINED else "",
        personal_line=booking_request.personal_line if status == Status.APPROVED else "",
        visit_day=visit_day,
        visit_part=visit_part,
        outcome=booking_request.outcome if status == Status.APPROVED else "",
        about_visit=_about_visit(words, events),
        about_visit_id=booking_request.about_visit_id,
        photos=list(
            Photo.objects.filter(business=business, booking_request=booking_request).order_by("position")
        ),
        history=_history(scope, words, booking_request, events, status),
        offered=_offered(words, booking_request, events),
        offer_is_over=status == Status.PENDING and _is_over(booking_request, events),
    )


OF_OFFERS = (Event.Verb.PROPOSED, Event.Verb.PROPOSAL_TAKEN, Event.Verb.PROPOSAL_REFUSED, Event.Verb.EDITED)


def _offered(words: _Words, row: BookingRequest, events: Sequence[Event]) -> OfferedDates | None:
    """One statement where it is her turn, else none."""
    if row.turn != BookingRequest.Turn.CLIENT:
        return None
    rows = DateProposal.objects.filter(business=words.business, booking_request=row)
    found = rows.filter(status=DateProposal.Status.OPEN).first()
    said = next((event.data for event in reversed(events) if event.verb == Event.Verb.PROPOSED), None)
    if found is None or said is None:
        return None
    ahead = [date.fromisoformat(day) for day in found.dates if day >= words.today.isoformat()]
    frequency, minor = str(said["frequency"]), said["price_minor"]
    price = "" if minor is None else words.money(minor)
    return OfferedDates(
        proposal_id=found.pk,
        days=[(day.isoformat(), words.day(day)) for day in ahead],
        part_of_day=rhythm.part_of_day(found.part_of_day),
        price=price if said["is_charged"] else _("no charge"),
        how_often=rhythm.how_often(frequency) if frequency else "",
        note=found.note,
    )


def _is_over(row: BookingRequest, events: Sequence[Event]) -> bool:
    last = next((event.verb for event in reversed(events) if event.verb in OF_OFFERS), "")
    return row.turn == BookingRequest.Turn.OFFICE and last == Event.Verb.PROPOSED


def _events(scope: PortalScope, booking_request: BookingRequest) -> list[Event]:
    rows = Event.objects.filter(business=scope.business, booking_request=booking_request)
    return list(rows.order_by("at", "id"))


def _decision(booking_request: BookingRequest, events: Sequence[Event]) -> dict[str, Any]:
    """What its present decision keeps; empty where there is none."""
    number = booking_request.decision_no
    return next((event.data for event in events if number and event.decision_no == number), {})


def _visit(
    words: _Words, visit: Visit | None, booking_request: BookingRequest, events: Sequence[Event], status: str
) -> tuple[str, str]:
    """The day and the part of the day of the visit that was approved, or to which it was moved."""
    if visit:
        return words.day(visit.date), words.time_of_day(visit)
    decided = _decision(booking_request, events)
    if status == Status.APPROVED and "plan_now" in decided:
        day = words.day(date.fromisoformat(decided["date"]))
        often = rhythm.in_words(Recurrence.of(decided["plan_now"]["rule"]), words.language)
        return _("%(often)s from %(date)s on") % {"often": rhythm.capitalised(often), "date": day}, ""
    if status != Status.APPROVED or "to" not in decided:
        return "", ""
    return words.day(date.fromisoformat(decided["to"])), rhythm.part_of_day(decided["part_to"])


def _about_visit(words: _Words, events: Sequence[Event]) -> str:
    asked = [event.data["visit_date"] for event in events if event.data.get("visit_date")]
    return words.day(date.fromisoformat(asked[-1])) if asked else ""


def _price(words: _Words, booking_request: BookingRequest, events: Sequence[Event], status: str) -> str:
    """What was promised by approving, whatever changed since; before that what she was shown (rule 22). An
    issue report shows none until it is answered: it would read as a bill."""
    if booking_request.kind in BookingRequest.OF_A_VISIT:
        return ""
    if status == Status.APPROVED:
        decided = _decision(booking_request, events)
        return words.money(decided["price_minor"]) if decided["is_charged"] else _("no charge")
    is_issue = booking_request.kind == BookingRequest.Kind.ISSUE_REPORT
    return "" if is_issue else words.money(booking_request.shown_price_minor)


def _history(
    scope: PortalScope, words: _Words, booking_request: BookingRequest, events: Sequence[Event], status: str
) -> list[HistoryLine]:
    """Decisions that were undone, and one that may still be, are the office's own business."""
    undone = {event.undoes_no for event in events}
    patterns = _patterns(booking_request)
    lines = []
    for event in events:
        is_decision = event.decision_no is not None
        if event.verb not in patterns or (
            is_decision and (event.decision_no in undone or status == Status.PENDING)
        ):
            continue
        at = dates.moment(
            event.at, scope.business.time_zone, words.language, scope.business.country, today=words.today
        )
        tone = {Event.Verb.APPROVED: "good", Event.Verb.DECLINED: "stop"}.get(Event.Verb(event.verb), "")
        text = _("We wrote this down for you") if event.data.get("came_by") else patterns[event.verb]
        if event.verb == Event.Verb.PROPOSAL_TAKEN:
            text = text % {"date": words.day(date.fromisoformat(event.data["date"]))}
        lines.append(HistoryLine(text, at, quote=event.data.get("reason", ""), tone=tone))
    return lines


def _patterns(booking_request: BookingRequest) -> dict[str, str]:
    declined = _("Answered") if booking_request.kind == "issue_report" else _("We can't make that time")
    approved = _("Approved: your visit is scheduled")
    if booking_request.kind in BookingRequest.OF_A_VISIT:
        declined = _("Your visit stays as it is")
        is_skipped = booking_request.kind == BookingRequest.Kind.SKIP_VISIT
        approved = _("Approved: your visit is skipped") if is_skipped else _("Approved: your visit was moved")
    return {
        Event.Verb.SUBMITTED: _("You sent this request"),
        Event.Verb.EDITED: _("You changed it"),
        Event.Verb.WITHDRAWN: _("You withdrew it"),
        Event.Verb.PROPOSED: _("We offered other dates"),
        Event.Verb.PROPOSAL_TAKEN: _("You took %(date)s"),
        Event.Verb.PROPOSAL_REFUSED: _("You told us that none of them fits"),
        Event.Verb.PROPOSAL_ENDED: _("Those dates are no longer open"),
        Event.Verb.REOPENED: _("We are looking at it again"),
        Event.Verb.APPROVED: approved,
        Event.Verb.DECLINED: declined,
    }
