"""The answer to a press on a request: its card as it is now, or the line in its place; swapped by htmx, or whole."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from django.http import HttpResponse

from ..actions.booking_requests import facts_of_one
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, find
from ..web.pages import office, office_fragment
from ..web.rendering import url
from .booking_request_answered import answered_of
from .booking_request_card import Card, CardMaker
from .booking_request_filters import query_sent


def find_request(scope: OfficeScope, reference: str) -> BookingRequest:
    rows = scope.booking_requests().select_related("client", "service", "property", "about_visit")
    found = find(rows, reference=reference)
    found.business = scope.business
    return found


def card_of(
    scope: OfficeScope, found: BookingRequest, own_date: date | None = None, problem: str = ""
) -> Card:
    facts = facts_of_one(scope.business, found.pk)
    (card,) = CardMaker(scope.business, [facts]).cards([facts], own_date)
    return replace(card, problem=problem)


def answered(
    request: PageRequest,
    scope: OfficeScope,
    found: BookingRequest,
    *,
    problem: str = "",
    is_final: bool = False,
    status: int,
) -> HttpResponse:
    if found.status == BookingRequest.Status.PENDING:
        return carded(request, scope, card_of(scope, found, None, problem), status=status)
    return answer(
        request,
        scope,
        {"answered": answered_of(scope.business, found, problem=problem, is_final=is_final)},
        status,
    )


def carded(request: PageRequest, scope: OfficeScope, card: Card, *, status: int) -> HttpResponse:
    return answer(request, scope, {"card": card}, status)


def answer(request: PageRequest, scope: OfficeScope, context: dict[str, object], status: int) -> HttpResponse:
    """For htmx the card and the badges; else a page that shows the card alone."""
    if request.htmx:
        can_pick = _shown(request) == url("office:requests", business=scope.business.slug)
        in_queue = can_pick or _shown(request) == url("office:several", business=scope.business.slug)
        here = {"in_queue": in_queue, "is_page": not in_queue, "can_pick": can_pick}
        template = "office/booking_requests/_swap.html"
        return office_fragment(request, scope, template, here | context, status=status)
    kept = {"here_query": query_sent(request.POST)}
    return office(request, scope, "office/booking_requests/one.html", kept | context, status=status)


def is_on_page_of(request: PageRequest, found: BookingRequest) -> bool:
    """Whether htmx pressed on the request's own page."""
    page = url("office:request", business=found.business.slug, reference=found.reference)
    return _shown(request) == page


def _shown(request: PageRequest) -> str:
    """The path of the page on which htmx pressed; empty without htmx."""
    return urlsplit(request.htmx.current_url or "").path
