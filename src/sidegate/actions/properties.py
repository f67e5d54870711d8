"""A client's addresses, and what one needs to know to get in."""

from django.db import transaction
from django.utils import timezone

from ..models import Client, Property, Visit
from .clients import must_not_be_erased
from .errors import Conflict


def add_property(client: Client, *, address: str, access_notes: str = "") -> Property:
    """Raises Conflict("erased")."""
    with transaction.atomic(durable=True):
        must_not_be_erased(client)
        return Property.objects.create(
            business=client.business, client=client, address=address, access_notes=access_notes
        )


def change_property(property: Property, *, address: str, access_notes: str) -> None:
    """Raises Conflict("erased")."""
    with transaction.atomic(durable=True):
        must_not_be_erased(property.client)
        property.address, property.access_notes = address, access_notes
        property.save(update_fields=["address", "access_notes"])


def archive_property(property: Property) -> None:
    """The address is offered no more; what happened there is kept.

    Raises Conflict("visits_ahead") while visits there are still on the schedule.
    """
    business = property.business
    with transaction.atomic(durable=True):
        Client.objects.filter(pk=property.client_id, business=business).take()
        ahead = Visit.objects.upcoming(business.today()).filter(
            business=business, client_service__property=property
        )
        if ahead.exists():
            raise Conflict("visits_ahead")
        property.archived_at = timezone.now()
        property.save(update_fields=["archived_at"])


def bring_back_property(property: Property) -> None:
    property.archived_at = None
    property.save(update_fields=["archived_at"])
