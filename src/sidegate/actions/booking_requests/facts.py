"""What planning needs to know of requests, read lean: rows of values, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, DateField, OuterRef, Q, QuerySet, Subquery, Value, When

from ...models import BookingRequest, Business, ClientService, Event, Visit
from ...models.booking_request import BookingRequestQuerySet
from ...models.compiled import Among, CompiledRows, Given
from ...models.recurrence import Recurrence
from ...wording.languages import choose_language, in_language
from ..messages import Recipient


class RequestFacts(NamedTuple):
    """One request with its client, property and service: enough to show, to plan and to write about it."""

    id: UUID
    reference: str
    kind: str
    status: str
    turn: str
    version: int
    decision_no: int
    window_start: date
    window_end: date
    part_of_day: str
    frequency: str
    notes: str
    shown_price_minor: int | None
    reply_by: date
    came_by: str
    created_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    undo_until: datetime | None
    reason: str
    about_visit_id: UUID | None
    about_visit_date: date | None
    about_client_service_id: UUID | None
    about_version: int | None
    about_status: str | None
    about_part_of_day: str | None
    about_arrives_from: time | None
    about_arrives_until: time | None
    about_minutes: int | None
    about_is_charged: bool | None
    about_technician_id: UUID | None
    about_frequency: str | None
    about_price_minor: int | None
    client_id: UUID
    client_name: str
    client_email: str
    client_phone: str
    client_language: str
    client_opted_out: bool
    client_bounced_at: datetime | None
    client_archived_at: datetime | None
    property_id: UUID
    address: str
    property_archived_at: datetime | None
    service_id: UUID
    service_names: dict[str, str]
    service_price_minor: int | None
    service_archived_at: datetime | None
    service_minutes: int

    def client_first_name(self) -> str:
        return self.client_name.split(" ", 1)[0]

    def service_name(self, language: str, *others: str) -> str:
        return in_language(self.service_names, language, *others)

    def visit_as_it_is(self) -> dict[str, Any]:
        """What a decision may change of the visit it is about, to be kept in its Event."""
        clock = {"arrives_from": self.about_arrives_from, "arrives_until": self.about_arrives_until}
        return {
            "date": self.about_visit_date.isoformat() if self.about_visit_date else "",
            "part_of_day": self.about_part_of_day,
            "status": self.about_status,
            "version": self.about_version,
            **{name: value and value.isoformat() for name, value in clock.items()},
        }

    def recipient(self, default_language: str) -> Recipient:
        """The client as one who is written to: the language really used, and why not where she cannot be."""
        return Recipient(
            key=f"client:{self.client_id}",
            name=self.client_name,
            address=self.client_email,
            language=choose_language(self.client_language, default_language),
            refusal=self.not_told_because(),
        )

    def not_told_because(self) -> str:
        """Empty where she can be written to, else "no_address", "opted_out" or "bounced" (rule 21)."""
        if not self.client_email:
            return "no_address"
        if self.client_opted_out:
            return "opted_out"
        return "bounced" if self.client_bounced_at else ""


_COLUMNS = (
    "id", "reference", "kind", "status", "turn", "version", "decision_no", "window_start", "window_end", "part_of_day",
    "frequency", "notes", "shown_price_minor", "reply_by", "came_by", "created_at", "decided_at", "decided_by__name",
    "undo_until", "reason", "about_visit_id", "about_visit__date", "about_visit__client_service_id",
    "about_visit__version", "about_visit__status", "about_visit__part_of_day", "about_visit__arrives_from",
    "about_visit__arrives_until", "about_visit__duration_minutes", "about_visit__is_charged",
    "about_visit__technician_id",
    "about_visit__client_service__frequency", "about_visit__client_service__price_minor",
    "client_id", "client__name", "client__email", "client__phone", "client__language",
    "client__email_opted_out", "client__email_bounced_at", "client__archived_at",
    "property_id", "property__address", "property__archived_at",
    "service_id", "service__names", "service__price_minor", "service__archived_at", "service__duration_minutes",
)  # fmt: skip


def facts_of(rows: BookingRequestQuerySet) -> list[RequestFacts]:
    """The facts of these requests, in the order of the queryset. One statement."""
    return [RequestFacts._make(values) for values in rows.values_list(*_COLUMNS)]


PAGE = 50
BEFORE_ALL = UUID(int=0)


def facts_waiting(
    business: Business, *, show: str = "", after: UUID | None = None
) -> tuple[list[RequestFacts], bool]:
    """A page of what waits, oldest first, and whether more follows. `show` is "due", "issues" or, for all,
    empty; `after` the key of the last one on the page before. One statement."""
    rows = _WAITING[show].rows(business=business.pk, after=after or BEFORE_ALL, today=business.today())
    return [RequestFacts._make(values) for values in rows[:PAGE]], len(rows) > PAGE


def _waiting(which: Callable[[BookingRequestQuerySet], BookingRequestQuerySet]) -> CompiledRows:
    def rows() -> QuerySet[BookingRequest, tuple[Any, ...]]:
        pending = BookingRequest.objects.filter(business=Given("business")).pending()
        nobody_yet = Value(None, output_field=CharField())  # no join for who decided it
        columns = [("nobody_yet" if column == "decided_by__name" else column) for column in _COLUMNS]
        rows = which(pending).filter(pk__gt=Given("after")).annotate(nobody_yet=nobody_yet)
        return rows.order_by("id").values_list(*columns)[: PAGE + 1]

    return CompiledRows(rows, plan_anew=True)


_WAITING = {
    "": _waiting(lambda rows: rows),
    "due": _waiting(lambda rows: rows.due(Given("today", DateField()))),
    "issues": _waiting(lambda rows: rows.issues()),
}


def facts_of_one(business: Business, booking_request_id: UUID) -> RequestFacts:
    """Raises BookingRequest.DoesNotExist where the business has no such request. One statement."""
    found = _ONE.rows(business=business.pk, pk=booking_request_id)
    if not found:
        raise BookingRequest.DoesNotExist
    return RequestFacts._make(found[0])


_ONE = CompiledRows(
    lambda: BookingRequest.objects.filter(business=Given("business"), pk=Given("pk")).values_list(*_COLUMNS)
)


def facts_in_hand(booking_request: BookingRequest) -> RequestFacts:
    """The facts of a request not yet stored, from the rows already in hand; no statement where its client,
    property, service and visit are set on it."""

    def reach(column: str) -> Any:
        value: Any = booking_request
        for name in column.split("__"):
            value = getattr(value, name) if value is not None else None
        return value

    return RequestFacts._make(reach(column) for column in _COLUMNS)


class AgreementFacts(NamedTuple):
    """A ClientService as planning sees it."""

    id: UUID
    client_id: UUID
    property_id: UUID
    service_id: UUID
    price_minor: int
    frequency: str
    start_date: date
    status: str
    address: str
    rule: str
    rule_start: date | None
    ends_on: date | None
    paused_from: date | None
    paused_until: date | None
    makes_visits: bool
    technician_id: UUID | None
    duration_minutes: int | None
    part_of_day: str
    arrives_from: time | None
    arrives_until: time | None
    last_visit: date | None  # of a cancelled one

    def days_to_come(self, first: date, last: date) -> frozenset[date]:
        """Those of its rhythm: visits will stand there though none has been made yet."""
        if not (self.rule and self.rule_start and self.makes_visits):
            return frozenset()
        found = Recurrence.of(self.rule).dates(self.rule_start, first, min(last, self.ends_on or last))
        return frozenset(day for day in found if not self._is_in_pause(day))

    def _is_in_pause(self, day: date) -> bool:
        if self.paused_from is None or day < self.paused_from:
            return False
        return self.paused_until is None or day <= self.paused_until


@dataclass(slots=True)
class Surroundings:
    """What stands around a batch of requests: their clients' agreements, and the visits under those."""

    agreements: dict[tuple[UUID, UUID], list[AgreementFacts]] = field(
        default_factory=lambda: defaultdict(list)
    )
    visits: dict[UUID, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    # By request about a visit the date on which that stood when she asked.
    asked_about: dict[UUID, date] = field(default_factory=dict)

    def agreements_for(self, facts: RequestFacts) -> Sequence[AgreementFacts]:
        """Her agreements about that service, at any property, in order of their start: also paused ones, and recurring
        ones that were cancelled."""
        return self.agreements.get((facts.client_id, facts.service_id), ())

    def occupied_days(self, client_service_id: UUID) -> frozenset[date]:
        visits = self.visits.get(client_service_id, ())
        return frozenset(day for day, status in visits if status in Visit.OCCUPYING)

    def still_open(self, agreement: AgreementFacts, today: date) -> bool:
        """Whether an active agreement still matches: a one-time one only without a visit yet, or with one
        scheduled today or later (DESIGN section 2)."""
        if agreement.status != ClientService.Status.ACTIVE:
            return False
        visits = self.visits.get(agreement.id, ())
        return (
            bool(agreement.frequency)
            or not visits
            or any(day >= today and status == Visit.Status.SCHEDULED for day, status in visits)
        )


def surroundings_of(business: Business, requests: Collection[RequestFacts], today: date) -> Surroundings:
    """Agreements and visits around the requests. Two statements, however many requests there are; one more where
    some are about moving or skipping a visit."""
    around = Surroundings()
    of_visits = [facts for facts in requests if facts.kind in BookingRequest.OF_A_VISIT]
    found = _agreements(business, requests) if len(of_visits) < len(requests) else []
    for agreement in found:
        around.agreements[agreement.client_id, agreement.service_id].append(agreement)
    moves = [facts for facts in of_visits if facts.kind == BookingRequest.Kind.MOVE_VISIT]
    also = [facts.about_client_service_id for facts in moves if facts.about_client_service_id]
    for client_service_id, day, status in _visits(found, today, also):
        around.visits[client_service_id].append((day, status))
    if of_visits:
        around.asked_about = _asked_about(business, of_visits)
    return around


def _asked_about(business: Business, requests: Iterable[RequestFacts]) -> dict[UUID, date]:
    rows = _ASKED_ABOUT.rows(business=business.pk, requests=[facts.id for facts in requests])
    return {
        request_id: date.fromisoformat(data["visit_date"])
        for request_id, data in rows
        if "visit_date" in data
    }


_ASKED_ABOUT = CompiledRows(
    lambda: (
        Event.objects.filter(
            Among("booking_request_id", "requests"),
            business=Given("business"),
            verb__in=(Event.Verb.SUBMITTED, Event.Verb.EDITED),
        )
        .order_by("at", "id")
        .values_list("booking_request_id", "data")
    )
)


def _agreements(business: Business, requests: Collection[RequestFacts]) -> list[AgreementFacts]:
    clients, services = {facts.client_id for facts in requests}, {facts.service_id for facts in requests}
    rows = _AGREEMENTS.rows(business=business.pk, clients=clients, services=services)
    return [AgreementFacts._make(row) for row in rows]


_LAST_VISIT_OF_CANCELLED = Case(
    When(
        status=ClientService.Status.CANCELLED,
        then=Subquery(
            Visit.objects.occupying()
            .filter(client_service=OuterRef("pk"))
            .order_by("-date")
            .values("date")[:1]
        ),
    )
)
_AGREEMENTS = CompiledRows(
    lambda: (
        ClientService.objects.filter(
            Among("client_id", "clients"), Among("service_id", "services"), business=Given("business")
        )
        .exclude(status=ClientService.Status.COMPLETED)
        .exclude(status=ClientService.Status.CANCELLED, frequency="")
        .annotate(last_visit=_LAST_VISIT_OF_CANCELLED)
        .order_by("start_date", "id")
        .values_list(
            "id", "client_id", "property_id", "service_id", "price_minor", "frequency", "start_date", "status",
            "property__address", "rule", "rule_start", "ends_on", "paused_from", "paused_until", "makes_visits",
            "technician_id", "duration_minutes", "part_of_day", "arrives_from", "arrives_until", "last_visit",
        )
    )
)  # fmt: skip


def _visits(
    agreements: Iterable[AgreementFacts], today: date, also: Iterable[UUID]
) -> Iterable[tuple[Any, ...]]:
    """Of recurring agreements, and of those named beside, the visits from today on; of other one-time ones all."""
    active = [a for a in agreements if a.status == ClientService.Status.ACTIVE]
    one_time = [a.id for a in active if not a.frequency]
    recurring = {*(a.id for a in active if a.frequency), *also} - set(one_time)
    if not recurring and not one_time:
        return ()
    return _VISITS.rows(recurring=recurring, one_time=one_time, today=today)


_VISITS = CompiledRows(
    lambda: Visit.objects.filter(
        Q(Among("client_service_id", "recurring"), date__gte=Given("today", DateField()))
        | Q(Among("client_service_id", "one_time"))
    ).values_list("client_service_id", "date", "status")
)
