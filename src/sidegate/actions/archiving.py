"""Archiving a client who still has visits ahead: they are cancelled in the same act, and she is told."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from ..models import Client, ClientService, User, Visit
from .clients import mark_archived
from .visits import Clearing, clear, clearing_of


@dataclass(frozen=True, slots=True)
class LastVisits:
    """Everything ahead of a client, with the one letter for each service that tells her of its cancelling."""

    client: Client
    clearings: list[Clearing]

    @property
    def count(self) -> int:
        return sum(len(clearing.visits) for clearing in self.clearings)


def last_visits_of(client: Client, reason: str = "") -> LastVisits:
    """Rendered here, before the transaction of `cancel_visits_and_archive`."""
    ahead = Visit.objects.upcoming(client.business.today()).filter(client_service=OuterRef("pk"))
    rows = ClientService.objects.filter(Exists(ahead), business=client.business_id, client=client)
    agreements = list(rows.select_related("service", "property", "booking_request").order_by("id"))
    for agreement in agreements:
        agreement.business, agreement.client = client.business, client
    return LastVisits(client, [clearing_of(agreement, reason) for agreement in agreements])


def cancel_visits_and_archive(last: LastVisits, *, by: User) -> None:
    """All of it, or nothing. Her services stay as they are, so that she can be brought back.

    Raises Conflict: "visit_changed" or "visits_ahead" where what is ahead is no longer what the letters say,
    "already_archived".
    """
    client = last.client
    with transaction.atomic(durable=True):
        Client.objects.filter(pk=client.pk, business=client.business_id).take()
        for clearing in last.clearings:
            clear(clearing, by=by)
        mark_archived(client)
