"""The catalog: what the business offers, in which order, at what price.

A price changed here holds for what is agreed from now on: agreements keep theirs.
"""

from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ..models import Business, Service


@dataclass(frozen=True, slots=True)
class ServiceDetails:
    """A line of the catalog; names and descriptions by language, no price means "on request"."""

    names: dict[str, str]
    descriptions: dict[str, str] = field(default_factory=dict)
    category: str = ""
    price_minor: int | None = None
    duration_minutes: int = 60
    frequency: str = ""
    is_requestable: bool = True


def add_service(business: Business, details: ServiceDetails) -> Service:
    """A new line, after the others."""
    last = Service.objects.filter(business=business).order_by("-position").values_list("position", flat=True)
    return Service.objects.create(business=business, position=(last.first() or 0) + 1, **asdict(details))


def change_service(service: Service, details: ServiceDetails) -> None:
    changes = asdict(details)
    Service.objects.filter(pk=service.pk, business=service.business_id).update(**changes)
    for name, value in changes.items():
        setattr(service, name, value)


def archive_service(service: Service) -> None:
    """It is offered no more. What is agreed goes on; a request that waits for it can only be declined."""
    service.archived_at = timezone.now()
    service.save(update_fields=["archived_at"])


def bring_back_service(service: Service) -> None:
    service.archived_at = None
    service.save(update_fields=["archived_at"])


def move_service(service: Service, *, by_places: int) -> None:
    """Move it up (-1) or down (1) among the lines that are offered; at either end it stays where it is."""
    business_id = service.business_id
    with transaction.atomic(durable=True):
        Business.objects.filter(pk=business_id).update(name=F("name"))
        rows = Service.objects.active().filter(business=business_id).order_by("position", "id")
        order = list(rows.values_list("pk", flat=True))
        if service.pk in order:
            _number(business_id, _moved(order, service.pk, by_places))


def _moved(order: list[UUID], pk: UUID, by_places: int) -> list[UUID]:
    at = order.index(pk)
    rest = order[:at] + order[at + 1 :]
    to = min(max(at + by_places, 0), len(rest))
    return [*rest[:to], pk, *rest[to:]]


def _number(business_id: UUID, order: list[UUID]) -> None:
    """Write the places as the order gives them; one statement."""
    lines = [Service(pk=pk, business_id=business_id, position=place) for place, pk in enumerate(order, 1)]
    Service.objects.filter(business=business_id).bulk_update(lines, ["position"])
