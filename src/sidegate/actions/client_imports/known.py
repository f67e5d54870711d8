"""What a business knows already of the people in a table: its clients, their addresses and services, its catalog."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from ...models import Business, Client, ClientService, PortalUser, Property, Service
from .columns import plain

OPEN = (ClientService.Status.ACTIVE, ClientService.Status.PAUSED)


@dataclass(slots=True)
class KnownAgreement:
    id: UUID
    price_minor: int
    frequency: str
    is_open: bool = True
    rule: str = ""
    rule_start: date | None = None


@dataclass(slots=True)
class KnownProperty:
    id: UUID
    address: str
    access_notes: str
    # By service and whether it is recurring; one that has ended only where none runs.
    agreements: dict[tuple[UUID, bool], KnownAgreement] = field(default_factory=dict)

    def agreement(self, service: UUID, frequency: str | None) -> KnownAgreement | None:
        """What she has of the service there; of whichever kind where no frequency is said."""
        kinds = (True, False) if frequency is None else (bool(frequency),)
        found = [row for kind in kinds if (row := self.agreements.get((service, kind)))]
        return min(found, key=lambda row: not row.is_open, default=None)


@dataclass(slots=True)
class KnownClient:
    """A client as she stands, or as an earlier row of the same table will have made her."""

    id: UUID
    name: str
    email: str
    phone: str
    language: str
    tags: tuple[str, ...]
    is_archived: bool = False
    properties: dict[str, KnownProperty] = field(default_factory=dict)  # by plain address


@dataclass(slots=True)
class KnownService:
    id: UUID
    name: str
    price_minor: int | None
    frequency: str


@dataclass(slots=True)
class Known:
    """Who and what there is, by what a row says. `email_opens` names whose portal an email opens."""

    by_email: dict[str, KnownClient] = field(default_factory=dict)
    by_phone: dict[str, list[KnownClient]] = field(default_factory=lambda: defaultdict(list))
    email_opens: dict[str, KnownClient] = field(default_factory=dict)
    services: dict[str, KnownService] = field(default_factory=dict)  # by plain name, in any language

    def add_client(self, client: KnownClient) -> None:
        if client.email:
            # An active client comes before an archived one of the same email.
            earlier = self.by_email.get(client.email)
            if earlier is None or earlier.is_archived:
                self.by_email[client.email] = client
        if client.phone and not client.is_archived:
            self.by_phone[client.phone].append(client)


def known_services(business: Business) -> dict[str, KnownService]:
    found: dict[str, KnownService] = {}
    for service in Service.objects.active().filter(business=business).order_by("position", "id"):
        line = KnownService(service.pk, str(service), service.price_minor, service.frequency)
        for name in service.names.values():
            found.setdefault(plain(name), line)
    return found


def known_of(
    business: Business, *, emails: Collection[str] | None = None, phones: Collection[str] = ()
) -> Known:
    """Everything of the clients with these emails and phones; of all clients where no emails are given.

    Five statements, whatever there is.
    """
    known = Known(services=known_services(business))
    clients = _clients(business, emails, phones)
    for client in clients.values():
        known.add_client(client)
    _add_properties(business, clients, is_all=emails is None)
    _add_portals(business, known, emails)
    return known


def _clients(
    business: Business, emails: Collection[str] | None, phones: Collection[str]
) -> dict[UUID, KnownClient]:
    rows = Client.objects.filter(business=business, erased_at=None)
    if emails is not None:
        by_email, by_phone = rows.filter(email__in=emails), rows.filter(phone__in=phones)
        rows = by_email.union(by_phone) if phones else by_email
    values = rows.order_by("id").values_list(
        "id", "name", "email", "phone", "language", "tags", "archived_at"
    )
    return {
        key: KnownClient(key, name, email, phone, language, tuple(tags), archived_at is not None)
        for key, name, email, phone, language, tags, archived_at in values
    }


def _add_properties(business: Business, clients: dict[UUID, KnownClient], *, is_all: bool) -> None:
    rows = Property.objects.active().filter(business=business)
    agreed = ClientService.objects.filter(business=business)
    if not is_all:
        rows, agreed = rows.filter(client__in=clients), agreed.filter(client__in=clients)
    places: dict[UUID, KnownProperty] = {}
    for key, client_id, address, notes in rows.order_by("id").values_list(
        "id", "client_id", "address", "access_notes"
    ):
        places[key] = KnownProperty(key, address, notes)
        if client := clients.get(client_id):
            client.properties.setdefault(plain(address), places[key])
    _add_agreements(agreed.order_by("start_date", "id"), places)


def _add_agreements(rows: Iterable[ClientService], places: dict[UUID, KnownProperty]) -> None:
    for row in rows:
        if place := places.get(row.property_id):
            agreement = KnownAgreement(
                row.pk, row.price_minor, row.frequency, row.status in OPEN, row.rule, row.rule_start
            )
            kind = (row.service_id, bool(row.frequency))
            earlier = place.agreements.get(kind)
            if earlier is None or (agreement.is_open and not earlier.is_open):
                place.agreements[kind] = agreement


def _add_portals(business: Business, known: Known, emails: Collection[str] | None) -> None:
    rows = PortalUser.objects.filter(business=business, client__archived_at=None)
    if emails is not None:
        rows = rows.filter(user__email__in=emails)
    for email, client_id, name in rows.values_list("user__email", "client_id", "client__name"):
        known.email_opens.setdefault(email, KnownClient(client_id, name, "", "", "", ()))
