"""Storing messages, inside the transaction of whatever causes them (DESIGN rule 18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ...models import Business, Message, SignIn
from ...models.compiled import CompiledInsert
from ...models.identity import uuid7
from ...wording.typed import clean_line
from .drafts import Draft

Status = Message.Status


def store(
    drafts: Sequence[Draft],
    *,
    business_id: UUID,
    booking_request_id: UUID | None,
    event_id: UUID,
    holds_mail: bool,
    not_before: datetime | None = None,
) -> list[Message]:
    """Put the drafts into the outbox, in their order. One statement, none without drafts.

    Who cannot be written to gets a message all the same, `not_sendable` and with the reason (rule 21).
    Raises IntegrityError where this event already has a message to one of the recipients.
    """
    if not drafts:
        return []
    now = timezone.now()
    messages = [
        _message(
            draft,
            business_id=business_id,
            booking_request_id=booking_request_id,
            event_id=event_id,
            holds_mail=holds_mail,
            next_try=not_before or now,
            now=now,
        )
        for draft in drafts
    ]
    _NEW_MESSAGES.run(messages)
    return messages


_NEW_MESSAGES = CompiledInsert(Message)


def store_spread(
    drafts: Sequence[tuple[Draft, UUID, datetime]], *, business_id: UUID, holds_mail: bool
) -> None:
    """Each draft with its own Event and the earliest instant at which it may leave: for letters to many people.
    One statement."""
    now = timezone.now()
    Message.objects.bulk_create(
        _message(
            draft,
            business_id=business_id,
            booking_request_id=None,
            event_id=event_id,
            holds_mail=holds_mail,
            next_try=not_before,
            now=now,
        )
        for draft, event_id, not_before in drafts
    )


def _message(draft: Draft, *, holds_mail: bool, now: datetime, **facts: Any) -> Message:
    return Message(
        status=_status(draft, holds_mail),
        reason=draft.recipient.refusal,
        created_at=now,
        **facts,
        **_rendered(draft),
    )


def store_sign_in(draft: Draft, *, sign_in: SignIn, business: Business) -> Message:
    """Queue a sign-in message. It is never held, or nobody could release what is (CASES D12)."""
    return Message.objects.create(business=business, sign_in=sign_in, **_rendered(draft))


def _rendered(draft: Draft) -> dict[str, Any]:
    made = uuid7()
    return {
        "id": made,
        "key": draft.key,
        "recipient": draft.recipient.key,
        "to_address": draft.recipient.address,
        "to_name": clean_line(draft.recipient.name)[:120],
        "language": draft.recipient.language,
        "subject": draft.subject,
        "text": draft.text,
        "message_id": f"<{made}@{urlsplit(settings.SIDEGATE_BASE_URL).hostname}>",
    }


def _status(draft: Draft, holds_mail: bool) -> str:
    if draft.recipient.refusal:
        return Status.NOT_SENDABLE
    return Status.HELD if holds_mail else Status.QUEUED
