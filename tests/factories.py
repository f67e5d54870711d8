"""Plain makers of rows for tests: keyword-only, believable by default, nothing hidden.

The cast: Dana owns Greenlawn; Maria is her client and reads Spanish; Omar is another client who must see
nothing of Maria's; Bluepool is another business.
"""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from sidegate.models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    Event,
    Membership,
    PortalUser,
    Property,
    Service,
    User,
    Visit,
)
from sidegate.models.client_service import rhythm

_number = count(1)


def next_number() -> int:
    """Another one at each call."""
    return next(_number)


def make_business(*, slug: str = "greenlawn", name: str = "Greenlawn", **fields: Any) -> Business:
    """Works Monday to Friday in New York and is past its first steps; decisions take effect at once."""
    usual = {"undo_seconds": 0, "checklist_done_at": timezone.now()}
    return Business.objects.create(slug=slug, name=name, **{**usual, **fields})


def make_user(*, email: str = "", name: str = "Dana Reyes", language: str = "en", **fields: Any) -> User:
    return User.objects.create_user(
        email or f"person{next(_number)}@example.com", name=name, language=language, **fields
    )


def make_member(*, business: Business, role: str = "owner", **user_fields: Any) -> Membership:
    return Membership.objects.create(business=business, user=make_user(**user_fields), role=role)


def make_client(
    *, business: Business, name: str = "Maria Álvarez", language: str = "es", **fields: Any
) -> Client:
    email = fields.pop("email", f"client{next(_number)}@example.com")
    return Client.objects.create(business=business, name=name, language=language, email=email, **fields)


def make_portal_user(*, client: Client, **user_fields: Any) -> PortalUser:
    """Someone who opens the portal for the client, under the client's own name and address by default."""
    fields = {"email": client.email, "name": client.name, "language": client.language, **user_fields}
    return PortalUser.objects.create(business=client.business, client=client, user=make_user(**fields))


def make_property(*, client: Client, address: str = "12 Palm Court", **fields: Any) -> Property:
    return Property.objects.create(business=client.business, client=client, address=address, **fields)


def make_service(*, business: Business, price_minor: int | None = 9500, **fields: Any) -> Service:
    names = fields.pop("names", {"en": "Mowing", "es": "Corte de césped"})
    return Service.objects.create(business=business, names=names, price_minor=price_minor, **fields)


def make_client_service(
    *, client: Client, property: Property, service: Service, price_minor: int = 9500, **fields: Any
) -> ClientService:
    """Weekly, active and started by default."""
    fields = {"frequency": "weekly", "start_date": date(2026, 1, 6), **fields}
    if "rule" not in fields:
        fields |= rhythm(fields["frequency"], fields["start_date"])
    return ClientService.objects.create(
        business=client.business,
        client=client,
        property=property,
        service=service,
        price_minor=price_minor,
        **fields,
    )


def make_visit(*, client_service: ClientService, date: date, **fields: Any) -> Visit:
    return Visit.objects.create(
        business=client_service.business, client_service=client_service, date=date, **fields
    )


def make_booking_request(
    *, client: Client, property: Property, service: Service, **fields: Any
) -> BookingRequest:
    """A pending one-time request straight in the table, with its first Event; window: the coming three days."""
    today = client.business.today()
    number = next(_number)
    submitted_by = fields.pop("submitted_by", None) or make_user(name=client.name)
    created_at: datetime | None = fields.get("created_at")
    defaults: dict[str, Any] = {
        "kind": "one_time",
        "window_start": today + timedelta(days=1),
        "window_end": today + timedelta(days=4),
        "shown_price_minor": service.price_minor,
        "reply_by": client.business.calendar().working_days_after(today, 1),
        "submit_token": f"token-{number}",
        "submit_hash": f"hash-{number}",
        "submitted_by": submitted_by,
    }
    made = BookingRequest.objects.create(
        business=client.business, client=client, property=property, service=service, **{**defaults, **fields}
    )
    Event.objects.create(
        business=client.business,
        booking_request=made,
        verb=Event.Verb.SUBMITTED,
        actor=submitted_by,
        to_state="pending",
        **({"at": created_at} if created_at else {}),
    )
    return made
