"""Writes what happened before now: the rows that an action would have left at that moment.

The actions themselves take no moment but now. The words of the messages are theirs all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from ...actions.booking_requests import ApprovalPlan, facts_of_one
from ...actions.booking_requests.letters import Letters, office_members
from ...actions.inviting import letters_to_invite
from ...actions.messages import Draft, store
from ...actions.photos import PreparedPhoto, attach_photos, prepare_photos
from ...actions.proposals.letters import proposed_letter
from ...actions.proposals.propose import ways_to_offer
from ...models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    DateProposal,
    Event,
    Message,
    PortalUser,
    User,
    Visit,
)
from ...models.identity import uuid7_at
from .pictures import PICTURES

UNDO = timedelta(seconds=60)
ON_ITS_WAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Carried:
    """What an approval does: under which agreement, on which days; the first is the request's own."""

    client_service: ClientService
    makes: bool
    days: Sequence[date]
    is_charged: bool = True
    note: str = ""


class Past:
    """One business's past. Told in order of time: messages are listed by their keys."""

    def __init__(self, business: Business, owner: User) -> None:
        self.business, self.owner = business, owner

    def ask(
        self, client: Client, at: datetime, *, by: User, photos: Sequence[str] = (), **columns: Any
    ) -> BookingRequest:
        """A request as sent at that moment, its photos drawn, its two messages sent; whoever sent it could, and had
        signed in."""
        booking_request = BookingRequest(
            id=uuid7_at(at), business=self.business, client=client, submitted_by=by, created_at=at, **columns
        )
        booking_request.submit_token = booking_request.submit_hash = str(booking_request.pk)
        prepared = photographed(photos)
        booking_request.save(force_insert=True)
        attach_photos(booking_request=booking_request, photos=prepared)
        facts: dict[str, Any] = {"price_minor": booking_request.shown_price_minor, "photos": len(prepared)}
        if booking_request.kind in BookingRequest.OF_A_VISIT and booking_request.about_visit:
            facts["visit_date"] = booking_request.about_visit.date.isoformat()
        if booking_request.came_by:
            facts["came_by"] = booking_request.came_by
        else:
            later = PortalUser.objects.filter(business=self.business, user=by, created_at__gt=at)
            later.update(created_at=at)
            User.objects.filter(pk=by.pk).update(last_login=at)
        event = self._event(booking_request, "submitted", by, at, "", "pending", data=facts)
        self._send(booking_request, event, self._received(booking_request), at)
        return booking_request

    def _received(self, booking_request: BookingRequest) -> list[Draft]:
        letters = self._letters(booking_request, "booking.received", "booking.submitted")
        said = {"reply_by": booking_request.reply_by, "price": booking_request.shown_price_minor}
        to_office = letters.to_office("booking.submitted", office_members(self.business), **said)
        if booking_request.came_by:
            return to_office
        return [letters.to_client("booking.received", **said), *to_office]

    def invite(self, client: Client, at: datetime) -> None:
        """Written to, and not in the portal since."""
        letters = letters_to_invite(self.business, [client])[client.pk]
        Client.objects.filter(pk=client.pk).update(invited_at=at)
        event = self._note(Event.Verb.CLIENT_INVITED, self.owner, at, client=client)
        self._send(None, event, letters, at)

    def withdraw(self, booking_request: BookingRequest, at: datetime) -> None:
        self._change(booking_request, status="withdrawn")
        by = booking_request.submitted_by
        event = self._event(booking_request, "withdrawn", by, at, "pending", "withdrawn")
        letters = self._letters(booking_request, "booking.withdrawn")
        self._send(
            booking_request, event, letters.to_office("booking.withdrawn", office_members(self.business)), at
        )

    def decline(self, booking_request: BookingRequest, at: datetime, reason: str = "") -> None:
        letter = self._letters(booking_request, "booking.declined", "booking.answered").declined(reason)
        self._change(booking_request, status="declined", reason=reason, **self._decided(at))
        facts = {
            "reason": reason,
            "language": letter.recipient.language,
            "not_told_because": letter.recipient.refusal,
        }
        event = self._decision(booking_request, "declined", at, facts)
        self._send(booking_request, event, [letter], at + UNDO)

    def offer(self, booking_request: BookingRequest, at: datetime, days: Sequence[date], note: str) -> None:
        """Dates for the client to choose from; it is her turn."""
        self._change(booking_request, turn=BookingRequest.Turn.CLIENT)
        plan = replace(ways_to_offer(booking_request)[0], date=days[0])
        letter = proposed_letter(self.business, plan, days, note)
        iso = [day.isoformat() for day in days]
        DateProposal.objects.create(
            id=uuid7_at(at),
            business=self.business,
            booking_request=booking_request,
            dates=iso,
            part_of_day=booking_request.part_of_day,
            plan=plan.fingerprint_less_date,
            note=note,
            made_by=self.owner,
            created_at=at,
        )
        facts = {
            "dates": iso,
            "part_of_day": booking_request.part_of_day,
            "price_minor": plan.price_minor,
            "is_charged": plan.is_charged,
            "frequency": "",
            "language": plan.language,
            "not_told_because": plan.not_told_because,
            "note": note,
        }
        event = self._event(booking_request, "proposed", self.owner, at, "pending", "pending", data=facts)
        self._send(booking_request, event, [letter], at)

    def approve(self, booking_request: BookingRequest, at: datetime, carried: Carried) -> None:
        plan = self._plan(booking_request, carried)
        letter = self._letters(booking_request, "booking.approved").approved(plan, carried.note)
        decided = self._decided(at)
        self._change(
            booking_request, status="approved", outcome="visit_added", personal_line=carried.note, **decided
        )
        visits = self._visits(booking_request, at, carried)
        event = self._decision(booking_request, "approved", at, approved_facts(plan, carried, visits))
        self._send(booking_request, event, [letter], at + UNDO)

    def _plan(self, booking_request: BookingRequest, carried: Carried) -> ApprovalPlan:
        facts = facts_of_one(self.business, booking_request.pk)
        agreement = carried.client_service
        return ApprovalPlan(
            facts=facts,
            version=facts.version,
            client_service_id=None if carried.makes else agreement.pk,
            frequency=agreement.frequency,
            date=carried.days[0],
            visit_dates=tuple(carried.days),
            price_minor=agreement.price_minor,
            is_charged=carried.is_charged,
            minutes=facts.service_minutes,
            technician_id=None,
            as_recurring=carried.makes and bool(agreement.frequency),
            language=self.business.language_for(facts.client_language),
            not_told_because=facts.not_told_because(),
        )

    def _visits(self, booking_request: BookingRequest, at: datetime, carried: Carried) -> list[Visit]:
        is_series = carried.makes and bool(carried.client_service.frequency)
        today = self.business.today()
        return [
            Visit.objects.create(
                business=self.business,
                client_service=carried.client_service,
                date=day,
                part_of_day=booking_request.part_of_day,
                is_charged=carried.is_charged,
                status="scheduled" if day >= today else "completed",
                booking_request=booking_request if day == carried.days[0] else None,
                occurrence_date=day if is_series else None,
                created_at=at,
            )
            for day in carried.days
        ]

    def _decided(self, at: datetime) -> dict[str, Any]:
        return {"decision_no": 1, "decided_by": self.owner, "decided_at": at, "undo_until": at + UNDO}

    def _change(self, booking_request: BookingRequest, **columns: Any) -> None:
        BookingRequest.objects.filter(pk=booking_request.pk).update(version=1, **columns)

    def _decision(
        self, booking_request: BookingRequest, verb: str, at: datetime, facts: dict[str, Any]
    ) -> Event:
        return self._event(booking_request, verb, self.owner, at, "pending", verb, decision_no=1, data=facts)

    def _event(
        self, about: BookingRequest, verb: str, actor: User, at: datetime, was: str, to: str, **columns: Any
    ) -> Event:
        return self._note(verb, actor, at, booking_request=about, from_state=was, to_state=to, **columns)

    def _note(self, verb: str, actor: User, at: datetime, **columns: Any) -> Event:
        return Event.objects.create(
            id=uuid7_at(at), business=self.business, verb=verb, actor=actor, at=at, **columns
        )

    def _letters(self, booking_request: BookingRequest, *keys: str) -> Letters:
        return Letters(self.business, facts_of_one(self.business, booking_request.pk), *keys)

    def _send(
        self, about: BookingRequest | None, event: Event, drafts: Sequence[Draft], at: datetime
    ) -> None:
        """Stored by the outbox, then dated: what could leave has left; who could not be written to was told."""
        made = store(
            drafts,
            business_id=self.business.pk,
            booking_request_id=about.pk if about else None,
            event_id=event.pk,
            holds_mail=False,
        )
        rows = Message.objects.filter(pk__in=[message.pk for message in made])
        rows.update(created_at=at, next_try=at)
        rows.filter(status="queued").update(status="sent", sent_at=at + ON_ITS_WAY, attempts=1)
        rows.filter(status="not_sendable").update(told_at=at + ON_ITS_WAY)


def photographed(names: Sequence[str]) -> tuple[PreparedPhoto, ...]:
    """The named pictures, through the same door as anybody's photos."""
    if not names:
        return ()
    sent = [ContentFile(PICTURES[name](), name=f"IMG_20{n}.jpg") for n, name in enumerate(names, 41)]
    return prepare_photos(sent).photos


def approved_facts(plan: ApprovalPlan, carried: Carried, visits: Sequence[Visit]) -> dict[str, Any]:
    """As the Event of an approval keeps them."""
    return {
        "date": carried.days[0].isoformat(),
        "price_minor": plan.price_minor,
        "is_charged": plan.is_charged,
        "frequency": plan.frequency,
        "client_service": str(carried.client_service.pk),
        "makes_client_service": carried.makes,
        "visits": [str(visit.pk) for visit in visits],
        "language": plan.language,
        "not_told_because": plan.not_told_because,
        "note": carried.note,
    }
