"""The queue, a request's page, and the three presses: approve, decline, undo."""

from dataclasses import replace
from datetime import date, datetime, time
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ..actions.booking_requests import (
    Choices,
    Decision,
    approve_booking_request,
    decline_booking_request,
    facts_of,
    facts_waiting,
    undo_booking_request,
)
from ..actions.errors import AlreadyDecided, CannotApprove, PlanChanged, UndoRefused
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office, office_fragment
from ..web.rendering import url
from ..wording.typed import clean_text
from .booking_request_answered import answered_now, answered_of, decided_lines
from .booking_request_card import Card, CardMaker
from .booking_request_history import history_of, messages_of

PAGE = 50
LONGEST_LINE = 1000
SHOWN = ("due", "issues")
CHARGES = {"": None, "yes": True, "no": False}
Status = BookingRequest.Status


@require_safe
@office_page
def queue(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What waits, oldest first (rule 8): `show` is "due" or "issues", `after` the key of the page before."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    page, more = facts_waiting(scope.business, show=show, after=_uuid(request.GET.get("after", "")))
    maker = CardMaker(scope.business, page)
    context = {
        "cards": [maker.card(facts) for facts in page],
        "next_after": page[-1].id if more else None,
        "show": show,
        "answered": _just_answered(request, scope),
        "answered_today": None if page else _answered_today(scope),
    }
    return office(request, scope, "office/booking_requests/queue.html", context)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _just_answered(request: PageRequest, scope: OfficeScope) -> object:
    """Without JavaScript an answer returns to the queue, where its line stands first, with Undo."""
    reference = request.GET.get("answered", "")
    if not reference:
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
    if (moment := _moment(at)) and (pk := _uuid(key)):
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
    found = _find(scope, reference)
    waits = found.status == Status.PENDING
    context = {
        "card": _card(scope, found, _date(request.GET.get("date", ""))),
        "answered": None if waits else answered_of(scope.business, found),
        "history": history_of(scope.business, found),
        "messages": messages_of(scope.business, found),
    }
    return office(request, scope, "office/booking_requests/booking_request.html", context)


@require_safe
@office_page
def plan(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """The card again, planned for the date now in its control."""
    found = _find(scope, reference)
    if found.status != Status.PENDING:
        return _answered(request, scope, found, status=200)
    return _carded(request, scope, _card(scope, found, _date(request.GET.get("date", ""))), status=200)


def _find(scope: OfficeScope, reference: str) -> BookingRequest:
    rows = scope.booking_requests().select_related("client", "service", "property", "about_visit")
    found = find(rows, reference=reference)
    found.business = scope.business
    return found


def _date(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _card(scope: OfficeScope, found: BookingRequest, own_date: date | None = None, problem: str = "") -> Card:
    (facts,) = facts_of(scope.booking_requests().filter(pk=found.pk))
    return replace(CardMaker(scope.business, [facts]).card(facts, own_date), problem=problem)


@require_POST
@office_page
def approve(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = _find(scope, reference)
    # Without scripts the second of two ways has a box of its own beside the page's.
    choices, note = _choices(request.POST), clean_text("\n".join(request.POST.getlist("note")))
    if problem := _unreadable(request.POST, note):
        card = replace(_card(scope, found, choices.date, problem), typed_note=note)
        return _carded(request, scope, card, status=422)
    try:
        decision = approve_booking_request(
            found, by=scope.user, choices=choices, shown_plan=request.POST.get("plan") or None, note=note
        )
    except AlreadyDecided as refused:
        return _answered(
            request, scope, _find(scope, reference), problem=_late_words(scope, refused), status=409
        )
    except (PlanChanged, CannotApprove) as refused:
        card = _card(scope, found, choices.date, _changed_words(refused))
        return _carded(request, scope, replace(card, typed_note=note), status=409)
    return _done(request, scope, found, decision)


def _unreadable(posted: QueryDict, note: str) -> str:
    """What in the form cannot be understood, as a sentence: nothing is guessed, least of all a charge."""
    day, agreement = posted.get("date", ""), posted.get("client_service", "")
    if day and _date(day) is None:
        return _("That is no date. Choose one.")
    if posted.get("charge", "") not in CHARGES or (agreement and _uuid(agreement) is None):
        return _("The page sent something we can't read. Nothing was saved. Go back and try again.")
    if len(note) > LONGEST_LINE:
        return _("A line can have up to %(most)s characters.") % {"most": f"{LONGEST_LINE:,}"}
    return ""


def _choices(posted: QueryDict) -> Choices:
    """The card sends its date along; only one that the rules did not choose is the owner's own."""
    charge = CHARGES.get(posted.get("charge", ""))
    own_date = posted.get("date", "")
    return Choices(
        date=None if own_date == posted.get("planned_date") else _date(own_date),
        client_service=_uuid(posted.get("client_service", "")),
        as_recurring=posted.get("as_recurring") == "1",
        charge=charge,
    )


def _late_words(scope: OfficeScope, refused: AlreadyDecided) -> str:
    if refused.status == Status.WITHDRAWN:
        return _("The client withdrew this in the meantime. Nothing was done.")
    if refused.by == str(scope.user):
        return _("You had answered it already. Nothing was done twice.")
    return _("%(name)s was faster. Nothing was done twice.") % {"name": refused.by}


def _changed_words(refused: PlanChanged | CannotApprove) -> str:
    if isinstance(refused, CannotApprove):
        return _("Nothing was done yet.")  # why stands on the card
    return _("Nothing was done yet: this is what Approve would do now.")


@require_POST
@office_page
def decline(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = _find(scope, reference)
    # Without scripts a ready-made reason is sent by its own button, beside what was typed.
    reason = clean_text("\n".join(request.POST.getlist("reason")))
    if len(reason) > LONGEST_LINE:
        problem = _("A reason can have up to %(most)s characters.") % {"most": f"{LONGEST_LINE:,}"}
        card = replace(_card(scope, found), typed_reason=reason, reason_problem=problem)
        return _carded(request, scope, card, status=422)
    try:
        decision = decline_booking_request(found, by=scope.user, reason=reason)
    except AlreadyDecided as refused:
        return _answered(
            request, scope, _find(scope, reference), problem=_late_words(scope, refused), status=409
        )
    return _done(request, scope, found, decision)


@require_POST
@office_page
def undo(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = _find(scope, reference)
    try:
        undo_booking_request(found, by=scope.user)
    except UndoRefused as refused:
        problem = _undo_words(refused)
        return _answered(request, scope, _find(scope, reference), problem=problem, is_final=True, status=409)
    if _is_on_page_of(request, found):
        return HttpResponseClientRefresh()
    if request.htmx:
        return _carded(request, scope, _card(scope, found), status=200)
    notices.success(request, _("Taken back. The request waits again."))
    return redirect("office:request", business=scope.business.slug, reference=reference)


def _undo_words(refused: UndoRefused) -> str:
    return {
        "already_sent": _("Already sent: it can no longer be undone."),
        "visit_changed": _("The visit was changed since, so this can't be undone."),
    }.get(refused.code, _("This was already taken back."))


def _done(
    request: PageRequest, scope: OfficeScope, found: BookingRequest, decision: Decision
) -> HttpResponse:
    """After a decision: the line in place of the card, on its own page all of it anew, for the history grew; without
    scripts the queue with that line first."""
    if _is_on_page_of(request, found):
        return HttpResponseClientRefresh()
    if request.htmx:
        return _card_answer(request, scope, {"answered": answered_now(scope, found, decision)}, 200)
    return redirect(f"{url('office:requests', business=scope.business.slug)}?answered={found.reference}")


def _is_on_page_of(request: PageRequest, found: BookingRequest) -> bool:
    """Whether htmx pressed on the request's own page."""
    shown = urlsplit(request.htmx.current_url or "").path
    return shown == url("office:request", business=found.business.slug, reference=found.reference)


def _answered(
    request: PageRequest,
    scope: OfficeScope,
    found: BookingRequest,
    *,
    problem: str = "",
    is_final: bool = False,
    status: int,
) -> HttpResponse:
    if found.status == Status.PENDING:
        return _carded(request, scope, _card(scope, found, None, problem), status=status)
    return _card_answer(
        request,
        scope,
        {"answered": answered_of(scope.business, found, problem=problem, is_final=is_final)},
        status,
    )


def _carded(request: PageRequest, scope: OfficeScope, card: Card, *, status: int) -> HttpResponse:
    return _card_answer(request, scope, {"card": card}, status)


def _card_answer(
    request: PageRequest, scope: OfficeScope, context: dict[str, object], status: int
) -> HttpResponse:
    """For htmx the card and the badges; else a page that shows the card alone."""
    if request.htmx:
        shown = urlsplit(request.htmx.current_url or "").path
        context["in_queue"] = shown == url("office:requests", business=scope.business.slug)
        return office_fragment(request, scope, "office/booking_requests/_swap.html", context, status=status)
    return office(request, scope, "office/booking_requests/one.html", context, status=status)
