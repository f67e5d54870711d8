"""Closing a visit: completed, skipped or cancelled; and reopening one that was closed by mistake."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from ...models import ClientService, Event, User, Visit
from ..errors import Conflict
from ..messages import Draft
from .letters import all_cancelled_letter, cancelled_letter, in_calendar
from .record import Status, claim, end_if_done, event_of, open_again, record, take_client_of, tell

DONE = (Status.COMPLETED, Status.SKIPPED)


def complete_visit(visit: Visit, *, by: User, version: int) -> None:
    """Raises Conflict: "still_ahead" before its day, "visit_changed" where it is no longer as shown."""
    if visit.date > visit.client_service.business.today():
        raise Conflict("still_ahead")
    _close(visit, Status.COMPLETED, Event.Verb.VISIT_COMPLETED, by=by, version=version)


def skip_visit(visit: Visit, *, by: User, version: int) -> None:
    """It did not take place, and takes up its day no more; nobody is written to. Raises Conflict("visit_changed")."""
    _close(visit, Status.SKIPPED, Event.Verb.VISIT_SKIPPED, by=by, version=version)


def _close(visit: Visit, to: str, verb: str, *, by: User, version: int) -> None:
    with transaction.atomic(durable=True):
        take_client_of(visit.client_service)
        claim(visit, version=version, statuses=[Status.SCHEDULED], status=to)
        record(visit, verb, by=by, was=Status.SCHEDULED)
        end_if_done(visit.client_service)


def reopen_visit(visit: Visit, *, by: User, version: int) -> None:
    """A completed or skipped visit is scheduled again. A cancelled one is not: its client has been told.

    Raises Conflict("visit_changed").
    """
    was = visit.status
    with transaction.atomic(durable=True):
        take_client_of(visit.client_service)
        claim(visit, version=version, statuses=DONE, status=Status.SCHEDULED)
        record(visit, Event.Verb.VISIT_REOPENED, by=by, was=was)
        open_again(visit.client_service)


def cancel_visit(visit: Visit, *, by: User, version: int, reason: str = "") -> None:
    """The client is told (`visit.cancelled`), with the reason where there is one.

    Raises Conflict("visit_changed"). `visit` needs its agreement in hand, with business, client, property
    and service.
    """
    letter, calendar = cancelled_letter(visit, reason), in_calendar(visit.client_service)
    with transaction.atomic(durable=True):
        take_client_of(visit.client_service)
        claim(visit, version=version, statuses=[Status.SCHEDULED], status=Status.CANCELLED)
        said = {**_said(letter, reason), "calendar": calendar.kept([visit])}
        event = record(visit, Event.Verb.VISIT_CANCELLED, by=by, was=Status.SCHEDULED, **said)
        end_if_done(visit.client_service)
        tell(visit, letter, event)


def _said(letter: Draft, reason: str) -> dict[str, str]:
    recipient = letter.recipient
    return {
        "reason": reason,
        "language": recipient.language,
        "not_told_because": recipient.refusal,
    }


@dataclass(frozen=True, slots=True)
class Clearing:
    """Visits ahead under an agreement, and the one letter that tells of their cancelling, if there are any."""

    client_service: ClientService
    visits: list[Visit]
    letter: Draft | None
    reason: str
    first: date | None = None
    last: date | None = None


def clearing_of(
    client_service: ClientService, reason: str = "", *, first: date | None = None, last: date | None = None
) -> Clearing:
    """Of the visits ahead, from the first day to the last where they are given. Rendered here, before the
    transaction that calls `clear`."""
    visits = _visits_ahead(client_service, first, last)
    days = [visit.date for visit in visits]
    letter = all_cancelled_letter(client_service, days, reason) if days else None
    return Clearing(client_service, visits, letter, reason, first, last)


def _visits_ahead(client_service: ClientService, first: date | None, last: date | None) -> list[Visit]:
    """From today on, in order."""
    earliest = max(filter(None, (client_service.business.today(), first)))
    rows = Visit.objects.upcoming(earliest).filter(
        business=client_service.business_id, client_service=client_service
    )
    rows = rows.filter(date__lte=last) if last else rows
    return list(rows.select_related("booking_request").order_by("date", "id"))


def clear(clearing: Clearing, *, by: User) -> None:
    """Cancel the visits and tell the client once. To be called with the client's row taken.

    Raises Conflict("visit_changed") where what is ahead is no longer what the letter says.
    """
    visits = _visits_ahead(clearing.client_service, clearing.first, clearing.last)
    letter = clearing.letter
    if [(v.pk, v.date) for v in visits] != [(v.pk, v.date) for v in clearing.visits]:
        raise Conflict("visit_changed")
    if letter is None:
        return
    Visit.objects.filter(business=clearing.client_service.business_id, pk__in=[v.pk for v in visits]).update(
        status=Status.CANCELLED, version=F("version") + 1
    )
    for visit in visits:
        visit.client_service, visit.status = clearing.client_service, Status.CANCELLED
        visit.version += 1
    said = _said(letter, clearing.reason)
    events = [event_of(v, Event.Verb.VISIT_CANCELLED, by=by, was=Status.SCHEDULED, **said) for v in visits]
    # One letter tells of all of them.
    events[0].data["calendar"] = in_calendar(clearing.client_service).kept(visits)
    Event.objects.bulk_create(events)
    end_if_done(clearing.client_service)
    tell(visits[0], letter, events[0])
