"""Businesses with any number of requests, stored by the fastest way each database has."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from sidegate.cli.seeding.store import Row, Table, prepare
from sidegate.models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    Membership,
    Property,
    Service,
    User,
    Visit,
)
from sidegate.models.booking_request import REFERENCE_ALPHABET
from sidegate.models.client_service import rhythm
from sidegate.models.identity import uuid7_at
from tests import factories

from .town import NOTES, Town

CLIENTS = 300
BATCH = 20_000
UPCOMING = 2
NAMES = ("Maria Álvarez", "Omar Brooks", "June Park", "Tom O'Neil", "Ana Lucía Ortega")
STREETS = ("Palm Court", "Cedar Row", "Lake Road", "Mill Lane")
SERVICES = (
    ({"en": "Mowing", "es": "Corte de césped"}, 9500),
    ({"en": "Hedge trimming", "es": "Poda de setos"}, 12000),
    ({"en": "Leaf clean-up", "es": "Recogida de hojas"}, 18000),
)


class Crowd:
    """Makes businesses that Dana owns: 300 clients, most with an agreement and visits, and their requests."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.now = timezone.now()

    def business(self, slug: str, *, stored: int, every_nth_waits: int) -> Business:
        business = factories.make_business(slug=slug, name=slug.title())
        Membership.objects.create(business=business, user=self.town.dana, role="owner")
        services = [factories.make_service(business=business, names=n, price_minor=p) for n, p in SERVICES]
        clients = self._clients(business)
        homes = [
            Property(business=business, client=client, address=f"{n} {STREETS[n % 4]}")
            for n, client in enumerate(clients)
        ]
        Property.objects.bulk_create(homes)
        self._agree(business, homes, services)
        prepare()
        trust_ourselves()
        table = Table(BookingRequest, COLUMNS, **same_in_all(business))
        requests = self._requests(homes, services, stored, every_nth_waits)
        while batch := list(islice(requests, BATCH)):
            with transaction.atomic():
                table.insert(batch)
        return business

    def _clients(self, business: Business) -> list[Client]:
        return Client.objects.bulk_create(
            Client(
                business=business, name=NAMES[n % len(NAMES)], language=("es", "en")[n % 2],
                email=f"{business.slug}{n}@example.com" if n % 10 else "",
            )
            for n in range(CLIENTS)
        )  # fmt: skip

    def _agree(self, business: Business, homes: list[Property], services: list[Service]) -> None:
        """Two of three have the first service, weekly."""
        agreed = [
            ClientService(
                business=business, client_id=home.client_id, property=home, service=services[0],
                price_minor=9500, start_date=self.town.today - timedelta(days=60),
                **rhythm("weekly", self.town.today),
            )
            for n, home in enumerate(homes) if n % 3
        ]  # fmt: skip
        ClientService.objects.bulk_create(agreed)
        Visit.objects.bulk_create(
            Visit(business=business, client_service=a, date=day, occurrence_date=day)
            for a in agreed
            for day in (self.town.today + timedelta(days=7 * week) for week in range(UPCOMING))
        )

    def _requests(
        self, homes: list[Property], services: list[Service], stored: int, every_nth_waits: int
    ) -> Iterator[Row]:
        """Oldest first, over the last three days; every tenth reports an issue, every fifth is recurring."""
        step = timedelta(days=3) / stored
        for n in range(stored):
            at = self.now - timedelta(days=3) + n * step
            home, service = homes[n % CLIENTS], services[(n // 7) % len(services)]
            waits = n % every_nth_waits == 0
            yield self._request(n, at, home, service, waits=waits)

    def _request(self, n: int, at: datetime, home: Property, service: Service, *, waits: bool) -> Row:
        kind = "issue_report" if n % 10 == 3 else "recurring" if n % 5 == 2 else "one_time"
        start = self.town.today + timedelta(days=1 + n % 5)
        return (
            stored_key(uuid7_at(at)),
            reference_of(n),
            stored_key(home.client_id),
            stored_key(home.pk),
            stored_key(service.pk),
            kind,
            str(start),
            str(start + timedelta(days=4)),
            ("any", "morning", "afternoon")[n % 3],
            "weekly" if kind == "recurring" else "",
            NOTES if n % 2 else "",
            service.price_minor,
            str((at + timedelta(days=1)).date()),
            f"token-{n}",
            stored_time(at),
            *(("pending", 0, None, None) if waits else self._declined(at)),
        )

    def _declined(self, at: datetime) -> tuple[str, int, str, str]:
        return "declined", 1, stored_key(self.town.dana.pk), stored_time(at + timedelta(minutes=30))


def trust_ourselves() -> None:
    """PostgreSQL looks up every foreign key of every row; ours are right, and this takes most of the load's time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")


COLUMNS = """id reference client_id property_id service_id kind window_start window_end part_of_day frequency
    notes shown_price_minor reply_by submit_token created_at status decision_no decided_by_id decided_at"""


def same_in_all(business: Business) -> dict[str, str | int | None]:
    asker: User = factories.make_user(email=f"asker@{business.slug}.example.com")
    return {
        "business_id": stored_key(business.pk),
        "submitted_by_id": stored_key(asker.pk),
        "about_visit_id": None,
        "submit_hash": "",
        "follows_id": None,
        "turn": "office",
        "came_by": "",
        "outcome": "",
        "version": 0,
        "undo_until": None,
        "reason": "",
        "personal_line": "",
    }


def reference_of(n: int) -> str:
    """Another for each number, made of the letters that references have."""
    drawn = []
    for _ in range(6):
        n, place = divmod(n, len(REFERENCE_ALPHABET))
        drawn.append(REFERENCE_ALPHABET[place])
    return "".join(drawn[:3]) + "-" + "".join(drawn[3:])


def stored_key(key: UUID) -> str:
    return key.hex


def stored_time(at: datetime) -> str:
    """As each database writes an instant."""
    return str(at) if connection.vendor == "postgresql" else str(at.replace(tzinfo=None))
