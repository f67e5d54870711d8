"""Answering with a page: the context that each room's frame needs, beside the view's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models.booking_request import badge_count
from ..models.office_frame import office_frame
from .access import OfficeScope, PortalScope, TechnicianScope


def office(
    request: HttpRequest, scope: OfficeScope, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """An office page; its frame shows the badge, counted with the queryset the queue lists (rule 7), and
    warns of messages that reached nobody (CASES D9)."""
    signs = office_frame(scope.business.pk)
    frame = {
        "business": scope.business,
        "user": scope.user,
        "is_owner": scope.is_owner,
        "badge": signs.badge,
        "undelivered": signs.is_anyone_untold,
    }
    return render(request, template, {**frame, **context}, status=status)


def office_fragment(
    request: HttpRequest, scope: OfficeScope, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A part of an office page for htmx, with the badge to be swapped beside it."""
    badge = badge_count(scope.business.pk)
    return render(request, template, {"business": scope.business, "badge": badge, **context}, status=status)


def technician(
    request: HttpRequest, scope: TechnicianScope, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {"business": scope.business, "user": scope.user, "is_of_the_office": scope.is_of_the_office}
    return render(request, template, {**frame, **context}, status=status)


def portal(
    request: HttpRequest, scope: PortalScope, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {"business": scope.business, "user": scope.user, "client": scope.client}
    return render(request, template, {**frame, **context}, status=status)
