"""Who and what there is before anyone asks: two businesses with their catalogs and their people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...actions.businesses import NewBusiness, new_business
from ...actions.clients import add_client
from ...actions.services import ServiceDetails, add_service
from ...models import Business, Client, ClientService, Membership, Property, Service, User
from .days import Days
from .people import BLUEPOOL_CATALOG, BLUEPOOL_CLIENTS, GREENLAWN_CATALOG, GREENLAWN_CLIENTS, Person

MOST_A_DAY = 5
DaysOf = Callable[[Business], Days]


@dataclass(slots=True)
class Cast:
    """One business with its people and services, each by the short name by which the story calls it."""

    business: Business
    owner: User
    days: Days
    technician: Membership | None = None
    services: dict[str, Service] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    agreements: dict[tuple[str, str], ClientService] = field(default_factory=dict)

    def home_of(self, client: Client) -> Property:
        """Her first address."""
        return client.properties.order_by("id")[:1].get()

    def user_of(self, client: Client) -> User:
        """Who asks for her: her portal user, or the owner where she has no email."""
        portal_user = client.portal_users.select_related("user").first()
        return portal_user.user if portal_user else self.owner


def gather_greenlawn(days_of: DaysOf) -> Cast:
    typed = NewBusiness("Greenlawn", "dana@example.com", "Dana Reyes")
    cast = _gather(
        typed, days_of, GREENLAWN_CATALOG, GREENLAWN_CLIENTS, phone="+15550100100", accent="#1c6a4a"
    )
    luis = User.objects.create_user("luis@example.com", name="Luis Romero", language="es")
    cast.technician = Membership.objects.create(
        business=cast.business, user=luis, role=Membership.Role.TECHNICIAN
    )
    Business.objects.filter(pk=cast.business.pk).update(capacity_visits=MOST_A_DAY)
    henry = cast.clients["henry"]
    Property.objects.create(business=cast.business, client=henry, address="110 Lakeside Drive")
    return cast


def gather_bluepool(days_of: DaysOf) -> Cast:
    typed = NewBusiness("Bluepool", "bea@example.com", "Bea Lin")
    return _gather(typed, days_of, BLUEPOOL_CATALOG, BLUEPOOL_CLIENTS, phone="+15550100200", accent="#1f5f8f")


def _gather(
    typed: NewBusiness,
    days_of: DaysOf,
    catalog: Mapping[str, ServiceDetails],
    clients: Mapping[str, Person],
    **look: str,
) -> Cast:
    business, owner = new_business(typed)
    business.email = f"hello@{business.slug}.example"
    business.checklist_done_at = business.created_at
    for name, value in look.items():
        setattr(business, name, value)
    business.save()
    cast = Cast(business, owner, days_of(business))
    for called, service in catalog.items():
        cast.services[called] = add_service(business, service)
    for called, person in clients.items():
        cast.clients[called] = add_client(
            business, person.details, address=person.address, access_notes=person.access_notes
        )
    return cast
