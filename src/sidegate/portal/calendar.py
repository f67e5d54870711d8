"""A client's visits in her own calendar: the address that it reads, and a new one in its place."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions.calendar_feeds import feed_of, new_feed
from ..web.access import PortalScope, portal_page
from ..web.calendar_address import calendar_address
from ..web.pages import portal


@require_safe
@portal_page
def calendar(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    feed = calendar_address(feed_of(scope.business, client=scope.client))
    return portal(request, scope, "portal/calendar.html", {"feed": feed})


@require_POST
@portal_page
def new_address(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    new_feed(scope.business, client=scope.client)
    notices.success(request, _("Here is your calendar's address. Only this one works from now on."))
    return redirect("portal:calendar", business=scope.business.slug)
