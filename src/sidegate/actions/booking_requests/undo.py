"""Undo: while its time runs and nothing has left, a decision is taken back whole (DESIGN rule 16)."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ...models import BookingRequest, Business, Client, ClientService, Event, Message, User, Visit
from ..errors import UndoRefused
from ..visits.record import end_if_done
from .claim import record
from .facts import RequestFacts, facts_of_one
from .plan_change import take_back_plan_change
from .visit_change import take_back_visit_change

NOT_LEFT_YET = (Message.Status.QUEUED, Message.Status.HELD, Message.Status.NOT_SENDABLE)
TAKEN_BACK = {
    "status": BookingRequest.Status.PENDING,
    "outcome": "",
    "decided_by": None,
    "decided_at": None,
    "undo_until": None,
    "reason": "",
    "personal_line": "",
}


def undo_booking_request(booking_request: BookingRequest, *, by: User) -> None:
    """Return a decided request to the queue, and delete the messages, visits and the agreement that the
    decision made. Raises UndoRefused, and then nothing has changed."""
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    event = _decision_event(business, facts)
    with transaction.atomic(durable=True):
        _return_to_queue(business, facts)
        Client.objects.filter(pk=facts.client_id).take()
        _take_back_messages(event)
        if event.data.get("was"):
            take_back_visit_change(business, event)
        elif event.data.get("plan_was"):
            take_back_plan_change(business, event, whole=True)
        elif event.verb == Event.Verb.APPROVED:
            _take_back_visits(business, event)
        record(
            business,
            facts,
            Event.Verb.UNDONE,
            by=by,
            to=BookingRequest.Status.PENDING,
            undoes_no=event.decision_no,
            visit_id=event.visit_id,
        )


def _decision_event(business: Business, facts: RequestFacts) -> Event:
    decided = (BookingRequest.Status.APPROVED, BookingRequest.Status.DECLINED)
    if facts.status not in decided:
        raise UndoRefused("not_decided")
    return Event.objects.get(business=business, booking_request_id=facts.id, decision_no=facts.decision_no)


def _return_to_queue(business: Business, facts: RequestFacts) -> None:
    changed = BookingRequest.objects.filter(
        pk=facts.id,
        business=business,
        status=facts.status,
        version=facts.version,
        undo_until__gt=timezone.now(),
    ).update(version=F("version") + 1, **TAKEN_BACK)
    if not changed:
        still_decided = facts_of_one(business, facts.id).decision_no == facts.decision_no
        raise UndoRefused("already_sent" if still_decided else "not_decided")


def _take_back_messages(event: Event) -> None:
    """Deletes first and looks afterwards: a worker that was faster leaves its message behind."""
    Message.objects.filter(event=event, status__in=NOT_LEFT_YET, attempts=0, told_at=None).delete()
    if Message.objects.filter(event=event).exists():
        raise UndoRefused("already_sent")


def _take_back_visits(business: Business, event: Event) -> None:
    """Only visits without a history of their own: one moved or completed since stands, and the undo is refused.
    Who goes there, and whether it is charged, may have been settled meanwhile."""
    made = [UUID(visit_id) for visit_id in event.data["visits"]]
    untouched = Visit.objects.filter(
        business=business, pk__in=made, status=Visit.Status.SCHEDULED, events=None, issue_reports=None
    )
    # Whoever moves or completes a visit takes the client's row first, as this undo has.
    if untouched._raw_delete(using=untouched.db) != len(made):
        raise UndoRefused("visit_changed")
    agreement = ClientService.objects.filter(business=business, pk=event.data["client_service"])
    if event.data["makes_client_service"]:
        # What the worker has made from the new rhythm meanwhile goes with it.
        Visit.objects.untouched().filter(business=business, client_service__in=agreement).delete()
        agreement.filter(visits=None).delete()
    else:
        # One that another approval made, and whose own visit was taken back before.
        agreement.filter(visits=None, frequency="", booking_request__isnull=False).delete()
    # What remains of a one-time agreement may be cancelled visits only.
    if remaining := agreement.exclude(visits=None).first():
        end_if_done(remaining)
