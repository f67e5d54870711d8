"""Where a visit's pages lead back to: the board it was opened from (`next`), which its presses carry along."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ..models import Visit
from ..web.access import OfficeScope, PageRequest
from .in_words import InWords
from .pages import address, next_page


def page_of_visit(request: PageRequest, scope: OfficeScope, visit: Visit) -> str:
    """Its own page, which still knows where it was opened from."""
    return address(scope, "visit", visit_id=visit.pk) + opened_from(request, scope)


def opened_from(request: PageRequest, scope: OfficeScope) -> str:
    """`?next=…` for the addresses of its pages and presses; empty where it was opened by itself."""
    asked = next_page(request, scope, "")
    return f"?{urlencode({'next': asked})}" if asked else ""


def after_change(request: PageRequest, scope: OfficeScope, visit: Visit) -> str:
    """Where it was opened from, at the visit; else its own page."""
    asked = next_page(request, scope, "")
    return f"{asked.partition('#')[0]}#visit-{visit.pk}" if asked else page_of_visit(request, scope, visit)


def way_back(request: PageRequest, scope: OfficeScope, visit: Visit) -> tuple[str, str]:
    """The address and its words; by itself, the list of its day."""
    asked = next_page(request, scope, "")
    schedule = address(scope, "schedule")
    if asked:
        return asked, _("Schedule") if asked.startswith(schedule) else _("Back")
    return f"{schedule}?date={visit.date.isoformat()}", InWords(scope.business).day(visit.date)
