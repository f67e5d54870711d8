"""Calendar feeds of the office: everyone's own visits and, for owners, the whole business's."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions.calendar_feeds import feed_of, new_feed
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.calendar_address import calendar_address
from ..web.pages import office
from .pages import address, said
from .settings import owner_page


@office_page
@require_safe
def calendar(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    whole = feed_of(scope.business) if scope.is_owner else None
    context = {
        "own": calendar_address(feed_of(scope.business, member=scope.membership)),
        "whole": calendar_address(whole),
    }
    return office(request, scope, "office/settings/calendar.html", context)


@office_page
@require_POST
def new_own(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    new_feed(scope.business, member=scope.membership)
    return said(request, _made(), address(scope, "calendar"))


@owner_page
@require_POST
def new_of_business(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    new_feed(scope.business)
    return said(request, _made(), address(scope, "calendar"))


def _made() -> str:
    return _("Here is the address. Only this one works from now on.")
