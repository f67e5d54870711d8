"""Approving with changes: another day, hours, person, service or rhythm, with the plan in sight before the press."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from ..actions.booking_requests import ApprovalPlan, Choices, Piece, PlanWords, approve_booking_request
from ..actions.booking_requests.claim import must_be_pending
from ..actions.booking_requests.plan_change import foresee
from ..actions.errors import AlreadyDecided, CannotApprove, PlanChanged
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office_fragment
from ..wording import dates, rhythm
from .booking_request_answers import find_request
from .booking_request_changes_form import ChangesForm
from .booking_request_presses import changed_words, late_words
from .clients import asks_and_acts
from .pages import address, form_page, refused


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands above the button, and what the button says."""

    pieces: list[Piece]
    lines: list[str]
    warnings: list[str]
    refusal: str
    fingerprint: str
    button: str
    ask_date: str = ""  # the ISO date, where it is one that she did not ask for

    @classmethod
    def of(cls, form: ChangesForm) -> "Preview":
        plan, words = form.plan(), form.words
        if plan is None:
            return cls([], [_("Something above is not right yet.")], [], "", "", _("See what it does"))
        button = _("See what it does") if plan.refusal else _press(words, plan)
        return cls(
            pieces=words.pieces(plan),
            lines=[*_more(form, plan), words.telling(plan)],
            warnings=words.warnings(plan),
            refusal=words.refusal(plan),
            fingerprint=plan.fingerprint,
            button=button,
            ask_date=_date_to_ask_about(plan),
        )


def _date_to_ask_about(plan: ApprovalPlan) -> str:
    is_outside = any(warned.code == "outside_window" for warned in plan.warnings)
    return plan.date.isoformat() if is_outside and plan.date and not plan.change else ""


def _more(form: ChangesForm, plan: ApprovalPlan) -> list[str]:
    """Why that day, who goes, and of a plan that changes what it does to the days."""
    found = [form.words.moved(plan)] if plan.moved_because else []
    who = plan.visit.technician_id if plan.visit else plan.technician_id
    if member := next((member for member in form.members if member.pk == who), None):
        found.append(_("%(name)s goes.") % {"name": member.user})
    foreseen = None if plan.refusal else foresee(form.business, plan)
    if foreseen:
        short = [dates.short_day(day, form.words.language, form.words.country) for day in foreseen.next_days]
        found.append(_("On the schedule then: %(dates)s.") % {"dates": " · ".join(short)})
    return found


def _press(words: PlanWords, plan: ApprovalPlan) -> str:
    """The button says what it does, and on which day."""
    day = words.day(plan.date) if plan.date else ""
    if plan.change:
        return _("Change the plan from %(date)s") % {"date": day}
    if plan.as_recurring:
        often = rhythm.adverb(plan.frequency)
        return _("Approve: %(often)s from %(date)s") % {"often": often, "date": day}
    return _("Approve for %(date)s") % {"date": day}


@office_page
@asks_and_acts
def approve_with_changes(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """Approves where what is pressed is what was shown; else shows what it would do by now."""
    found = find_request(scope, reference)
    to = address(scope, "request", reference=reference)
    try:
        form = _form(request, scope, found)
        if form.is_valid() and _approves(form, scope, found, request.POST.get("plan", "")):
            return redirect(to)
    except AlreadyDecided as late:
        return refused(request, late_words(scope, find_request(scope, reference), late), to)
    except CannotApprove as why:
        return refused(request, PlanWords(scope.business).refusal(why.plan) or _nothing_to_change(), to)
    return form_page(
        request,
        scope,
        form,
        title=_("Approve with changes"),
        room="requests",
        back=(to, reference),
        template="office/booking_requests/changes.html",
        intro=_asked(form),
        preview=Preview.of(form),
        reference=reference,
        first_name=form.facts.client_first_name(),
    )


def _form(request: HttpRequest, scope: OfficeScope, found: BookingRequest) -> ChangesForm:
    """Raises AlreadyDecided, CannotApprove."""
    form = ChangesForm(request, scope, found)
    must_be_pending(form.facts)
    return form


def _approves(form: ChangesForm, scope: OfficeScope, found: BookingRequest, shown: str) -> bool:
    choices, note = form.choices(), form.cleaned_data["note"]
    try:
        approve_booking_request(
            found, by=scope.user, choices=choices or Choices(), shown_plan=shown, note=note
        )
    except (PlanChanged, CannotApprove) as why:
        form.look_again()
        form.add_error(None, changed_words(why))
        return False
    return True


def _nothing_to_change() -> str:
    return _("They asked to skip a visit: there is nothing else to settle.")


def _asked(form: ChangesForm) -> str:
    facts, words = form.facts, form.words
    window = dates.window(facts.window_start, facts.window_end, words.language, words.country)
    often = rhythm.how_often(facts.frequency) if facts.frequency else ""
    asked = filter(None, (window, rhythm.part_of_day(facts.part_of_day), often))
    return _("%(name)s asked for %(window)s.") % {**form.name, "window": " · ".join(asked)}


@require_POST
@office_page
def preview_changes(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """The plan again, for what is in the form now; nothing is done."""
    found = find_request(scope, reference)
    try:
        preview = Preview.of(_form(request, scope, found))
    except (AlreadyDecided, CannotApprove):
        return HttpResponseClientRefresh()
    template = "office/booking_requests/_preview.html"
    return office_fragment(
        request,
        scope,
        template,
        {"preview": preview, "reference": reference, "first_name": found.client.first_name()},
    )
