"""A new client with everything that was agreed at once: all of it is stored, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from ..models import Business, Client, Service, User
from .client_services import Terms, make_agreement
from .clients import ClientDetails, make_client
from .visits import must_be_a_day_to_come


@dataclass(frozen=True, slots=True)
class AgreedService:
    """A service she gets; with `schedules` its first visits are made, from the start on."""

    service: Service
    terms: Terms
    schedules: bool


def add_client_with_services(
    business: Business,
    details: ClientDetails,
    *,
    by: User,
    address: str,
    access_notes: str = "",
    services: Sequence[AgreedService] = (),
    key: UUID | None = None,
) -> Client:
    """A new client at an address, with her services there. Raises InvalidInput, and then nothing was stored.

    A form sent twice carries the same key, and only once becomes a client: the second raises IntegrityError.
    """
    for agreed in services:
        if agreed.schedules:
            must_be_a_day_to_come(business, agreed.terms.start_date)
    with transaction.atomic(durable=True):
        client, place = make_client(business, details, address=address, access_notes=access_notes, key=key)
        for agreed in services:
            assert place  # noqa: S101 (services happen at an address)
            make_agreement(
                client,
                by=by,
                service=agreed.service,
                property=place,
                terms=agreed.terms,
                schedules=agreed.schedules,
            )
    return client
