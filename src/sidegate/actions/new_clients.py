"""A new client with everything that was agreed at once: all of it is stored, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Business, Client, ClientService, Property, Service, User
from .client_services import Terms, make_agreement
from .clients import ClientDetails, make_client
from .errors import InvalidInput
from .visits import must_be_a_day_to_come


@dataclass(frozen=True, slots=True)
class AgreedService:
    """A service she gets; with `schedules` its first visits are made, from the start on."""

    service: Service
    terms: Terms
    schedules: bool


@dataclass(frozen=True, slots=True)
class NewClient:
    """What a form says of her."""

    details: ClientDetails
    address: str
    access_notes: str = ""
    services: Sequence[AgreedService] = ()


def add_client_with_services(business: Business, new: NewClient, *, by: User, key: UUID) -> Client:
    """A new client at an address, with her services there. Raises InvalidInput, and then nothing was stored.

    `key` is hers, and comes with the form: the same form sent twice, or ten times at once, is one client. With other
    contents it is refused, at the field `token`.
    """
    if earlier := _made_before(business, new, key):
        return earlier
    for agreed in new.services:
        if agreed.schedules:
            must_be_a_day_to_come(business, agreed.terms.start_date)
    try:
        return _add(business, new, by, key)
    except IntegrityError:  # the same form, a moment ago
        if earlier := _made_before(business, new, key):
            return earlier
        raise


def _add(business: Business, new: NewClient, by: User, key: UUID) -> Client:
    with transaction.atomic(durable=True):
        client, place = make_client(
            business, new.details, address=new.address, access_notes=new.access_notes, key=key
        )
        for agreed in new.services:
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


def _made_before(business: Business, new: NewClient, key: UUID) -> Client | None:
    client = Client.objects.filter(business=business, pk=key).first()
    if client is None:
        return None
    if not _is_as_made(client, new):
        text = _(
            "This form was sent before, and %(name)s is in. Nothing was added now. "
            "To add another client, press once more."
        )
        raise InvalidInput({"token": text % {"name": client.name}})
    client.business = business
    return client


def _is_as_made(client: Client, new: NewClient) -> bool:
    mine = {"business": client.business_id, "client": client.pk}
    places = Property.objects.filter(**mine).values_list("address", "access_notes")
    agreed = ClientService.objects.filter(**mine).order_by("id")
    asked = [(row.service.pk, row.terms.price_minor, row.terms.frequency) for row in new.services]
    return (
        all(getattr(client, name) == value for name, value in new.details.columns().items())
        and list(places) == [(new.address, new.access_notes)]
        and list(agreed.values_list("service_id", "price_minor", "frequency")) == asked
    )
