"""The town: a business with its catalog, and households with what they agreed on."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from ...models import Business, Client, ClientService, Membership, PortalUser, Property, Service, User, Visit
from ...models.business import WorkingCalendar
from ...models.recurrence import Recurrence
from . import words
from .chance import Chance, instant, seconds_of
from .store import Bundle, Table

OPENS, CLOSES = time(7), time(21)  # when people ask
PAST, COMING = timedelta(weeks=8), timedelta(weeks=4)  # visits of agreements that are written
# What share of households has a service agreed on, by its place in the catalog.
AGREED: Final = {0: 0.6, 4: 0.1, 5: 0.15}
MOST_DAYS: Final = 3 * 365

USERS = Table(User, "id email name language password created_at", is_active=1, last_login=None)
CLIENTS = Table(
    Client, "id business_id name email phone language tags created_at",
    notes="", email_opted_out=0, email_bounced_at=None, invited_at=None, archived_at=None, erased_at=None,
    decision_count=0,
)  # fmt: skip
PORTAL_USERS = Table(PortalUser, "id business_id client_id user_id created_at")
PROPERTIES = Table(Property, "id business_id client_id address access_notes", archived_at=None)
CLIENT_SERVICES = Table(
    ClientService,
    "id business_id client_id property_id service_id price_minor frequency start_date status booking_request_id"
    " created_at rule rule_start makes_visits extends_on",
    ends_on=None, part_of_day="any", arrives_from=None, arrives_until=None, technician_id=None,
    duration_minutes=None, paused_from=None, paused_until=None,
)  # fmt: skip
VISITS = Table(
    Visit, "id business_id client_service_id date part_of_day is_charged status booking_request_id occurrence_date"
    " created_at", technician_id=None, version=0, arrives_from=None, arrives_until=None, duration_minutes=60, note="",
)  # fmt: skip


class Agreement(NamedTuple):
    """What a household has agreed on; `weekday` is the day of its visits, Monday is 0."""

    id: str
    price_minor: int
    frequency: str
    weekday: int


@dataclass(slots=True)
class Household:
    """A client with her portal user and her one address; agreements by the service's place in the catalog."""

    client_id: str
    user_id: str
    property_id: str
    name: str
    email: str
    language: str
    address: str
    agreements: dict[int, Agreement] = field(default_factory=dict)


class OfferedService(NamedTuple):
    id: str
    names: dict[str, str]
    price_minor: int
    frequency: str


class Town:
    """The business and its people as far as requests need them; `today` is the day on which all ends."""

    def __init__(self, business: Business, today: date, requests: int, chance: Chance) -> None:
        self.business, self.today, self.chance = business, today, chance
        self.id = business.pk.hex
        self.zone = ZoneInfo(business.time_zone)
        self.days = min(max(60, requests // 200), MOST_DAYS)
        self.first_day = today - timedelta(days=self.days)
        self.calendar: WorkingCalendar = business.calendar()
        self.weekdays = sorted(business.working_days) or list(range(7))
        self.services: list[OfferedService] = []
        self.owner_id = ""
        self.households: list[Household] = []

    def seconds(self, day: date, clock: time = OPENS) -> float:
        """The moment at which the business's clock shows that, in seconds since 1970."""
        return seconds_of(datetime.combine(day, clock, self.zone).astimezone(UTC))

    def next_working(self, day: date) -> date:
        return self.calendar.next_working(day) or day

    def settle(self, count: int) -> Iterator[Bundle]:
        """The rows of so many households, each household's together."""
        for number in range(count):
            household, bundle = self._household(number)
            self.households.append(household)
            yield bundle

    def _household(self, number: int) -> tuple[Household, Bundle]:
        chance = self.chance
        came = self.seconds(self.first_day - timedelta(days=chance.between(1, 700)))
        language = "es" if chance.is_so(0.35) else "en"
        name = f"{chance.pick(words.FIRST_NAMES[language])} {chance.pick(words.LAST_NAMES[language])}"
        household = Household(
            client_id=chance.key(came),
            user_id=chance.key(came),
            property_id=chance.key(came),
            name=name,
            email=f"{_plain(name)}.{number}@{self.business.slug}.example",
            language=language,
            address=f"{chance.between(1, 240)} {chance.pick(words.STREETS)}",
        )
        bundle = self._household_rows(household, number, came)
        for place, share in AGREED.items():
            if place < len(self.services) and chance.is_so(share):
                bundle += self._agreement_rows(household, place)
        return household, bundle

    def _household_rows(self, household: Household, number: int, came: float) -> Bundle:
        chance, at = self.chance, instant(came)
        tags = '["every-second-week"]' if chance.is_so(0.1) else "[]"
        notes = chance.pick(words.ACCESS_NOTES) if chance.is_so(0.4) else ""
        phone = f"+1555{number % 10_000_000:07}"
        who, name, language = household.client_id, household.name, household.language
        password = f"!{chance.secret()[:40]}"
        return [
            (USERS, (household.user_id, household.email, name, language, password, at)),
            (CLIENTS, (who, self.id, name, household.email, phone, language, tags, at)),
            (PORTAL_USERS, (chance.key(came), self.id, who, household.user_id, at)),
            (PROPERTIES, (household.property_id, self.id, who, household.address, notes)),
        ]

    def _agreement_rows(self, household: Household, place: int) -> Bundle:
        """A recurring service with its visits: of the last eight weeks, and the coming four."""
        chance, service = self.chance, self.services[place]
        frequency = service.frequency or "monthly"
        began = self.today - PAST - timedelta(days=chance.between(0, 400))
        agreement = Agreement(
            id=chance.key(self.seconds(began)),
            price_minor=service.price_minor - chance.pick((0, 0, 500, 1000)),
            frequency=frequency,
            weekday=chance.pick(self.weekdays),
        )
        household.agreements[place] = agreement
        rows: Bundle = [
            (
                CLIENT_SERVICES,
                (agreement.id, self.id, household.client_id, household.property_id, service.id,
                 agreement.price_minor, frequency, began.isoformat(), "active", None,
                 instant(self.seconds(began)), *self._rhythm_row(agreement)),
            )
        ]  # fmt: skip
        return rows + [self._visit_row(agreement, day) for day in self._days_of(agreement)]

    def _first_day(self, agreement: Agreement) -> date:
        start = self.today - PAST
        return start + timedelta(days=(agreement.weekday - start.weekday()) % 7)

    def _days_of(self, agreement: Agreement) -> Iterable[date]:
        first = self._first_day(agreement)
        return Recurrence.counted_from(first, agreement.frequency).dates(first, first, self.last_day)

    @property
    def last_day(self) -> date:
        """The last one for which visits are made."""
        return self.today + COMING - timedelta(days=1)

    def _rhythm_row(self, agreement: Agreement) -> tuple[Any, ...]:
        return rhythm_row(agreement.frequency, self._first_day(agreement), self.last_day)

    def _visit_row(self, agreement: Agreement, day: date) -> tuple[Table, Any]:
        made = self.seconds(day - COMING)
        status = "scheduled" if day >= self.today else "skipped" if self.chance.is_so(0.05) else "completed"
        written = day.isoformat()
        return VISITS, (
            self.chance.key(made), self.id, agreement.id, written, "any", 1, status, None, written, instant(made)
        )  # fmt: skip


def rhythm_row(
    frequency: str, start: date, made_until: date | None
) -> tuple[str, str | None, int, str | None]:
    """Of an agreement's row: its rule, from when on it is counted, and when the worker goes on with it: when the
    first visit after the last day made comes near; never where there is no such day."""
    if not frequency:
        return "", None, 0, None
    recurrence = Recurrence.counted_from(start, frequency)
    extends_on = None
    if made_until:
        extends_on = (recurrence.next_date(start, made_until) - COMING + timedelta(days=1)).isoformat()
    return recurrence.rule, start.isoformat(), 1, extends_on


def found_business(slug: str, today: date, chance: Chance) -> Business:
    """The business of its own that is made where none was named."""
    founded = datetime.combine(today - timedelta(days=MOST_DAYS), OPENS, UTC)
    return Business.objects.create(
        id=UUID(chance.key(seconds_of(founded))),
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        phone="+15550100100",
        email=f"office@{slug}.example",
        created_at=founded,
        checklist_done_at=founded,
    )


def staff(town: Town) -> None:
    """Finds the catalog and someone who decides; makes what is missing."""
    town.services = _catalog(town) or _new_catalog(town)
    active = Membership.objects.filter(business=town.business, is_active=True)
    owner = active.order_by("role", "id").first()
    town.owner_id = owner.user_id.hex if owner else _new_owner(town)


def _catalog(town: Town) -> list[OfferedService]:
    offered = Service.objects.requestable().filter(business=town.business).exclude(price_minor=None)
    return [
        OfferedService(service.pk.hex, service.names, service.price_minor or 0, service.frequency)
        for service in offered.order_by("position", "id")
    ]


def _new_catalog(town: Town) -> list[OfferedService]:
    since = town.seconds(town.first_day)
    Service.objects.bulk_create(
        Service(id=UUID(town.chance.key(since)), business=town.business, position=position, **line._asdict())
        for position, line in enumerate(words.CATALOG)
    )
    return _catalog(town)


def _new_owner(town: Town) -> str:
    since = town.seconds(town.first_day)
    at = datetime.fromtimestamp(since, UTC)
    owner = User.objects.create(
        id=UUID(town.chance.key(since)),
        email=f"owner@{town.business.slug}.example",
        name="Robin Hale",
        language="en",
        password=f"!{town.chance.secret()[:40]}",
        created_at=at,
    )
    Membership.objects.create(
        id=UUID(town.chance.key(since)),
        business=town.business,
        user=owner,
        role=Membership.Role.OWNER,
        created_at=at,
    )
    return owner.pk.hex


def _plain(name: str) -> str:
    """ "Álvaro Núñez" as it stands in an address: "alvaro.nunez"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", ".")


def as_json(facts: Any) -> str:
    return json.dumps(facts)  # as Django writes it, byte for byte
