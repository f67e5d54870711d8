"""Agreements: a service for one client at one property, at a price that is locked when it is assigned.

Every act takes the client's row first, so that none works from an old picture of what she has
(DESIGN rule 14).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Client, ClientService, Property, Service, User
from .errors import Conflict, InvalidInput
from .visits import add_first_visits, clear, clearing_of, must_be_a_day_to_come

Status = ClientService.Status
OPEN = (Status.ACTIVE, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed; the price in minor units, no frequency for one-time."""

    price_minor: int
    frequency: str
    start_date: date


def assign_service(
    client: Client,
    *,
    by: User,
    service: Service,
    property: Property,
    terms: Terms,
    schedules: bool = False,
) -> ClientService:
    """A new agreement. From now on its price is its own, whatever becomes of the catalog's.

    With `schedules` its first visits are made too: one for a one-time agreement, else four weeks of them.
    Raises InvalidInput where the service or the address is archived or another client's, or where a
    one-time visit would lie in the past; Conflict("client_archived").
    """
    if schedules and not terms.frequency:
        _must_be_to_come(client, terms.start_date)
    with transaction.atomic(durable=True):
        if not Client.objects.active().filter(pk=client.pk, business=client.business_id).take():
            raise Conflict("client_archived")
        return make_agreement(
            client, by=by, service=service, property=property, terms=terms, schedules=schedules
        )


def make_agreement(
    client: Client, *, by: User, service: Service, property: Property, terms: Terms, schedules: bool
) -> ClientService:
    """As `assign_service`; to be called in a transaction that holds the client's row, or makes it."""
    _must_be_offered(client, service, property)
    made = ClientService.objects.create(
        business=client.business,
        client=client,
        service=service,
        property=property,
        price_minor=terms.price_minor,
        frequency=terms.frequency,
        start_date=terms.start_date,
    )
    if schedules:
        add_first_visits(made, by=by)
    return made


def _must_be_to_come(client: Client, day: date) -> None:
    try:
        must_be_a_day_to_come(client.business, day)
    except InvalidInput as refused:
        raise InvalidInput({"start_date": refused.errors["date"]}) from refused


def _must_be_offered(client: Client, service: Service, property: Property) -> None:
    of_business = Service.objects.active().filter(business=client.business_id)
    if not of_business.filter(pk=service.pk).exists():
        raise InvalidInput({"service": _("Choose a service from the list.")})
    hers = Property.objects.active().filter(business=client.business_id, client=client)
    if not hers.filter(pk=property.pk).exists():
        raise InvalidInput({"property": _("Choose the address.")})


def change_terms(client_service: ClientService, terms: Terms) -> None:
    """Holds for this agreement only, and for its visits that are still to be billed. Raises Conflict("ended")."""
    with transaction.atomic(durable=True):
        _write(
            client_service,
            OPEN,
            price_minor=terms.price_minor,
            frequency=terms.frequency,
            start_date=terms.start_date,
        )


def pause(client_service: ClientService, *, by: User, clears_schedule: bool) -> None:
    """Requests no longer match it. Its visits ahead stay, or are cancelled and the client told once.

    Raises Conflict: "changed" where it is not active, "visit_changed".
    """
    _leave(client_service, [Status.ACTIVE], Status.PAUSED, by=by, clears_schedule=clears_schedule)


def resume(client_service: ClientService) -> None:
    """Raises Conflict("changed") where it is not paused."""
    with transaction.atomic(durable=True):
        _write(client_service, [Status.PAUSED], status=Status.ACTIVE)


def cancel(client_service: ClientService, *, by: User, clears_schedule: bool) -> None:
    """It ends without being completed. Raises Conflict as `pause` does."""
    _leave(client_service, OPEN, Status.CANCELLED, by=by, clears_schedule=clears_schedule)


def complete(client_service: ClientService, *, by: User, clears_schedule: bool) -> None:
    """It ends because it is done. Raises Conflict as `pause` does."""
    _leave(client_service, OPEN, Status.COMPLETED, by=by, clears_schedule=clears_schedule)


def _leave(
    client_service: ClientService, statuses: Collection[str], to: str, *, by: User, clears_schedule: bool
) -> None:
    clearing = clearing_of(client_service) if clears_schedule else None
    with transaction.atomic(durable=True):
        _write(client_service, statuses, status=to)
        if clearing:
            clear(clearing, by=by)


def _write(client_service: ClientService, statuses: Collection[str], **changes: object) -> None:
    """Change an agreement that is in one of the statuses; else Conflict("changed")."""
    business_id = client_service.business_id
    Client.objects.filter(pk=client_service.client_id, business=business_id).take()
    rows = ClientService.objects.filter(pk=client_service.pk, business=business_id, status__in=statuses)
    if not rows.update(**changes):
        raise Conflict("changed")
    for name, value in changes.items():
        setattr(client_service, name, value)
