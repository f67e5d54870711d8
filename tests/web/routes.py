"""Every route of the URLconf, and how its address is filled in: the tables of access and headers stand on it.

A route with a new kind of part (`<uuid:visit>`) needs a line in `real_parts`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sidegate.models.identity import uuid7

from .. import factories
from ..conftest import Cast

Parts = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """One address pattern: "office:requests", the names of its parts, its view."""

    name: str
    parts: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def access(self) -> str | None:
        """Who may open it, as its view declares (web/access.py)."""
        return getattr(self.view, "access", None)

    def path(self, parts: Parts) -> str:
        return reverse(self.name, kwargs={part: parts[part] for part in self.parts})


def every_route() -> list[Route]:
    return list(_routes(get_resolver().url_patterns))


def _routes(patterns: list[Any], namespace: str = "", parts: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in patterns:
        names = (*parts, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, inner, names)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name}", names, pattern.callback)


def random_parts(business: str) -> Parts:
    """Parts that no row answers to, at a business that exists."""
    return Nothing(business=business, reference="ZZZ-ZZZ", token="x" * 43)


def real_parts(cast: Cast) -> Parts:
    """Parts of Maria's rows: a pending request of hers with a photo, and what stands around it."""
    booking_request = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing
    )
    return Nothing(business="greenlawn", reference=booking_request.reference, token="x" * 43)


class Nothing(Parts):
    """Any part that is not given is a key that no row has."""

    def __missing__(self, part: str) -> UUID:
        return uuid7()


def ids(routes: list[Route]) -> list[str]:
    return [route.name for route in routes]
