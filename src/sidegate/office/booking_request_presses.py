"""The three presses on a request: approve, decline, undo."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from ..actions.booking_requests import (
    Choices,
    Decision,
    approve_booking_request,
    decline_booking_request,
    undo_booking_request,
)
from ..actions.errors import AlreadyDecided, CannotApprove, PlanChanged, UndoRefused
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.rendering import url
from ..wording.typed import clean_text, typed_date, typed_key
from .booking_request_answered import answered_now
from .booking_request_answers import (
    answer,
    answered,
    card_of,
    carded,
    find_request,
    is_on_page_of,
)
from .booking_request_filters import query_sent

LONGEST_LINE = 1000
CHARGES = {"": None, "yes": True, "no": False}
Status = BookingRequest.Status


@require_POST
@office_page
def approve(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = find_request(scope, reference)
    # Without scripts the second of two ways has a box of its own beside the page's.
    choices, note = _choices(request.POST), clean_text("\n".join(request.POST.getlist("note")))
    if problem := _unreadable(request.POST, note):
        card = replace(card_of(scope, found, choices.date, problem), typed_note=note)
        return carded(request, scope, card, status=422)
    try:
        decision = approve_booking_request(
            found, by=scope.user, choices=choices, shown_plan=request.POST.get("plan") or None, note=note
        )
    except AlreadyDecided as refused:
        return _too_late(request, scope, reference, refused)
    except (PlanChanged, CannotApprove) as refused:
        card = card_of(scope, found, choices.date, changed_words(refused))
        return carded(request, scope, replace(card, typed_note=note), status=409)
    return _done(request, scope, found, decision)


def _unreadable(posted: QueryDict, note: str) -> str:
    """What in the form cannot be understood, as a sentence: nothing is guessed, least of all a charge."""
    day, agreement = posted.get("date", ""), posted.get("client_service", "")
    if day and typed_date(day) is None:
        return _("That is no date. Choose one.")
    if posted.get("charge", "") not in CHARGES or (agreement and typed_key(agreement) is None):
        return _("The page sent something we can't read. Nothing was saved. Go back and try again.")
    if len(note) > LONGEST_LINE:
        return _("A line can have up to %(most)s characters.") % {"most": f"{LONGEST_LINE:,}"}
    return ""


def _choices(posted: QueryDict) -> Choices:
    """The card sends its date along; only one that the rules did not choose is the owner's own."""
    charge = CHARGES.get(posted.get("charge", ""))
    own_date = posted.get("date", "")
    return Choices(
        date=None if own_date == posted.get("planned_date") else typed_date(own_date),
        client_service=typed_key(posted.get("client_service", "")),
        as_recurring=posted.get("as_recurring") == "1",
        charge=charge,
    )


def _too_late(
    request: PageRequest, scope: OfficeScope, reference: str, refused: AlreadyDecided
) -> HttpResponse:
    """The line that stands there by now, with who was faster."""
    found = find_request(scope, reference)
    return answered(request, scope, found, problem=late_words(scope, found, refused), status=409)


def late_words(scope: OfficeScope, found: BookingRequest, refused: AlreadyDecided) -> str:
    if refused.status == Status.WITHDRAWN:
        return _("The client withdrew this in the meantime. Nothing was done.")
    if found.decided_by_id == scope.user.pk:
        return _("You had answered it already. Nothing was done twice.")
    return _("%(name)s was faster. Nothing was done twice.") % {"name": refused.by}


def changed_words(refused: PlanChanged | CannotApprove) -> str:
    if isinstance(refused, CannotApprove):
        return _("Nothing was done yet.")  # why stands on the card
    return _("Nothing was done yet: this is what Approve would do now.")


@require_POST
@office_page
def decline(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = find_request(scope, reference)
    # Without scripts a ready-made reason is sent by its own button, beside what was typed.
    reason = clean_text("\n".join(request.POST.getlist("reason")))
    if len(reason) > LONGEST_LINE:
        problem = _("A reason can have up to %(most)s characters.") % {"most": f"{LONGEST_LINE:,}"}
        card = replace(card_of(scope, found), typed_reason=reason, reason_problem=problem)
        return carded(request, scope, card, status=422)
    try:
        decision = decline_booking_request(found, by=scope.user, reason=reason)
    except AlreadyDecided as refused:
        return _too_late(request, scope, reference, refused)
    return _done(request, scope, found, decision)


@require_POST
@office_page
def undo(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = find_request(scope, reference)
    try:
        undo_booking_request(found, by=scope.user)
    except UndoRefused as refused:
        problem = _undo_words(refused)
        return answered(
            request, scope, find_request(scope, reference), problem=problem, is_final=True, status=409
        )
    if is_on_page_of(request, found):
        return HttpResponseClientRefresh()
    if request.htmx:
        return carded(request, scope, card_of(scope, found), status=200)
    notices.success(request, _("Taken back. The request waits again."))
    if query := query_sent(request.POST):
        return redirect(f"{url('office:requests', business=scope.business.slug)}?{query}")
    return redirect("office:request", business=scope.business.slug, reference=reference)


def _undo_words(refused: UndoRefused) -> str:
    return {
        "already_sent": _("Already sent: it can no longer be undone."),
        "visit_changed": _("The visit was changed since, so this can't be undone."),
        "plan_changed": _("That plan was changed since, so this can't be undone."),
    }.get(refused.code, _("This was already taken back."))


def _done(
    request: PageRequest, scope: OfficeScope, found: BookingRequest, decision: Decision
) -> HttpResponse:
    """After a decision: the line in place of the card, on its own page all of it anew, for the history grew; without
    scripts the queue with that line first."""
    if is_on_page_of(request, found):
        return HttpResponseClientRefresh()
    if request.htmx:
        return answer(request, scope, {"answered": answered_now(scope, found, decision)}, 200)
    query = urlencode({"answered": found.reference})
    if kept := query_sent(request.POST):
        query += f"&{kept}"
    return redirect(f"{url('office:requests', business=scope.business.slug)}?{query}")
