"""Telling by hand: what could not be sent was said on the phone, or in person."""

from django.db import transaction
from django.utils import timezone

from ...models import BookingRequest, Business, Event, Message, User
from ..errors import Conflict


def mark_told(message: Message, *, by: User) -> None:
    """Someone of the office told the recipient herself; the message needs nobody's attention any more.

    Raises Conflict("not_undelivered") where it has left, may still leave, or was told already.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        rows = Message.objects.undelivered().filter(pk=message.pk, business=message.business_id)
        if not rows.update(told_at=now):
            raise Conflict("not_undelivered")
        cause = message.event
        Event.objects.create(
            business_id=message.business_id,
            booking_request_id=message.booking_request_id,
            visit_id=cause.visit_id if cause else None,
            verb=Event.Verb.TOLD,
            actor=by,
            at=now,
            data={"message": str(message.pk), "key": message.key},
        )
    message.told_at = now


def tellable(business: Business, booking_request: BookingRequest) -> Message | None:
    """The message of the decision that stands which the client cannot get, told meanwhile or not."""
    rows = Message.objects.filter(
        business=business,
        booking_request=booking_request,
        event__decision_no__isnull=False,  # those of a decision taken back are gone
        recipient=f"client:{booking_request.client_id}",
    )
    undelivered = rows.filter(status__in=(Message.Status.NOT_SENDABLE, Message.Status.FAILED))
    # By time, not by key: asked for in the order of keys, SQLite walks all messages of the business.
    return undelivered.order_by("-created_at", "-id").first()
