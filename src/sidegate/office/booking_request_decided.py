"""What was answered, newest first: by whom, when, and how fast."""

from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..actions.booking_requests import answer_times, only_decided
from ..actions.booking_requests.finding import LOOKED_THROUGH
from ..models import BookingRequest, Business
from ..models.booking_request import BookingRequestQuerySet
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from ..wording.typed import typed_key
from .booking_request_answered import decided_lines
from .booking_request_card import waited
from .booking_request_filters import Filters, query_of

PAGE = 50
COUNTED_DAYS = timedelta(days=30)


@require_safe
@office_page
def decided(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What was answered and is wanted; `before` is the place where the page before ended."""
    filters = Filters(scope.business, request.GET, decided=True)
    before = request.GET.get("before", "")
    found, edge = _found(scope, filters, _before(scope.booking_requests().decided(), before))
    next_before = _place_of(found[PAGE - 1]) if len(found) > PAGE else edge
    context = {
        "lines": decided_lines(scope.business, found[:PAGE]),
        "filters": filters,
        "next_query": query_of(filters.wanted, before=next_before) if next_before else "",
        "pace": "" if before or filters.query else pace(scope.business),
    }
    return office(request, scope, "office/booking_requests/decided.html", context)


def _found(
    scope: OfficeScope, filters: Filters, rows: BookingRequestQuerySet
) -> tuple[list[BookingRequest], str]:
    """A page and one more; and where looking ended, empty where everything was looked through."""
    rows = rows.order_by("-decided_at", "-id")
    last = None if filters.wanted.is_everything() else _last_looked_at(rows)
    if last:
        rows = rows.filter(decided_at__gte=last[0])
    whole = rows.select_related("client", "service", "decided_by", "visit", "about_visit")
    found = list(only_decided(whole, scope.business, filters.wanted)[: PAGE + 1])
    return found, _place(*last) if last else ""


def _last_looked_at(rows: BookingRequestQuerySet) -> tuple[datetime, UUID] | None:
    """The index of the order alone answers this."""
    places = rows.values_list("decided_at", "pk")[LOOKED_THROUGH - 1 : LOOKED_THROUGH]
    return next(((at, pk) for at, pk in places if at), None)


def _before(rows: BookingRequestQuerySet, typed: str) -> BookingRequestQuerySet:
    at, _mark, key = typed.partition("_")
    if (moment := _moment(at)) and (pk := typed_key(key)):
        return rows.filter(Q(decided_at__lt=moment) | Q(pk__lt=pk), decided_at__lte=moment)
    return rows


def _place_of(row: BookingRequest) -> str:
    return _place(row.decided_at or row.created_at, row.pk)


def _place(decided_at: datetime, key: UUID) -> str:
    """A place in the list, as an address carries it."""
    return f"{decided_at.isoformat()}_{key}"


def _moment(typed: str) -> datetime | None:
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def pace(business: Business) -> str:
    """How fast the answers of the last 30 days came, in a sentence; empty where there were none."""
    seconds = [time.total_seconds() for time in answer_times(business, since=timezone.now() - COUNTED_DAYS)]
    if not seconds:
        return ""
    half = waited(timedelta(seconds=median(seconds)))
    return _("Half of your answers of the last 30 days came within %(time)s.") % {"time": half}
