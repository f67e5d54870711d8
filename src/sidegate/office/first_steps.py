"""What a new business still has to do, above its queue until all is done or the list is put away."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions.first_steps import FirstSteps, first_steps, put_away
from ..web.access import OfficeScope, PageRequest
from .pages import address, said
from .settings import owner_page


@dataclass(frozen=True, slots=True)
class Step:
    """`is_press`: its address takes a press, a link would change nothing."""

    words: str
    hint: str
    href: str
    is_done: bool
    is_press: bool = False


def list_of_steps(scope: OfficeScope) -> list[Step]:
    """For owners, while there is something to do; in the order in which it is best done."""
    found = first_steps(scope.business) if scope.is_owner else None
    return _steps(scope, found) if found else []


def _steps(scope: OfficeScope, done: FirstSteps) -> list[Step]:
    clients = address(scope, "clients")
    return [
        Step(
            _("Services with prices"),
            _("What clients can ask for, and what it costs."),
            address(scope, "services"),
            done.has_priced_service,
        ),
        Step(
            _("Logo and colour"),
            _("So that clients know it is you."),
            address(scope, "look_settings"),
            done.has_look,
        ),
        Step(
            _("Send yourself a test mail"),
            _("To see that mail leaves and arrives."),
            address(scope, "send_test_mail"),
            done.has_tested_mail,
            is_press=True,
        ),
        Step(
            _("Add your clients"),
            _("From your spreadsheet, or one by one. With an email they can open their portal."),
            clients,
            done.has_client,
        ),
        Step(
            _("Invite your clients"),
            _("They get a link to their portal."),
            address(scope, "invite_clients"),
            done.has_invited,
        ),
        Step(
            _("Your first request"),
            _("A client asks, and you answer with one press."),
            clients,
            done.has_request,
        ),
    ]


@owner_page
@require_POST
def put_list_away(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    put_away(scope.business)
    return said(
        request, _("The list is put away. All of it stands in the settings."), address(scope, "requests")
    )
