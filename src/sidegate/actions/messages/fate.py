"""What becomes of messages that did not leave: held ones are released, failed ones tried again, others let go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ...models import Business, Client, Message, User
from ...models.message import MessageQuerySet
from ..errors import Conflict

Status = Message.Status


def release_held(business: Business) -> int:
    """Stop holding the business's mail and let what was held leave; returns how many messages that is."""
    with transaction.atomic():
        Business.objects.filter(pk=business.pk).update(holds_mail=False)
        released = Message.objects.filter(business=business, status=Status.HELD).update(status=Status.QUEUED)
    business.holds_mail = False
    return released


def let_go(messages: MessageQuerySet, *, because: str) -> None:
    """What has not left does not leave any more, and needs nobody's attention; `because` is one of Message.LET_GO.

    A worker that is sending one at this moment ends its try, and begins no other.
    """
    unsent = messages.unsent().filter(told_at=None)
    unsent.update(status=Status.NOT_SENDABLE, reason=because, lease_until=None, told_at=timezone.now())


def retry_message(message: Message) -> None:
    """Queue a message anew, to the address its recipient has by now.

    Whoever tries again says that the address may be right after all: it no longer counts as bounced.
    Raises Conflict: "not_failed" where it neither failed nor was unsendable, or no longer; "told" where somebody
    told her by hand; else the reason for which she still cannot be written to ("no_address", "opted_out").
    """
    if message.is_let_go():
        raise Conflict("not_failed")
    address, refusal = _address_now(message.recipient, message.business_id)
    if refusal:
        raise Conflict(refusal)
    undelivered = Message.objects.filter(pk=message.pk, status__in=(Status.FAILED, Status.NOT_SENDABLE))
    undelivered = undelivered.filter(told_at=None)
    holds_mail = message.business.holds_mail and message.sign_in_id is None
    retried = undelivered.update(
        status=Status.HELD if holds_mail else Status.QUEUED,
        to_address=address,
        reason="",
        attempts=0,
        next_try=_earliest(message),
    )
    if not retried:
        raise Conflict("told" if _was_told(message) else "not_failed")
    kind, _colon, key = message.recipient.partition(":")
    if kind == "client":
        Client.objects.filter(pk=key, business=message.business_id).update(email_bounced_at=None)
    message.refresh_from_db()


def _was_told(message: Message) -> bool:
    rows = Message.objects.filter(pk=message.pk, business=message.business_id, told_at__isnull=False)
    return rows.exclude(reason__in=Message.LET_GO).exists()


def _earliest(message: Message) -> datetime:
    """Now, but never before the undoing of its decision is over (DESIGN rule 16)."""
    undo_until = message.booking_request.undo_until if message.booking_request else None
    return max(timezone.now(), undo_until) if undo_until else timezone.now()


def _address_now(recipient: str, business_id: UUID) -> tuple[str, str]:
    """The address of a "client:<id>" or "user:<id>", and why it cannot be used."""
    kind, _colon, key = recipient.partition(":")
    if kind == "user":
        address = User.objects.values_list("email", flat=True).get(pk=key)
        return address, "" if address else "no_address"
    client = Client.objects.get(pk=key, business_id=business_id)
    if not client.email:
        return "", "no_address"
    return client.email, "opted_out" if client.email_opted_out else ""
