"""What is agreed: made, and changed later."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ...models import Client, ClientService, Event, Membership, Property, Service, User
from ...models.frequency import PartOfDay
from ...models.recurrence import Recurrence
from ..errors import Conflict, InvalidInput
from ..visits import begin, must_be_a_day_to_come
from .replan import Replan, replan, replan_of
from .taking import OPEN, record, write


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed; the price in minor units, no frequency for one-time.

    Without a `recurrence` it repeats plainly from its start on: on that weekday, or that day of the month.
    `rule_start` is the day from which the rhythm is counted, the start if nothing else is said. The arrival
    window are two local times or none. Without `duration_minutes` a visit takes as long as the service does.
    """

    price_minor: int
    frequency: str
    start_date: date
    recurrence: Recurrence | None = None
    rule_start: date | None = None
    ends_on: date | None = None
    part_of_day: str = PartOfDay.ANY
    arrives_from: time | None = None
    arrives_until: time | None = None
    technician: Membership | None = None
    duration_minutes: int | None = None

    def fields(self) -> dict[str, Any]:
        """As the agreement stores them."""
        return {
            "price_minor": self.price_minor,
            "start_date": self.start_date,
            **self._rhythm(),
            "ends_on": self.ends_on if self.frequency else None,
            "part_of_day": self.part_of_day,
            "arrives_from": self.arrives_from,
            "arrives_until": self.arrives_until,
            "technician": self.technician,
            "duration_minutes": self.duration_minutes,
        }

    def _rhythm(self) -> dict[str, Any]:
        if not self.frequency:
            return {"frequency": "", "rule": "", "rule_start": None}
        start = self.rule_start or self.start_date
        recurrence = self.recurrence or Recurrence.counted_from(start, self.frequency)
        return {
            "frequency": recurrence.frequency,
            "rule": recurrence.rule,
            "rule_start": recurrence.first(start),
        }


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
        **terms.fields(),
    )
    if schedules:
        begin(made, by)
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


def change_terms(client_service: ClientService, terms: Terms, *, by: User) -> Replan | None:
    """Holds for this agreement only, and for its visits that are still to be billed.

    Another rhythm re-plans the visits that were made from it, from tomorrow on, and tells the client
    (`plan.changed`); those that are past, done, moved or cancelled by hand stay. Returns what became of the
    visits, None where their days stay. Raises Conflict: "ended", or "changed" where someone else was faster.
    """
    fields = terms.fields() | ({} if terms.frequency else {"makes_visits": False, "extends_on": None})
    before = {name: getattr(client_service, name) for name in fields}
    plan = replan_of(client_service, fields)
    with transaction.atomic(durable=True):
        write(client_service, OPEN, **fields)
        data = _changed(before, fields)
        event = record(client_service, Event.Verb.SERVICE_CHANGED, by=by, was=client_service.status, **data)
        return replan(client_service, before, plan, event)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What changed, as the history keeps it: from what to what."""
    names = [name for name in after if before[name] != after[name]]
    return {"from": {n: _plain(before[n]) for n in names}, "to": {n: _plain(after[n]) for n in names}}


def _plain(value: Any) -> Any:
    if isinstance(value, Membership):
        return str(value.pk)
    return value.isoformat() if isinstance(value, date | time) else value
