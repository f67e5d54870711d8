"""The queue, and a request's page."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from ..actions.booking_requests import find_waiting
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from ..wording.typed import typed_date, typed_key
from .booking_request_answered import answered_of
from .booking_request_answers import answered, card_of, carded, find_request
from .booking_request_card import CardMaker
from .booking_request_filters import Filters, query_of
from .booking_request_history import history_of, messages_of
from .booking_request_picks import NONE_PICKED, Picks
from .first_steps import list_of_steps

Status = BookingRequest.Status


@require_safe
@office_page
def queue(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What waits, oldest first (rule 8), narrowed by the filters in the address; `after` is the key of the page
    before."""
    return queue_page(request, scope, request.GET)


def queue_page(
    request: PageRequest, scope: OfficeScope, sent: QueryDict, picks: Picks = NONE_PICKED, status: int = 200
) -> HttpResponse:
    """The queue as that query asks for it, with what is ticked on it."""
    filters, after = Filters(scope.business, sent), typed_key(sent.get("after", ""))
    page, next_after = find_waiting(scope.business, filters.wanted, after=after)
    maker = CardMaker(scope.business, page)
    context = {
        "cards": maker.cards(page),
        "next_query": query_of(filters.wanted, after=next_after) if next_after else "",
        "filters": filters,
        "here_query": query_of(filters.wanted, after=after),
        "picks": picks,
        "selecting": bool(picks.references or picks.problem or request.GET.get("select")),
        "answered": _just_answered(request, scope),
        "answered_today": None if page else _answered_today(scope),
        "steps": list_of_steps(scope),
    }
    return office(request, scope, "office/booking_requests/queue.html", context, status=status)


def _just_answered(request: PageRequest, scope: OfficeScope) -> object:
    """Without JavaScript an answer returns to the queue, where its line stands first, with Undo."""
    reference = request.GET.get("answered", "")
    if not reference or not reference.isprintable():
        return None
    rows = scope.booking_requests().select_related("client").exclude(status=Status.PENDING)
    found = rows.filter(reference=reference).first()
    return answered_of(scope.business, found) if found else None


def _answered_today(scope: OfficeScope) -> int:
    """How many were answered since midnight, where the business is."""
    zone = ZoneInfo(scope.business.time_zone)
    midnight = datetime.combine(scope.business.today(), time.min, zone)
    return scope.booking_requests().filter(decided_at__gte=midnight).counted_up_to_cap()


@require_safe
@office_page
def booking_request(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """A request's own page; `date` shows what Approve would do on another day."""
    found = find_request(scope, reference)
    waits = found.status == Status.PENDING
    answer = None if waits else answered_of(scope.business, found)
    context = {
        "card": card_of(scope, found, typed_date(request.GET.get("date", ""))),
        "answered": answer,
        "reopens": bool(answer and not answer.undo_seconds and found.status != Status.WITHDRAWN),
        "history": history_of(scope.business, found),
        "messages": messages_of(scope.business, found),
    }
    return office(request, scope, "office/booking_requests/booking_request.html", context)


@require_safe
@office_page
def plan(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """The card again, planned for the date now in its control."""
    found = find_request(scope, reference)
    if found.status != Status.PENDING:
        return answered(request, scope, found, status=200)
    return carded(request, scope, card_of(scope, found, typed_date(request.GET.get("date", ""))), status=200)
