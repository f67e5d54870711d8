"""Every route of the URLconf, and how its address is filled in: the tables of access and headers stand on it.

A route with a new kind of part (`<uuid:invoice_id>`) needs a line in `real_parts`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from sidegate.actions.client_imports import draft_import
from sidegate.models import CalendarFeed, ClientImport, Message, Photo
from sidegate.models.identity import uuid7

from .. import factories
from ..conftest import Cast

Parts = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """One address pattern: "office:requests", "/{business}/office/requests", the names of its parts, its view."""

    name: str
    address: str
    parts: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def access(self) -> str | None:
        """Who may open it, as its view declares (web/access.py)."""
        return getattr(self.view, "access", None)

    def path(self, parts: Parts) -> str:
        return reverse(self.name, kwargs={part: parts[part] for part in self.parts})


def every_route(*access: str) -> list[Route]:
    """All of them, or those with such an access."""
    routes = list(_routes(get_resolver().url_patterns))
    return [route for route in routes if not access or route.access in access]


def _routes(
    patterns: list[Any], namespace: str = "", before: str = "/", parts: tuple[str, ...] = ()
) -> Iterator[Route]:
    for pattern in patterns:
        names = (*parts, *pattern.pattern.converters)
        address = before + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, inner, address, names)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name}", address, names, pattern.callback)


def real_parts(cast: Cast) -> Parts:
    """Parts of rows that are Maria's or stand around her pending request."""
    maria, asked = cast.maria, ask_with_photo(cast)
    agreed = factories.make_client_service(client=maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() + timedelta(days=7))
    return {
        "business": "greenlawn",
        "reference": asked.reference,
        "photo_id": asked.photos.get().pk,
        "client_id": maria.pk,
        "portal_user_id": maria.portal_users.get().pk,
        "property_id": cast.palm_court.pk,
        "client_service_id": agreed.pk,
        "service_id": cast.mowing.pk,
        "visit_id": visit.pk,
        "secret": CalendarFeed.objects.create(business=cast.greenlawn, client=maria).secret,
        "message_id": make_failed_message(cast).pk,
        "import_id": make_draft_import(cast).pk,
        "membership_id": factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").pk,
        "message": uuid7(),
        "user": cast.maria_user.pk,
        "token": "x" * 43,
        "key": "booking.approved",
        "language": "es",
        "audience": "owner",
        "chapter": "queue",
    }


def random_parts(parts: Parts, *, business: str) -> Parts:
    """Parts of the same kinds that no row answers to, at a business that exists."""
    words = {"business": business, "reference": "ZZZ-ZZZ", "key": "booking.nothing", "language": "xx"}
    return {part: words.get(part) or uuid7() for part in parts}


def ask_with_photo(cast: Cast) -> Any:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    Photo.objects.create(
        business=cast.greenlawn,
        booking_request=asked,
        position=0,
        name="0123456789abcdef",
        width=4,
        height=3,
        size=100,
        sha256="0" * 64,
    )
    return asked


def make_draft_import(cast: Cast) -> ClientImport:
    return draft_import(
        cast.greenlawn, by=cast.dana, text="Nombre,Correo\nAna,ana@example.com\n", language="en"
    )


def make_failed_message(cast: Cast) -> Message:
    return Message.objects.create(
        business=cast.greenlawn,
        key="booking.approved",
        recipient=f"client:{cast.maria.pk}",
        to_address="maria@example.com",
        language="es",
        subject="Nos vemos el martes",
        text="Hola, Maria:",
        message_id=str(uuid7()),
        status="failed",
        reason="550 no such user",
        next_try=timezone.now(),
    )
