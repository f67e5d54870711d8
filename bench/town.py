"""The rows that are measured: Greenlawn, Dana who decides, and as many clients alike as rounds need."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from sidegate.models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    Event,
    PortalUser,
    Property,
    Service,
    User,
    Visit,
)
from sidegate.models.client_service import rhythm
from sidegate.models.identity import uuid7
from tests import factories

NOTES = "The gate sticks a little, lift it. Please mind the young lemon tree by the wall."
UPCOMING = 4
_references = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Case:
    """One client with her house, her weekly mowing, and one request that waits."""

    client: Client
    user: User
    property: Property
    client_service: ClientService
    booking_request: BookingRequest

    def roles(self) -> dict[str, str]:
        """What tells this case from another, as it may stand in a statement's parameters."""
        rows = {
            "client": self.client,
            "user": self.user,
            "property": self.property,
            "client service": self.client_service,
            "request": self.booking_request,
        }
        plain = {name: row.pk.hex for name, row in rows.items()}
        dashed = {f"{name}, dashed": str(row.pk) for name, row in rows.items()}
        words = {
            "reference": self.booking_request.reference,
            "email": self.client.email,
            "token": self.booking_request.submit_token,
        }
        return plain | dashed | words


class Town:
    """Greenlawn with Dana, and cases on demand."""

    def __init__(self) -> None:
        self.business: Business = factories.make_business(undo_seconds=60)
        self.dana: User = factories.make_member(business=self.business, email="dana@example.com").user
        self.service: Service = factories.make_service(business=self.business)
        self.today: date = self.business.today()

    def everywhere(self) -> list[UUID]:
        """The keys of rows that play in every case."""
        return [self.business.pk, self.dana.pk, self.service.pk]

    def cases(self, count: int) -> list[Case]:
        """So many new ones, stored in a few statements."""
        made = [self._case() for _ in range(count)]
        User.objects.bulk_create(case.user for case in made)
        Client.objects.bulk_create(case.client for case in made)
        PortalUser.objects.bulk_create(
            PortalUser(business=self.business, client=case.client, user=case.user) for case in made
        )
        Property.objects.bulk_create(case.property for case in made)
        ClientService.objects.bulk_create(case.client_service for case in made)
        Visit.objects.bulk_create(itertools.chain.from_iterable(map(self._visits, made)))
        BookingRequest.objects.bulk_create(case.booking_request for case in made)
        Event.objects.bulk_create(map(self._submitted, made))
        return made

    def _case(self) -> Case:
        number = next(_references)
        email = f"maria{number:06d}@example.com"
        user = User(email=email, name="Maria Álvarez", language="es", password="!")
        client = Client(business=self.business, name="Maria Álvarez", language="es", email=email)
        home = Property(business=self.business, client=client, address="12 Palm Court")
        agreed = ClientService(
            business=self.business, client=client, property=home, service=self.service, price_minor=9500,
            start_date=self.today - timedelta(days=60), **rhythm("weekly", self.today),
        )  # fmt: skip
        asked = BookingRequest(
            business=self.business, client=client, property=home, service=self.service, kind="one_time",
            window_start=self.today + timedelta(days=8), window_end=self.today + timedelta(days=12),
            part_of_day="morning", notes=NOTES, shown_price_minor=9500, reply_by=self.today,
            submitted_by=user, submit_token=f"token-{number:06d}", submit_hash="", reference=reference(number),
            created_at=timezone.now() - timedelta(hours=3),
        )  # fmt: skip
        return Case(client, user, home, agreed, asked)

    def _visits(self, case: Case) -> Iterator[Visit]:
        for week in range(UPCOMING):
            day = self.today + timedelta(days=7 * week)
            yield Visit(
                business=self.business, client_service=case.client_service, date=day, occurrence_date=day
            )

    def _submitted(self, case: Case) -> Event:
        return Event(
            id=uuid7(), business=self.business, booking_request=case.booking_request, verb="submitted",
            actor=case.user, to_state="pending",
        )  # fmt: skip


def reference(number: int) -> str:
    """Unlike any that is drawn: those have no 0 and no 1."""
    return f"{number // 1000:03d}-{number % 1000:03d}"
