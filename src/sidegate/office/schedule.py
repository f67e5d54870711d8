"""The schedule by week and by day, with a lane for each who goes; and a day's list on paper."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from .pages import typed_day
from .schedule_board import day_board, week_board
from .schedule_paper import paper_of

FARTHEST_YEARS = 10


def day_in_view(request: PageRequest, scope: OfficeScope, name: str) -> date:
    """The day in the address; today where there is none, or one out of sight."""
    today = scope.business.today()
    day = typed_day(request, name) or today
    return day if abs(day.year - today.year) <= FARTHEST_YEARS else today


@office_page
@require_safe
def week(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The week that the day `from` is in; a phone shows that day. `who` leaves one lane."""
    day = day_in_view(request, scope, "from")
    board = week_board(scope, day, request.GET.get("who", ""))
    return office(request, scope, "office/schedule/week.html", {"board": board})


@office_page
@require_safe
def day(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The visits of the day `on`, a column for each who goes."""
    board = day_board(scope, day_in_view(request, scope, "on"), request.GET.get("who", ""))
    return office(request, scope, "office/schedule/day.html", {"board": board})


@office_page
@require_safe
def paper(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """The visits of the day `on` to take along: a sheet for each who goes, or for one (`who`)."""
    shown = paper_of(scope, day_in_view(request, scope, "on"), request.GET.get("who", ""))
    return office(request, scope, "office/schedule/paper.html", {"paper": shown})
