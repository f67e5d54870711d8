"""Requests never go stale silently: once a day the office reads which of them are due, or late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import BookingRequest, Business, Event
from ..models.booking_request import BookingRequestQuerySet
from ..wording import dates
from .booking_requests.letters import office_link, office_members
from .messages import Draft, Recipient, Words, draft, own_words, store

KEY = "office.requests_waiting"
NOT_BEFORE_HOUR = 7
MOST_NAMED = 5
MOST_BUSINESSES = 200
FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is due today or late: the first of it, and how much there is."""

    first: Sequence[BookingRequest]
    count: int


def remind_offices(*, now: datetime | None = None) -> int:
    """Write to each office that has something due, from seven in the morning of its own working day on, once a day;
    returns to how many. Done twice, or by two workers at once, each reads it once."""
    now = now or timezone.now()
    return sum(_remind(business, now) for business in _candidates(now))


def _candidates(now: datetime) -> list[Business]:
    """Businesses with something due where the day is farthest on; each is asked again with its own calendar."""
    latest = (now + FARTHEST_ZONE).date()
    due = BookingRequest.objects.filter(business=OuterRef("pk")).pending().due(latest)
    not_yet = Q(reminded_on=None) | Q(reminded_on__lt=latest)
    return list(Business.objects.filter(not_yet, Exists(due)).order_by("id")[:MOST_BUSINESSES])


def _remind(business: Business, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(business.time_zone))
    today = local.date()
    if local.hour < NOT_BEFORE_HOUR or not business.calendar().is_working(today):
        return False
    waiting = _waiting(business, today)
    if not waiting.count:
        return False
    letters = _letters(business, waiting, today)
    with transaction.atomic(durable=True):
        untold = Business.objects.filter(Q(reminded_on=None) | Q(reminded_on__lt=today), pk=business.pk)
        if not untold.update(reminded_on=today):
            return False
        event = Event.objects.create(business=business, verb=Event.Verb.OFFICE_REMINDED, actor=None)
        store(
            letters,
            business_id=business.pk,
            booking_request_id=None,
            event_id=event.pk,
            holds_mail=business.holds_mail,
        )
    return True


def _waiting(business: Business, today: date) -> Waiting:
    due: BookingRequestQuerySet = BookingRequest.objects.filter(business=business).pending().due(today)
    first = list(due.select_related("client", "service").order_by("id")[:MOST_NAMED])
    return Waiting(first, due.counted_up_to_cap())


def _letters(business: Business, waiting: Waiting, today: date) -> list[Draft]:
    words = own_words(business.pk, (KEY,))
    return [_letter(business, member, waiting, today, words) for member in office_members(business)]


def _letter(business: Business, member: Recipient, waiting: Waiting, today: date, words: Words) -> Draft:
    with translation.override(member.language):
        lines = [_line(business, row, member.language, today) for row in waiting.first]
    values = {
        "business": business.name,
        "business_phone": business.phone,
        "count": f"{waiting.count:,}",
        "requests": "\n".join(lines),
        "link": f"{settings.SIDEGATE_BASE_URL}/{business.slug}/office/requests?age=due",
    }
    return draft(KEY, words=words, recipient=member, values=values)


def _line(business: Business, row: BookingRequest, language: str, today: date) -> str:
    """ "Maria Álvarez, Mowing, promised by Tue, Mar 3: https://…"."""
    return _("%(client)s, %(service)s, promised by %(day)s: %(link)s") % {
        "client": row.client.name,
        "service": row.service.name_in(language, business.default_language),
        "day": dates.day(row.reply_by, language, business.country, today=today),
        "link": office_link(business, row.reference),
    }
