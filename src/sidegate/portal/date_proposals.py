"""The client's answer to dates that the office offers: take one, or none of them fits."""

from collections.abc import Callable

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions.errors import AlreadyDecided, DatesClosed
from ..actions.proposals.answer import refuse_dates, take_date
from ..models import BookingRequest
from ..web.access import PortalScope, find, portal_page
from ..web.pages import portal
from ..wording.typed import clean_text, typed_date, typed_key
from .booking_request_page import page_of, page_rows
from .refusals import late_words

LONGEST = 1000


@require_POST
@portal_page
def take(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    found = _find(scope, reference)
    proposal_id, day = typed_key(request.POST.get("proposal", "")), typed_date(request.POST.get("date", ""))
    if proposal_id is None or day is None:
        notices.info(request, _why("over"))
        return _back(scope, reference)

    def act() -> str:
        take_date(found, by=scope.user, proposal_id=proposal_id, day=day)
        return _("It is booked. See you then.")

    return _answer(request, scope, reference, act)


@require_POST
@portal_page
def refuse(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    found = _find(scope, reference)
    proposal_id, answer = (
        typed_key(request.POST.get("proposal", "")),
        clean_text(request.POST.get("answer", "")),
    )
    if len(answer) > LONGEST:
        problem = _("This can have up to %(most)s characters; it has %(count)s.")
        said = {"most": f"{LONGEST:,}", "count": f"{len(answer):,}"}
        context = {"page": page_of(scope, found), "typed_answer": answer, "answer_problem": problem % said}
        return portal(request, scope, "portal/booking_request.html", context, status=422)
    if proposal_id is None:
        notices.info(request, _why("over"))
        return _back(scope, reference)

    def act() -> str:
        refuse_dates(found, by=scope.user, proposal_id=proposal_id, answer=answer)
        return _("Thank you. We have been told, and look for other days.")

    return _answer(request, scope, reference, act)


def _find(scope: PortalScope, reference: str) -> BookingRequest:
    found = find(page_rows(scope.booking_requests()), reference=reference)
    found.business = scope.business
    return found


def _answer(request: HttpRequest, scope: PortalScope, reference: str, act: Callable[[], str]) -> HttpResponse:
    """Back to the request's page, which says what was done, or why it was not."""
    try:
        notices.success(request, act())
    except AlreadyDecided:
        notices.info(request, _already(scope, reference))
    except DatesClosed as closed:
        notices.info(request, _why(closed.code))
    return _back(scope, reference)


def _already(scope: PortalScope, reference: str) -> str:
    """Pressed twice, or in another tab: what stands on the page is what counts."""
    found = find(scope.booking_requests(), reference=reference)
    if found.shown_status() == BookingRequest.Status.APPROVED:
        return _("A day was settled already: it stands here. Nothing was changed.")
    return late_words()


def _why(code: str) -> str:
    return {
        "answered": _("You have told us already that none of them fits."),
        "not_offered": _("That day is not one of those we offered. Choose one of these."),
        "past": _("That day has passed. Choose another, or tell us that none fits."),
        "changed": _(
            "Something has changed on our side since we offered that day, so nothing is booked yet. "
            "We have been told, and will write to you."
        ),
    }.get(code, _("Those days are no longer open. Nothing was changed; you will hear from us."))


def _back(scope: PortalScope, reference: str) -> HttpResponse:
    return redirect("portal:request", business=scope.business.slug, reference=reference)
