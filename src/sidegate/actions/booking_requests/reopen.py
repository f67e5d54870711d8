"""Reopen: after the time for an undo a decision is taken back all the same, and the client is told."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from ...models import BookingRequest, Business, Client, ClientService, Event, User, Visit
from ...wording import rhythm
from ..errors import ReopenRefused, UndoRefused
from ..messages import Draft, store
from ..visits import end_if_done
from ..visits.letters import in_calendar
from .claim import record
from .facts import RequestFacts, facts_of_one
from .letters import Letters
from .plan_change import plan_as_it_was, take_back_plan_change
from .undo import NOT_LEFT_YET, TAKEN_BACK
from .visit_change import take_back_visit_change

Status = Visit.Status


@dataclass(frozen=True, slots=True)
class Reopening:
    """What reopening does: `visits` are cancelled; with `ends` the service that the approval began ends with them.

    `back_to` is the day to which a moved visit, or a skipped one, returns; `back_to_plan` the service that has its old
    rhythm again from tomorrow on, as it will then be.
    """

    facts: RequestFacts
    event: Event
    visits: list[Visit] = field(default_factory=list)
    ends: ClientService | None = None
    back_to: date | None = None
    back_to_plan: ClientService | None = None


def reopening_of(booking_request: BookingRequest) -> Reopening:
    """Raises ReopenRefused: "not_decided", "undo_instead" while its time runs, "visit_done" where the visit, or one of
    the series, has taken place, "visit_changed" where a moved one was moved or closed again, "visit_past" where it
    would go back to a day that has passed, "visit_unmarked" where one has passed and nobody said what became of it,
    "plan_changed" where a changed plan was changed again, or has ended."""
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    if facts.status not in (BookingRequest.Status.APPROVED, BookingRequest.Status.DECLINED):
        raise ReopenRefused("not_decided")
    if facts.undo_until and facts.undo_until > timezone.now():
        raise ReopenRefused("undo_instead")
    event = Event.objects.get(business=business, booking_request_id=facts.id, decision_no=facts.decision_no)
    if event.verb == Event.Verb.DECLINED:
        return Reopening(facts, event)
    if event.data.get("plan_was"):
        return Reopening(facts, event, back_to_plan=plan_as_it_was(business, event))
    return (
        _of_a_change(business, facts, event) if event.data.get("was") else _of_visits(business, facts, event)
    )


def _of_a_change(business: Business, facts: RequestFacts, event: Event) -> Reopening:
    back_to = date.fromisoformat(event.data["from"])
    if back_to < business.today():
        raise ReopenRefused("visit_past")
    moved = Visit.objects.filter(business=business, pk__in=[event.visit_id])
    _must_be_marked(business, list(moved))
    return Reopening(facts, event, back_to=back_to)


def _must_be_marked(business: Business, visits: list[Visit]) -> None:
    """What lies behind either took place or did not: only the office knows, so it is not cancelled unsaid."""
    today = business.today()
    passed = [visit for visit in visits if visit.status == Status.SCHEDULED and visit.date < today]
    if passed:
        raise ReopenRefused("visit_unmarked", passed[0])


def _of_visits(business: Business, facts: RequestFacts, event: Event) -> Reopening:
    """What the approval put on the schedule and is still there; of a service it began, all that came of it."""
    agreement = ClientService.objects.select_related("business", "client", "service", "property").get(
        business=business, pk=event.data["client_service"]
    )
    began = event.data["makes_client_service"]
    made = Q(pk__in=[UUID(key) for key in event.data["visits"]])
    rows = Visit.objects.filter(made | Q(client_service=agreement) if began else made, business=business)
    visits = list(rows.select_related("booking_request").order_by("date", "id"))
    if any(visit.status == Status.COMPLETED for visit in visits):
        raise ReopenRefused("visit_done")
    _must_be_marked(business, visits)
    for visit in visits:
        visit.client_service = agreement
    ahead = [visit for visit in visits if visit.status == Status.SCHEDULED]
    return Reopening(facts, event, ahead, ends=agreement if began else None)


def reopen_booking_request(booking_request: BookingRequest, *, by: User, note: str = "") -> Reopening:
    """The request waits again; its visit is cancelled and linked to it no more, a moved one goes back, and the client
    reads so (`booking.reopened`). Raises ReopenRefused as `reopening_of` does, and then nothing has changed."""
    business = booking_request.business
    plan = reopening_of(booking_request)
    letter = _letter(business, plan, note)
    with transaction.atomic(durable=True):
        _return_to_queue(business, plan.facts)
        Client.objects.filter(pk=plan.facts.client_id, business=business).take()
        plan.event.messages.filter(status__in=NOT_LEFT_YET, told_at=None).delete()
        _take_back(business, plan, _visits_as_they_are(business, plan))
        event = _remember(business, plan, by, note)
        store(
            [letter],
            business_id=business.pk,
            booking_request_id=plan.facts.id,
            event_id=event.pk,
            holds_mail=business.holds_mail,
        )
    return plan


def _letter(business: Business, plan: Reopening, note: str) -> Draft:
    first = plan.visits[0].date if plan.visits else None
    return Letters(business, plan.facts, "booking.reopened").to_client(
        "booking.reopened", date=first, old_date=plan.back_to, rhythm=_old_rhythm(business, plan), note=note
    )


def _old_rhythm(business: Business, plan: Reopening) -> str:
    """In the client's language; empty where no plan goes back to it."""
    if plan.back_to_plan is None:
        return ""
    language = plan.facts.recipient(business.default_language).language
    recurrence = plan.back_to_plan.recurrence() if plan.back_to_plan.frequency else None
    with translation.override(language):
        return rhythm.in_words(recurrence, language)


def _return_to_queue(business: Business, facts: RequestFacts) -> None:
    rows = BookingRequest.objects.filter(
        pk=facts.id, business=business, status=facts.status, version=facts.version
    )
    if not rows.update(version=F("version") + 1, **TAKEN_BACK):
        raise ReopenRefused("not_decided")


def _visits_as_they_are(business: Business, plan: Reopening) -> list[Visit]:
    """Once more, with the client's row taken. Raises ReopenRefused("visit_changed") where they are others by now."""
    if not plan.visits:
        return []
    keys = [visit.pk for visit in plan.visits]
    rows = Visit.objects.filter(business=business, pk__in=keys, status=Status.SCHEDULED).order_by(
        "date", "id"
    )
    if [(row.pk, row.date) for row in rows] != [(visit.pk, visit.date) for visit in plan.visits]:
        raise ReopenRefused("visit_changed")
    return plan.visits


def _take_back(business: Business, plan: Reopening, visits: list[Visit]) -> None:
    if plan.back_to or plan.back_to_plan:
        _take_back_change(business, plan)
        return
    keys = [visit.pk for visit in visits]
    rows = Visit.objects.filter(business=business)
    rows.filter(pk__in=keys).update(status=Status.CANCELLED, version=F("version") + 1)
    rows.filter(booking_request_id=plan.facts.id).update(booking_request=None)
    for visit in visits:
        visit.status, visit.version = Status.CANCELLED, visit.version + 1
    if plan.ends and plan.ends.frequency:
        running = (ClientService.Status.ACTIVE, ClientService.Status.PAUSED)
        ClientService.objects.filter(pk=plan.ends.pk, business=business, status__in=running).update(
            status=ClientService.Status.CANCELLED, extends_on=None, paused_from=None, paused_until=None
        )
    elif visits:
        end_if_done(visits[0].client_service)


def _take_back_change(business: Business, plan: Reopening) -> None:
    try:
        if plan.back_to_plan:
            take_back_plan_change(business, plan.event, whole=False)
        else:
            take_back_visit_change(business, plan.event)
    except UndoRefused as refused:
        raise ReopenRefused(refused.code) from refused


def _remember(business: Business, plan: Reopening, by: User, note: str) -> Event:
    recipient = plan.facts.recipient(business.default_language)
    data: dict[str, Any] = {
        "visits": [str(visit.pk) for visit in plan.visits],
        "language": recipient.language,
        "not_told_because": recipient.refusal,
        "note": note,
    }
    if plan.visits:
        data["calendar"] = in_calendar(plan.visits[0].client_service).kept(plan.visits)
    return record(
        business,
        plan.facts,
        Event.Verb.REOPENED,
        by=by,
        to=BookingRequest.Status.PENDING,
        undoes_no=plan.event.decision_no,
        visit_id=plan.event.visit_id,
        data=data,
    )
