"""The outbox as a worker sees it: what is due, who has taken it, and what became of it.

Every change is a conditional UPDATE, and the database's clock decides (CASES D8, D11): several workers may
run, on several machines, and any of them may be killed at any instant.
"""

from datetime import timedelta
from secrets import SystemRandom
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from ..models import Client, Membership, Message
from ..models.message import TEST_MAIL, MessageQuerySet

Status = Message.Status
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# What is waited after the first, the second, … attempt; after these a day each time.
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)
MOST_ATTEMPTS = 9  # a tenth would come after the three days for which we try
MOST_ATTEMPTS_WAITED_FOR = 4  # 21 minutes: nobody waits longer for a way in, or for a test mail
LONGEST_REASON = 500


def lease() -> timedelta:
    """How long a worker may take over one message: greeting, sender, recipient and text, each in its time."""
    return timedelta(seconds=4 * settings.EMAIL_TIMEOUT)


def due() -> MessageQuerySet:
    """What can be taken now: its time has come, nobody has it, and no earlier message of the same request
    to the same recipient is still to leave."""
    earlier = Message.objects.filter(
        booking_request=OuterRef("booking_request"),
        recipient=OuterRef("recipient"),
        id__lt=OuterRef("id"),
        status__in=(Status.QUEUED, Status.SENDING, Status.HELD),
    )
    is_free = Q(status=Status.QUEUED) | Q(lease_until__lt=Now())
    return Message.objects.waiting().filter(is_free, ~Exists(earlier), next_try__lte=Now())


def due_keys(limit: int) -> list[UUID]:
    return list(due().order_by("next_try", "id").values_list("pk", flat=True)[:limit])


def claim(key: UUID) -> Message | None:
    """Take a message for the time of a lease; None where someone was faster. Counts the attempt now, so
    that a message which kills its worker is not tried for ever."""
    taken = due().filter(pk=key)
    if not taken.update(status=Status.SENDING, lease_until=Now() + lease(), attempts=F("attempts") + 1):
        return None
    return Message.objects.select_related("business", "sign_in", "event").get(pk=key)


def renew(message: Message) -> bool:
    """Begin the lease anew; False where it had run out and someone else has the message."""
    return _still_ours(message).update(lease_until=Now() + lease()) == 1


def is_spent(message: Message) -> bool:
    """Every attempt it has was begun, and none came to an end."""
    return message.attempts > _most_attempts(message)


def is_for_who_left(message: Message) -> bool:
    """To someone of the office who is in the team no more. Sign-in mail is hers, wherever she works."""
    kind, _colon, key = message.recipient.partition(":")
    if kind != "user" or message.sign_in_id:
        return False
    return not Membership.objects.filter(
        business=message.business_id, user=UUID(key), is_active=True
    ).exists()


def mark_left_team(message: Message) -> None:
    """As removing her lets go what waits for her: what was stored at that very moment was not seen by it."""
    _still_ours(message).update(
        status=Status.NOT_SENDABLE, lease_until=None, reason=Message.LEFT_TEAM, told_at=Now()
    )


def mark_sent(message: Message, **changes: str) -> None:
    """The mail server has it. True whoever holds the lease by now: then the other need not send it too."""
    Message.objects.filter(pk=message.pk).update(
        status=Status.SENT, sent_at=Now(), lease_until=None, reason="", **changes
    )


def mark_failed(message: Message, reason: str) -> None:
    """It will not be tried again unless a person asks for it."""
    _still_ours(message).update(status=Status.FAILED, lease_until=None, reason=reason[:LONGEST_REASON])


def mark_unreachable(message: Message, reason: str) -> None:
    """It failed, and so would any other to this address: the client whose it is counts as bounced (rule 21),
    until her email is corrected or a person tries again."""
    with transaction.atomic():
        mark_failed(message, reason)
        kind, _colon, key = message.recipient.partition(":")
        if kind == "client":
            theirs = Client.objects.filter(pk=key, business=message.business_id, email=message.to_address)
            theirs.filter(email_bounced_at=None).update(email_bounced_at=Now())


def postpone(message: Message, reason: str) -> bool:
    """Try again later, or fail where the attempts are used up: False then."""
    if message.attempts >= _most_attempts(message):
        mark_failed(message, reason)
        return False
    wait = WAITS[min(message.attempts, len(WAITS)) - 1] * SystemRandom().uniform(0.9, 1.1)
    _still_ours(message).update(
        status=Status.QUEUED, lease_until=None, next_try=Now() + wait, reason=reason[:LONGEST_REASON]
    )
    return True


def give_back(message: Message) -> None:
    """Let any worker have it at once."""
    _still_ours(message).update(status=Status.QUEUED, lease_until=None)


def _still_ours(message: Message) -> MessageQuerySet:
    return Message.objects.filter(pk=message.pk, status=Status.SENDING, attempts=message.attempts)


def _most_attempts(message: Message) -> int:
    is_waited_for = message.sign_in_id is not None or message.key == TEST_MAIL
    return MOST_ATTEMPTS_WAITED_FOR if is_waited_for else MOST_ATTEMPTS
