"""A technician's own pages: her visits of a day, and what she does at one. Whoever has visits may open them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from ..actions import visits as actions
from ..actions.errors import Conflict
from ..models import Visit
from ..web.access import PageRequest, TechnicianScope, find, technician_page
from ..web.pages import technician
from ..web.rendering import url
from .clients import asks_and_acts
from .fields import Lines
from .forms import Form, Words
from .in_words import InWords
from .my_day_page import my_day_page
from .pages import typed_day, typed_version
from .visit_list import with_all

FARTHEST_YEARS = 10
Act = Callable[..., None]


class NoteForm(Form):
    """What she wants the office to know of a visit."""

    saying = lazy("Save note")

    note = Lines(lazy("Note"), most=2000, hint=lazy("The office reads it. The client does not."))


@technician_page
@require_safe
def my_day(request: PageRequest, scope: TechnicianScope) -> HttpResponse:
    """The visits of the day `on`, today's by default."""
    today = scope.business.today()
    day = typed_day(request, "on") or today
    if abs(day.year - today.year) > FARTHEST_YEARS:
        day = today
    return technician(request, scope, "office/my_day/day.html", {"page": my_day_page(request, scope, day)})


def _find(scope: TechnicianScope, visit_id: UUID) -> Visit:
    found = find(with_all(scope.visits()), pk=visit_id)
    found.client_service.business = scope.business
    return found


def _back(scope: TechnicianScope, visit: Visit) -> str:
    """Her day, at the visit."""
    day = url("office:my_day", business=scope.business.slug)
    return f"{day}?on={visit.date.isoformat()}#visit-{visit.pk}"


@technician_page
@require_POST
def complete(request: PageRequest, scope: TechnicianScope, visit_id: UUID) -> HttpResponse:
    return _press(request, scope, _find(scope, visit_id), actions.complete_visit)


@technician_page
@require_POST
def reopen(request: PageRequest, scope: TechnicianScope, visit_id: UUID) -> HttpResponse:
    return _press(request, scope, _find(scope, visit_id), actions.reopen_visit)


@technician_page
@asks_and_acts
def skip(request: PageRequest, scope: TechnicianScope, visit_id: UUID) -> HttpResponse:
    """Asks before it is done."""
    visit, words = _find(scope, visit_id), InWords(scope.business)
    if request.method == "POST":
        return _press(request, scope, visit, actions.skip_visit)
    if visit.status != Visit.Status.SCHEDULED:
        return _refused(request, _too_late(), _back(scope, visit))
    context = {
        "visit": visit,
        "client": visit.client_service.client.name,
        "service": words.agreement(visit.client_service),
        "day": words.day(visit.date),
        "back": _back(scope, visit),
    }
    return technician(request, scope, "office/my_day/skip.html", context)


def _press(request: PageRequest, scope: TechnicianScope, visit: Visit, act: Act) -> HttpResponse:
    try:
        act(visit, by=scope.user, version=typed_version(request))
    except Conflict as conflict:
        text = _("This visit is still ahead. It can be done on its day.")
        return _refused(request, text if conflict.code == "still_ahead" else _too_late(), _back(scope, visit))
    return redirect(_back(scope, visit))


def _refused(request: PageRequest, words: Words, to: str) -> HttpResponse:
    notices.error(request, str(words))
    return redirect(to)


def _too_late() -> str:
    return _("This visit was changed meanwhile, so nothing was done. Here is how it stands.")


@technician_page
@asks_and_acts
def note(request: PageRequest, scope: TechnicianScope, visit_id: UUID) -> HttpResponse:
    """What the office should know; what was written is kept on a mistake, and beside what somebody else wrote."""
    visit = _find(scope, visit_id)
    was = visit.note
    form = NoteForm(request, {"note": was})
    try:
        if form.does(lambda: actions.note_visit(visit, form.cleaned_data["note"], by=scope.user, was=was)):
            notices.success(request, _("Note saved."))
            return redirect(_back(scope, visit))
    except Conflict:
        form.add_error(
            "note", _("The note was changed in this moment. What you wrote is here: save it once more.")
        )
    context = {
        "form": form,
        "client": visit.client_service.client.name,
        "day": InWords(scope.business).day(visit.date),
        "back": _back(scope, visit),
    }
    status = 422 if form.errors else 200
    return technician(request, scope, "office/my_day/note.html", context, status=status)
