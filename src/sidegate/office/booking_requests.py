"""The queue, what was decided, and a request's page."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from ..actions.booking_requests import facts_waiting
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from ..wording.typed import typed_date, typed_key
from .booking_request_answered import answered_of, decided_lines
from .booking_request_answers import answered, card_of, carded, find_request
from .booking_request_card import CardMaker
from .booking_request_history import history_of, messages_of
from .first_steps import list_of_steps

PAGE = 50
SHOWN = ("due", "issues")
Status = BookingRequest.Status


@require_safe
@office_page
def queue(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What waits, oldest first (rule 8): `show` is "due" or "issues", `after` the key of the page before."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    page, more = facts_waiting(scope.business, show=show, after=typed_key(request.GET.get("after", "")))
    maker = CardMaker(scope.business, page)
    context = {
        "cards": [maker.card(facts) for facts in page],
        "next_after": page[-1].id if more else None,
        "show": show,
        "answered": _just_answered(request, scope),
        "answered_today": None if page else _answered_today(scope),
        "steps": list_of_steps(scope),
    }
    return office(request, scope, "office/booking_requests/queue.html", context)


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
def decided(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What was answered, newest first; `before` is the place where the page before ended."""
    rows = scope.booking_requests().decided().select_related("client", "service", "decided_by", "visit")
    at, _mark, key = request.GET.get("before", "").partition("_")
    if (moment := _moment(at)) and (pk := typed_key(key)):
        rows = rows.filter(decided_at__lte=moment).exclude(decided_at=moment, pk__gte=pk)
    found = list(rows.order_by("-decided_at", "-id")[: PAGE + 1])
    lines = decided_lines(scope.business, found[:PAGE])
    context = {"lines": lines, "next_before": lines[-1].key if len(found) > PAGE else None}
    return office(request, scope, "office/booking_requests/decided.html", context)


def _moment(typed: str) -> datetime | None:
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_safe
@office_page
def booking_request(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """A request's own page; `date` shows what Approve would do on another day."""
    found = find_request(scope, reference)
    waits = found.status == Status.PENDING
    context = {
        "card": card_of(scope, found, typed_date(request.GET.get("date", ""))),
        "answered": None if waits else answered_of(scope.business, found),
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
