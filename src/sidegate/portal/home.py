"""The portal's home: her next visits, her requests and where they stand, and + Request a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..actions.visits import upcoming_as_told
from ..models import BookingRequest
from ..web.access import PortalScope, portal_page
from ..web.pages import portal
from ..wording import dates
from .visit_lines import visit_line
from .visits import her_visits

NEXT_VISITS = 3
REQUESTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One of her requests in the list: what, when sent, and where it stands."""

    reference: str
    service: str
    when: str
    status: str
    kind: str
    reason: str
    is_her_turn: bool  # dates are open to her


@require_safe
@portal_page
def home(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    now = timezone.now()
    today = scope.business.today(now)
    visits = upcoming_as_told(her_visits(scope), scope.client, today, now, NEXT_VISITS + 1)
    rows = (
        scope.booking_requests().select_related("service", "property", "visit", "about_visit").order_by("-id")
    )
    requests = list(rows[:REQUESTS_SHOWN])
    context = {
        "visits": [visit_line(scope, visit) for visit in visits[:NEXT_VISITS]],
        "has_more_visits": len(visits) > NEXT_VISITS,
        "requests": [request_line(scope, booking_request, now) for booking_request in requests],
        "usual": usual_line(scope, requests),
    }
    return portal(request, scope, "portal/home.html", context)


@dataclass(frozen=True, slots=True)
class UsualLine:
    """What she asked for last and may ask for again, with new dates."""

    reference: str
    service: str
    address: str


def usual_line(scope: PortalScope, newest_first: Sequence[BookingRequest]) -> UsualLine | None:
    """Of the requests in hand (with service and property); none where nothing of them can be repeated."""
    found = next((row for row in newest_first if row.can_be_repeated()), None)
    if found is None:
        return None
    service = found.service.name_in(get_language() or "en", scope.business.default_language)
    return UsualLine(found.reference, service, found.property.address)


def request_line(scope: PortalScope, booking_request: BookingRequest, now: datetime) -> RequestLine:
    language, business = get_language() or "en", scope.business
    status = booking_request.shown_status(now)
    visit = getattr(booking_request, "visit", None)
    if booking_request.kind in BookingRequest.OF_A_VISIT:
        visit = booking_request.about_visit
    if status == BookingRequest.Status.APPROVED and visit:
        when = dates.day(visit.date, language, business.country, today=business.today())
    else:
        when = dates.window(
            booking_request.window_start, booking_request.window_end, language, business.country
        )
    return RequestLine(
        reference=booking_request.reference,
        service=booking_request.service.name_in(language, business.default_language),
        when=when,
        status=status,
        kind=booking_request.kind,
        reason=booking_request.reason if status == BookingRequest.Status.DECLINED else "",
        is_her_turn=booking_request.turn == BookingRequest.Turn.CLIENT,
    )
