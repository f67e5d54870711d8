"""Every active client, one row for each service she has, in the columns that an import reads."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from uuid import UUID

from django.db.models import Min

from ...models import Business, Client, ClientService, Property, Visit
from ...wording.money import typed_amount
from .guarding import guarded
from .known import OPEN

AT_ONCE = 500  # clients read with one set of statements
BYTE_ORDER_MARK = "\ufeff"  # Excel reads a CSV as UTF-8 only with it


def csv_line(cells: Sequence[str]) -> str:
    """One line of a CSV file (RFC 4180), safe against formulas (CASES D25)."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded(cell) for cell in cells])
    return line.getvalue()


def exported_clients(
    business: Business, header: Sequence[str], *, language: str, how_often: Mapping[str, str]
) -> Iterator[str]:
    """The lines of a CSV file. Names of services in the language; `how_often` says the frequencies in it."""
    yield BYTE_ORDER_MARK + csv_line(header)
    last: UUID | None = None
    clients = Client.objects.active().filter(business=business).order_by("id")
    while page := list((clients.filter(pk__gt=last) if last else clients)[:AT_ONCE]):
        yield "".join(map(csv_line, _rows(business, page, language, how_often)))
        last = page[-1].pk


def _rows(
    business: Business, clients: Sequence[Client], language: str, how_often: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    places: dict[UUID, list[Property]] = {}
    for place in Property.objects.active().filter(business=business, client__in=clients).order_by("id"):
        places.setdefault(place.client_id, []).append(place)
    agreed: dict[UUID, list[ClientService]] = {}
    agreements = ClientService.objects.filter(business=business, client__in=clients, status__in=OPEN)
    for agreement in agreements.select_related("service").order_by("start_date", "id"):
        agreed.setdefault(agreement.property_id, []).append(agreement)
    next_visits = _next_visits(business, list(chain.from_iterable(agreed.values())))

    def service(agreement: ClientService) -> tuple[str, ...]:
        name = agreement.service.name_in(language, business.default_language)
        price = typed_amount(agreement.price_minor, business.currency)
        return name, how_often[agreement.frequency], price, next_visits.get(agreement.pk, "")

    for client in clients:
        for place in places.get(client.pk) or [Property(address="")]:
            own = (*_person(client), place.address, place.access_notes, ", ".join(client.tags))
            services = [service(agreement) for agreement in agreed.get(place.pk, [])]
            yield from (own + columns for columns in services or [("", "", "", "")])


def _person(client: Client) -> tuple[str, ...]:
    return client.name, client.email, client.phone, client.language


def _next_visits(business: Business, agreements: Sequence[ClientService]) -> dict[UUID, str]:
    ahead = Visit.objects.upcoming(business.today()).filter(business=business, client_service__in=agreements)
    found = ahead.values_list("client_service").annotate(Min("date")).order_by()
    return {key: day.isoformat() for key, day in found}
