"""What a technician keeps for herself in the team: the feed of her own visits, and leaving."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions import team as actions
from ..actions.calendar_feeds import feed_of, new_feed
from ..actions.errors import Conflict
from ..web.access import PageRequest, TechnicianScope, technician_page
from ..web.calendar_address import calendar_address
from ..web.pages import technician
from ..web.rendering import url
from .clients import asks_and_acts
from .pages import refused, said


def _address(scope: TechnicianScope, name: str) -> str:
    return url(f"office:{name}", business=scope.business.slug)


@technician_page
@require_safe
def calendar(request: PageRequest, scope: TechnicianScope) -> HttpResponse:
    own = calendar_address(feed_of(scope.business, member=scope.membership))
    return technician(request, scope, "office/my_day/calendar.html", {"own": own})


@technician_page
@require_POST
def new_address(request: PageRequest, scope: TechnicianScope) -> HttpResponse:
    """The one there was is closed by it."""
    new_feed(scope.business, member=scope.membership)
    text = _("Here is the address. Only this one works from now on.")
    return said(request, text, _address(scope, "my_calendar"))


@technician_page
@asks_and_acts
def leave(request: PageRequest, scope: TechnicianScope) -> HttpResponse:
    """Says what it means before it is done. Who has the office too leaves there."""
    if scope.is_of_the_office:
        return redirect(_address(scope, "leave_team"))
    if request.method == "POST":
        return _leaves(request, scope)
    return technician(request, scope, "office/my_day/leave.html", {"visits_ahead": _visits_ahead(scope)})


def _leaves(request: PageRequest, scope: TechnicianScope) -> HttpResponse:
    own = scope.membership
    own.user = scope.user
    try:
        actions.leave(own)
    except Conflict:
        text = _("You are no longer in this team.")
        return refused(request, text, url("gate:home"))
    text = _("You have left the team of %(business)s.")
    return said(request, text % {"business": scope.business.name}, url("gate:home"))


def _visits_ahead(scope: TechnicianScope) -> str:
    """Empty where there are none."""
    count = scope.visits().upcoming(scope.business.today()).count()
    text = ngettext(
        "%(count)s visit ahead is yours: it stays on the schedule, and the office chooses someone else.",
        "%(count)s visits ahead are yours: they stay on the schedule, and the office chooses someone else.",
        count,
    )
    return text % {"count": count} if count else ""
