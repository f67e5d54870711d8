"""A test mail to oneself, through the same outbox and worker as every other: it shows whether mail leaves."""

from datetime import timedelta
from math import ceil
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Business, Event, Message, User
from ..models.identity import uuid7_at
from ..models.message import TEST_MAIL
from ..wording.languages import choose_language
from .errors import TooMany
from .messages import Draft, Recipient, draft, own_words, store

AT_MOST: Final = 5
WITHIN: Final = timedelta(hours=1)


def send_test_mail(business: Business, *, by: User) -> Message:
    """Queue a mail to whoever asks; it leaves while other mail is held, for it is how one sees that mail works.

    Raises TooMany after five within an hour.
    """
    _check(test_mails(business, by))
    letter = _letter(business, by)
    with transaction.atomic(durable=True):
        event = Event.objects.create(business=business, verb=Event.Verb.MAIL_TESTED, actor=by)
        [message] = store(
            [letter], business_id=business.pk, booking_request_id=None, event_id=event.pk, holds_mail=False
        )
    return message


def test_mails(business: Business, user: User) -> QuerySet[Message]:
    """Hers in this business, of any time."""
    return Message.objects.filter(business=business, key=TEST_MAIL, recipient=_key(user))


def _key(user: User) -> str:
    return f"user:{user.pk}"


def _check(mails: QuerySet[Message]) -> None:
    """Looked for by key, which begins with the time: a business may have a hundred thousand messages."""
    began = timezone.now() - WITHIN
    recent = mails.filter(pk__gte=uuid7_at(began), created_at__gt=began).order_by("-pk")
    times = list(recent.values_list("created_at", flat=True)[:AT_MOST])
    if len(times) == AT_MOST:
        raise TooMany("test_mails", max(1, ceil((times[-1] - began).total_seconds())))


def _letter(business: Business, user: User) -> Draft:
    recipient = Recipient(
        key=_key(user),
        name=user.name,
        address=user.email,
        language=choose_language(user.language, business.default_language),
    )
    values = {
        "business": business.name,
        "business_phone": business.phone,
        "link": f"{settings.SIDEGATE_BASE_URL}/{business.slug}/office/requests",
    }
    return draft(TEST_MAIL, words=own_words(business.pk, (TEST_MAIL,)), recipient=recipient, values=values)
