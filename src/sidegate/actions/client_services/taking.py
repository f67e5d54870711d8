"""Changing an agreement once, with its client's row taken, and remembering it in her history."""

from collections.abc import Collection
from typing import Any

from ...models import Client, ClientService, Event, User
from ..errors import Conflict

Status = ClientService.Status
OPEN = (Status.ACTIVE, Status.PAUSED)


def write(client_service: ClientService, statuses: Collection[str], **changes: Any) -> None:
    """Change an agreement that is in one of the statuses; else Conflict("changed")."""
    business_id = client_service.business_id
    Client.objects.filter(pk=client_service.client_id, business=business_id).take()
    rows = ClientService.objects.filter(pk=client_service.pk, business=business_id, status__in=statuses)
    if not rows.update(**changes):
        raise Conflict("changed")
    for name, value in changes.items():
        setattr(client_service, name, value)


def record(client_service: ClientService, verb: str, *, by: User | None, was: str, **data: Any) -> Event:
    """One line of the client's history; `by` is None where the worker kept what was settled before."""
    return Event.objects.create(
        business_id=client_service.business_id,
        client_id=client_service.client_id,
        verb=verb,
        actor=by,
        from_state=was,
        to_state=client_service.status,
        data={"client_service": str(client_service.pk), **data},
    )
