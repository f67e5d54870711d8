"""Requests found by what is known of them: which kind, whose, where, for how long they have waited."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from ...models import BookingRequest, Business, ClientService
from ...models.booking_request import BookingRequestQuerySet
from ...wording.loosely import loosely
from ...wording.phones import digits_of
from .facts import BEFORE_ALL, PAGE, RequestFacts, facts_of, facts_waiting

DUE = "due"
DAYS = {"1": 1, "3": 3, "7": 7}
MOST_WORDS = 6
# How many requests one page looks through for those that fit: what fits nothing stays quick at any size.
LOOKED_THROUGH = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is empty does not matter.

    `age` is "due" (promised by today or earlier; once decided: answered later than promised) or a number of days
    that it has waited, or waited until it was decided. `technician` and `by` are a membership's and a user's key.
    `day` is among the dates they ask for.
    """

    kind: str = ""
    service: UUID | None = None
    client: str = ""
    technician: UUID | None = None
    age: str = ""
    text: str = ""
    outcome: str = ""
    by: UUID | None = None
    day: date | None = None

    def is_everything(self) -> bool:
        return self == ALL


ALL = Wanted()
# What the queue asks for most has a statement of its own, made once (facts.py).
SHOWN = {ALL: "", Wanted(age=DUE): "due", Wanted(kind=BookingRequest.Kind.ISSUE_REPORT): "issues"}


class Found(NamedTuple):
    """A page of requests; `next_after` is where the next one begins, None where nothing follows."""

    facts: list[RequestFacts]
    next_after: UUID | None


def find_waiting(business: Business, wanted: Wanted, *, after: UUID | None = None) -> Found:
    """What waits and is wanted, oldest first. One statement, or two where it is more than `facts_waiting` knows."""
    if wanted in SHOWN:
        facts, more = facts_waiting(business, show=SHOWN[wanted], after=after)
        return Found(facts, facts[-1].id if more else None)
    pending = BookingRequest.objects.filter(business=business).pending()
    ahead = pending.filter(pk__gt=after or BEFORE_ALL).order_by("id")
    edge = next(iter(ahead.values_list("pk", flat=True)[LOOKED_THROUGH - 1 : LOOKED_THROUGH]), None)
    looked_at = ahead.filter(pk__lte=edge) if edge else ahead
    facts = facts_of(only_waiting(looked_at, business, wanted)[: PAGE + 1])
    return Found(facts[:PAGE], facts[PAGE - 1].id if len(facts) > PAGE else edge)


def only_waiting(rows: BookingRequestQuerySet, business: Business, wanted: Wanted) -> BookingRequestQuerySet:
    """Of rows of that business those that are wanted; `age` is how long they have waited by now."""
    rows = _only(rows, business, wanted)
    if wanted.age == DUE:
        return rows.due(business.today())
    if wanted.age:
        return rows.filter(created_at__lte=timezone.now() - timedelta(days=DAYS[wanted.age]))
    return rows


def only_decided(rows: BookingRequestQuerySet, business: Business, wanted: Wanted) -> BookingRequestQuerySet:
    """As `only_waiting`, of decided ones; `age` is how long they waited for it."""
    rows = _only(rows, business, wanted)
    if wanted.by:
        rows = rows.filter(decided_by=wanted.by)
    if wanted.outcome in BookingRequest.Status.values:
        rows = rows.filter(status=wanted.outcome)
    elif wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    if wanted.age == DUE:
        day = TruncDate("decided_at", tzinfo=ZoneInfo(business.time_zone))
        return rows.annotate(decided_on=day).filter(decided_on__gt=F("reply_by"))
    if wanted.age:
        return rows.filter(decided_at__gte=F("created_at") + timedelta(days=DAYS[wanted.age]))
    return rows


def _only(rows: BookingRequestQuerySet, business: Business, wanted: Wanted) -> BookingRequestQuerySet:
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.day:
        rows = rows.asking_for(wanted.day)
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    if wanted.technician:
        rows = rows.filter(_is_work_of(business, wanted.technician))
    return _holding(_holding(rows, wanted.client, _client_holds), wanted.text, _request_holds)


def _is_work_of(business: Business, technician: UUID) -> Q:
    """Who goes there: by the visit that was asked about, its agreement, or the one that approving would use."""
    matching = ClientService.objects.active().filter(
        business=business,
        technician=technician,
        client=OuterRef("client"),
        property=OuterRef("property"),
        service=OuterRef("service"),
    )
    visit = Q(about_visit__technician=technician)
    return visit | Q(about_visit__client_service__technician=technician) | Q(Exists(matching))


def _holding(rows: BookingRequestQuerySet, typed: str, holds: Callable[[str], Q]) -> BookingRequestQuerySet:
    """Every word must be met; a phone number, written with spaces, as a whole."""
    if not any(sign.isalpha() for sign in typed) and len(digits := digits_of(typed)) > 3:
        return rows.filter(holds(typed) | Q(client__phone__contains=digits))
    for word in typed.split()[:MOST_WORDS]:
        rows = rows.filter(holds(word))
    return rows


def _client_holds(word: str) -> Q:
    named = Q(client__name__iregex=loosely(word))
    return named | Q(client__email__icontains=word) | Q(client__phone__icontains=word)


def _request_holds(word: str) -> Q:
    pattern = loosely(word)
    said = Q(client__name__iregex=pattern) | Q(property__address__iregex=pattern) | Q(notes__iregex=pattern)
    return said | Q(reference__icontains=as_reference(word))


def as_reference(word: str) -> str:
    """A reference may be typed without its dash: "k7q2mx"."""
    return f"{word[:3]}-{word[3:]}" if len(word) == 6 and word.isalnum() else word


def answer_times(business: Business, *, since: datetime, most: int = 1000) -> list[timedelta]:
    """How long each of the newest decisions took, from when it was asked, no more than `most`. One statement."""
    rows = BookingRequest.objects.filter(business=business).decided().filter(decided_at__gte=since)
    pairs = rows.order_by("-decided_at", "-id").values_list("created_at", "decided_at")[:most]
    return [decided_at - created_at for created_at, decided_at in pairs if decided_at]
