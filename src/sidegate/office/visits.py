"""The schedule: a day's visits, one visit's page, and what may be done with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions import visits as actions
from ..actions.errors import Conflict
from ..actions.visits import add_visit, change_visit, warnings_for
from ..models import ClientService, Visit
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office, office_fragment
from ..wording import rhythm
from .assignable import who_may_go
from .client_services import find_agreement, page_of_agreement
from .clients import asks_and_acts
from .in_words import InWords
from .pages import address, form_page, question_page, refused, said, typed_day, typed_version
from .visit_forms import CancelForm, NewVisitForm, VisitForm, values_of
from .visit_list import day_list, visit_card, with_all
from .visit_page import series_words, telling, visit_page, warning_words
from .visit_ways import after_change, opened_from, page_of_visit, way_back

FARTHEST_YEARS = 10
Act = Callable[..., None]


def find_visit(scope: OfficeScope, visit_id: UUID) -> Visit:
    """With everything in hand that a page and a letter need."""
    found = find(with_all(scope.visits()), pk=visit_id)
    found.client_service.business = scope.business
    return found


@office_page
@require_safe
def schedule(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The visits of a day (`date`), today's by default."""
    today = scope.business.today()
    day = typed_day(request, "date") or today
    if abs(day.year - today.year) > FARTHEST_YEARS:
        day = today
    return office(request, scope, "office/visits/schedule.html", {"shown": day_list(scope, day)})


@office_page
@require_safe
def visit(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    found = find_visit(scope, visit_id)
    context = {
        "page": visit_page(scope, found),
        "back": way_back(request, scope, found),
        "opened_from": opened_from(request, scope),
    }
    return office(request, scope, "office/visits/visit.html", context)


@office_page
@asks_and_acts
def new(request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID) -> HttpResponse:
    """One more visit under an agreement."""
    agreement = find_agreement(scope, client_id, client_service_id)
    to, name = page_of_agreement(scope, agreement), InWords(scope.business).agreement(agreement)
    form = NewVisitForm(
        request,
        {"part_of_day": "any", "is_charged": True},
        members=who_may_go(scope),
        warns=lambda day: warnings_for(agreement, day),
    )
    try:
        if form.does(lambda: _add(scope, agreement, form)):
            day = InWords(scope.business).day(form.changes().date)
            return said(request, _("Visit added on %(date)s.") % {"date": day}, to)
    except Conflict:
        return refused(request, _("This service is not active, so no visit was added. Resume it first."), to)
    intro = _("%(name)s is not written to about it, and sees it in the portal.")
    return _visit_form_page(
        request,
        scope,
        form,
        agreement,
        title=_("New visit: %(service)s") % {"service": name},
        back=(to, name),
        intro=intro % {"name": agreement.client.first_name()},
        version=0,
    )


def _add(scope: OfficeScope, agreement: ClientService, form: VisitForm) -> None:
    changes = form.changes()
    add_visit(
        agreement,
        by=scope.user,
        day=changes.date,
        part_of_day=changes.part_of_day,
        technician=changes.technician,
        is_charged=changes.is_charged,
        arrives_from=changes.arrives_from,
        arrives_until=changes.arrives_until,
    )


def _visit_form_page(
    request: PageRequest, scope: OfficeScope, form: VisitForm, agreement: ClientService, **more: Any
) -> HttpResponse:
    day = form.cleaned_data.get("date") if form.is_bound else None
    heed = warning_words(form.warnings, agreement, day)
    template = "office/visits/form.html"
    return form_page(request, scope, form, room="schedule", template=template, heed=heed, **more)


@office_page
@asks_and_acts
def change(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    """Another day or part of day, which tells the client; who goes; whether it is charged."""
    visit = find_visit(scope, visit_id)
    agreement, to = visit.client_service, page_of_visit(request, scope, visit)
    if visit.status != Visit.Status.SCHEDULED:
        return refused(request, _("Only a visit that is still scheduled can be changed."), to)
    form = VisitForm(
        request,
        values_of(visit),
        members=who_may_go(scope, already=visit.technician_id),
        warns=lambda day: [] if day == visit.date else warnings_for(agreement, day, but=visit.pk),
    )
    version, moved = typed_version(request), list[bool]()
    try:
        if form.does(
            lambda: moved.append(change_visit(visit, form.changes(), by=scope.user, version=version))
        ):
            words = moved_words(scope, visit) if moved[0] else _("Saved.")
            return said(request, words, after_change(request, scope, visit))
    except Conflict as conflict:
        return refused(request, too_late_words(conflict), to)
    return _visit_form_page(
        request,
        scope,
        form,
        agreement,
        title=_("Change visit"),
        back=(to, InWords(scope.business).agreement(agreement)),
        intro=" ".join(
            filter(
                None,
                (
                    series_words(visit),
                    _("With another day or time: %(telling)s") % {"telling": telling(agreement)},
                ),
            )
        ),
        version=visit.version,
    )


def moved_words(scope: OfficeScope, visit: Visit) -> str:
    words = InWords(scope.business)
    at = words.arrival(visit.arrives_from, visit.arrives_until) or rhythm.part_of_day(visit.part_of_day)
    when = ", ".join(filter(None, (words.day(visit.date), at)))
    return _("Moved to %(when)s. %(telling)s") % {"when": when, "telling": telling(visit.client_service)}


def too_late_words(conflict: Conflict) -> str:
    if conflict.code == "still_ahead":
        return _("This visit is still ahead. If it is done already, move it to today first.")
    return _("This visit was changed meanwhile, so nothing was done. Look at it again.")


@office_page
@require_POST
def complete(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    return _press(request, scope, visit_id, actions.complete_visit)


@office_page
@require_POST
def skip(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    return _press(request, scope, visit_id, actions.skip_visit)


@office_page
@require_POST
def reopen(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    return _press(request, scope, visit_id, actions.reopen_visit)


def _press(request: PageRequest, scope: OfficeScope, visit_id: UUID, act: Act) -> HttpResponse:
    """One press on a visit: on the day's list its card is swapped, elsewhere its page says so."""
    visit = find_visit(scope, visit_id)
    problem = ""
    try:
        act(visit, by=scope.user, version=typed_version(request))
    except Conflict as conflict:
        problem = too_late_words(conflict)
    if request.htmx:
        return _card(request, scope, visit_id, problem)
    if problem:
        return refused(request, problem, page_of_visit(request, scope, visit))
    return redirect(_place(request, scope, visit))


def _place(request: PageRequest, scope: OfficeScope, visit: Visit) -> str:
    """Back on the day's list where the press was made there, or on the board that the visit was opened from."""
    if request.POST.get("from") == "schedule":
        return f"{address(scope, 'schedule')}?date={visit.date.isoformat()}#visit-{visit.pk}"
    return after_change(request, scope, visit)


def _card(request: PageRequest, scope: OfficeScope, visit_id: UUID, problem: str) -> HttpResponse:
    card = visit_card(find_visit(scope, visit_id), InWords(scope.business))
    context = {"card": card, "problem": problem, "swapped": True}
    status = 409 if problem else 200
    return office_fragment(request, scope, "office/visits/_card.html", context, status=status)


@office_page
@asks_and_acts
def cancel(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    """Asks for the reason, says who will be told; a cancelled visit stays cancelled."""
    visit = find_visit(scope, visit_id)
    to, form = page_of_visit(request, scope, visit), CancelForm(request)
    words = InWords(scope.business)
    if visit.status != Visit.Status.SCHEDULED:
        return refused(request, _("Only a visit that is still scheduled can be cancelled."), to)
    version, told = typed_version(request), telling(visit.client_service)
    try:
        if form.does(
            lambda: actions.cancel_visit(
                visit, by=scope.user, version=version, reason=form.cleaned_data["reason"]
            )
        ):
            text = _("Cancelled. %(telling)s") % {"telling": told}
            return said(request, text, after_change(request, scope, visit))
    except Conflict as conflict:
        return refused(request, too_late_words(conflict), to)
    return question_page(
        request,
        scope,
        title=_("Cancel the visit on %(date)s?") % {"date": words.day(visit.date)},
        room="schedule",
        back=(to, words.agreement(visit.client_service)),
        lines=[told],
        button=_("Cancel visit"),
        is_final=True,
        form=form,
        version=visit.version,
    )
