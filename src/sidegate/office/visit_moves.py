"""Moving a visit on the board: what it would mean is asked first, and done by the same act as its form."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..actions.errors import Conflict, InvalidInput
from ..actions.visits import Load, Room, VisitChanges, change_visit, warnings_for
from ..models import Membership, Visit
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office, office_fragment
from ..wording.rhythm import inside_a_name
from ..wording.typed import typed_date
from .assignable import who_may_go
from .clients import asks_and_acts
from .in_words import InWords
from .pages import address, next_page, refused, said, typed_version
from .schedule_board import NOBODY
from .schedule_load import load_of
from .visit_page import telling, warning_words
from .visit_ways import page_of_visit
from .visits import find_visit, moved_words, too_late_words


@dataclass(frozen=True, slots=True)
class Move:
    """Another day, another one who goes, or both. Without an obstacle it may be done."""

    visit: Visit
    day: date
    technician: Membership | None
    question: str
    lines: list[str]
    warnings: list[str]
    warned: list[str]
    obstacle: str

    def lane(self) -> str:
        return str(self.technician.pk) if self.technician else NOBODY

    def is_other_day(self) -> bool:
        return self.day != self.visit.date


@office_page
@asks_and_acts
def move(request: PageRequest, scope: OfficeScope, visit_id: UUID) -> HttpResponse:
    """Asks before it does: opened like a page it changes nothing. Without a day and a lane, the visit's own form."""
    visit = find_visit(scope, visit_id)
    typed = request.POST if request.method == "POST" else request.GET
    planned = _move_of(scope, visit, typed)
    if planned is None:
        return redirect(address(scope, "change_visit", visit_id=visit.pk))
    if request.method == "POST":
        return _do(request, scope, planned)
    context = {"move": planned, "to": next_page(request, scope, page_of_visit(request, scope, visit))}
    if request.htmx:
        return office_fragment(request, scope, "office/schedule/_move.html", context)
    return office(request, scope, "office/schedule/move.html", context)


def _move_of(scope: OfficeScope, visit: Visit, typed: QueryDict) -> Move | None:
    """What the address or the form says; None where that is no move."""
    day, lane = typed_date(typed.get("date", "")), typed.get("technician", "")
    members = {str(member.pk): member for member in who_may_go(scope, already=visit.technician_id)}
    if day is None or lane not in (NOBODY, *members):
        return None
    technician = members.get(lane)
    if (day, technician) == (visit.date, visit.technician):
        return None
    codes = warnings_for(visit.client_service, day, but=visit.pk) if day != visit.date else []
    return Move(
        visit=visit,
        day=day,
        technician=technician,
        question=_question(scope, visit, day, technician),
        lines=_lines(visit, day, technician),
        warnings=codes,
        warned=[*warning_words(codes, visit.client_service, day), *_too_full(scope, visit, day)],
        obstacle=_obstacle(scope, visit, day),
    )


def _question(scope: OfficeScope, visit: Visit, day: date, technician: Membership | None) -> str:
    words, agreement = InWords(scope.business), visit.client_service
    said = {
        "name": agreement.client.first_name(),
        "service": inside_a_name(words.service(agreement.service)),
        "was": words.day(visit.date),
        "now": words.day(day),
        "who": technician.user if technician else visit.technician and visit.technician.user,
    }
    if day != visit.date:
        return _("Move %(name)s's %(service)s from %(was)s to %(now)s?") % said
    if technician:
        return _("%(who)s goes to %(name)s's %(service)s on %(was)s?") % said
    return _("%(who)s no longer goes to %(name)s's %(service)s on %(was)s?") % said


def _lines(visit: Visit, day: date, technician: Membership | None) -> list[str]:
    """Who is told, and what else changes or stays."""
    if day == visit.date:
        return [_("Nobody is written to.")]
    lines = [telling(visit.client_service)]
    if technician != visit.technician:
        lines.append(_("%(who)s goes.") % {"who": technician.user} if technician else _("Nobody goes yet."))
    if visit.client_service.frequency:
        lines.append(_("Only this visit changes, the others of the series stay."))
    return lines


def _too_full(scope: OfficeScope, visit: Visit, day: date) -> list[str]:
    """What the day would hold with it, where that is more than the business can do: said, never refused."""
    room, words = Room(scope.business), InWords(scope.business)
    if day == visit.date or not room.is_full(day, minutes=visit.duration_minutes):
        return []
    held = room.on(day)
    load = load_of(words, Load(held.visits + 1, held.minutes + visit.duration_minutes))
    text = _("%(date)s would hold more than it should: %(load)s.")
    return [text % {"date": words.day(day), "load": " · ".join(load.said)}]


def _obstacle(scope: OfficeScope, visit: Visit, day: date) -> str:
    if visit.status != Visit.Status.SCHEDULED:
        return _("Only a visit that is still scheduled can be changed.")
    if day != visit.date and day < scope.business.today():
        return _("That day has passed: a visit can only move to today or later.")
    return ""


def _do(request: PageRequest, scope: OfficeScope, planned: Move) -> HttpResponse:
    visit, to = planned.visit, next_page(request, scope, page_of_visit(request, scope, planned.visit))
    if not set(planned.warnings) <= set(request.POST.get("heeded", "").split()):
        words = [*planned.warned, _("Nothing was moved. If it is meant, move it once more.")]
        return refused(request, " ".join(words), to)
    changes = VisitChanges(
        date=planned.day,
        part_of_day=visit.part_of_day,
        technician=planned.technician,
        is_charged=visit.is_charged,
        arrives_from=visit.arrives_from,
        arrives_until=visit.arrives_until,
    )
    try:
        is_told = change_visit(visit, changes, by=scope.user, version=typed_version(request))
    except InvalidInput as mistake:
        return refused(request, " ".join(map(str, mistake.errors.values())), to)
    except Conflict as conflict:
        return refused(request, too_late_words(conflict), to)
    return said(request, moved_words(scope, visit) if is_told else _who_goes(planned), to)


def _who_goes(planned: Move) -> str:
    name = planned.visit.client_service.client.first_name()
    if planned.technician is None:
        return _("Nobody goes to %(name)s yet.") % {"name": name}
    return _("%(who)s goes to %(name)s.") % {"who": planned.technician.user, "name": name}
