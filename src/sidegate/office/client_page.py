"""Everything about one client on one page: how she is reached, where, what she has, what comes next."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..actions.booking_requests.words import not_told
from ..actions.clients import not_told_because
from ..models import BookingRequest, Client, ClientService, PortalUser, Property, Visit
from ..web.access import OfficeScope
from ..wording import rhythm
from .booking_request_card import kind_words
from .in_words import AGREEMENT_TONES, InWords
from .inviting_words import TONES, portal_state, state_words

VISITS_SHOWN = 6
REQUESTS_SHOWN = 5
OPEN_FIRST = {"active": 0, "paused": 1, "completed": 2, "cancelled": 2}


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A service she has, in words."""

    id: UUID
    name: str
    address: str
    price: str
    frequency: str
    is_one_time: bool
    status: str
    status_words: str
    tone: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    id: UUID
    weekday: str
    day: str
    month: str
    words: str
    service: str
    detail: str
    is_on_closed_day: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    reference: str
    service: str
    kind: str
    status: str
    at: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Who opens her portal, and whether she has done so yet."""

    id: UUID
    name: str
    email: str
    last_seen: str
    has_signed_in: bool
    is_own_email: bool


@dataclass(frozen=True, slots=True)
class ClientPage:
    """`not_told` says why she cannot be written to; `namesakes` how many others have her very name."""

    client: Client
    phone: str
    language: str
    language_is_hers: bool
    not_told: str
    namesakes: int
    properties: list[Property]
    archived_properties: list[Property]
    agreements: list[AgreementRow]
    ended_agreements: list[AgreementRow]
    visits: list[VisitRow]
    requests: list[RequestRow]
    people: list[PersonRow]
    state: str
    state_tone: str
    can_be_invited: bool


def client_page(scope: OfficeScope, client: Client) -> ClientPage:
    """Six statements, however much she has."""
    words = InWords(scope.business)
    properties = list(scope.properties().filter(client=client).order_by("id"))
    agreements = agreements_of(scope, client, words)
    because, people = not_told_because(client), _people(client, words)
    state = portal_state(client, has_signed_in=any(person.has_signed_in for person in people))
    return ClientPage(
        client=client,
        phone=words.phone(client.phone),
        language=words.language_name(scope.business.language_for(client.language)),
        language_is_hers=bool(client.language),
        not_told=not_told(because, client.first_name()) if because and not client.erased_at else "",
        namesakes=0
        if client.erased_at
        else scope.clients().active().filter(name=client.name).exclude(pk=client.pk).count(),
        properties=[place for place in properties if place.archived_at is None],
        archived_properties=[place for place in properties if place.archived_at],
        agreements=[row for row in agreements if row.status in ("active", "paused")],
        ended_agreements=[row for row in agreements if row.status not in ("active", "paused")],
        visits=_visits(scope, client, words),
        requests=_requests(scope, client, words),
        people=people,
        state=state_words(state, client, words),
        state_tone=TONES[state],
        can_be_invited=not because
        and client.archived_at is None
        and not all(person.has_signed_in for person in people),
    )


def agreements_of(scope: OfficeScope, client: Client, words: InWords) -> list[AgreementRow]:
    """Those that run first, then paused ones, then those that have ended; each newest first."""
    rows = scope.client_services().filter(client=client).select_related("service", "property")
    ordered = sorted(rows.order_by("-start_date", "-id"), key=lambda row: OPEN_FIRST[row.status])
    return [agreement_row(row, words) for row in ordered]


def agreement_row(row: ClientService, words: InWords) -> AgreementRow:
    often = rhythm.how_often(row.frequency)
    return AgreementRow(
        id=row.pk,
        name=words.agreement(row),
        address=row.property.address,
        price=words.money(row.price_minor),
        frequency=often[:1].upper() + often[1:] if row.frequency else _("One-time"),
        is_one_time=not row.frequency,
        status=row.status,
        status_words=words.agreement_status(row.status),
        tone=AGREEMENT_TONES[row.status],
    )


def _visits(scope: OfficeScope, client: Client, words: InWords) -> list[VisitRow]:
    rows = scope.visits().upcoming(words.today).filter(client_service__client=client)
    found = rows.select_related("client_service__service", "client_service__property")
    return [visit_row(visit, words) for visit in found.order_by("date", "id")[:VISITS_SHOWN]]


def visit_row(visit: Visit, words: InWords) -> VisitRow:
    """Its agreement, service and property must be in hand."""
    agreement = visit.client_service
    details = (rhythm.part_of_day(visit.part_of_day), agreement.property.address)
    return VisitRow(
        id=visit.pk,
        weekday=words.weekday(visit.date, short=True),
        day=str(visit.date.day),
        month=words.month(visit.date),
        words=words.day(visit.date),
        service=words.agreement(agreement),
        detail=" · ".join(filter(None, details)),
        is_on_closed_day=not words.business.calendar().is_working(visit.date),
    )


def _requests(scope: OfficeScope, client: Client, words: InWords) -> list[RequestRow]:
    rows = scope.booking_requests().filter(client=client).select_related("service").order_by("-id")
    return [_request_row(row, words) for row in rows[:REQUESTS_SHOWN]]


def _request_row(row: BookingRequest, words: InWords) -> RequestRow:
    return RequestRow(
        reference=row.reference,
        service=words.service(row.service),
        kind=kind_words(row.kind, row.frequency),
        status=row.status,
        at=words.moment(row.created_at),
    )


def _people(client: Client, words: InWords) -> list[PersonRow]:
    rows = PortalUser.objects.filter(business=client.business_id, client=client).select_related("user")
    return [_person_row(row, client, words) for row in rows.order_by("id")]


def _person_row(row: PortalUser, client: Client, words: InWords) -> PersonRow:
    seen = row.seen_at()
    return PersonRow(
        id=row.pk,
        name=row.user.name,
        email=row.user.email,
        last_seen=_("Signed in %(when)s") % {"when": words.moment(seen)}
        if seen
        else _("Has not signed in yet"),
        has_signed_in=seen is not None,
        is_own_email=row.user.email == client.email.lower(),
    )
