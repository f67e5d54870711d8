"""Clients: the list, one client's page, adding, changing, archiving, and who opens the portal."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions.clients import (
    add_client,
    archive_client,
    bring_back_client,
    change_client,
    let_in,
    shut_out,
)
from ..actions.errors import Conflict
from ..models import Client, PortalUser
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from .client_forms import ClientForm, NewClientForm, PersonForm
from .client_list import client_list
from .client_page import client_page
from .pages import address, form_page, question_page, refused, said, typed_id

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def find_client(scope: OfficeScope, client_id: UUID) -> Client:
    found = find(scope.clients(), pk=client_id)
    found.business = scope.business
    return found


def page_of(scope: OfficeScope, client: Client) -> str:
    return address(scope, "client", client_id=client.pk)


@office_page
@require_safe
def clients(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """`q` is searched for, `show=archived` lists those, `portal` is one of client_list.STATES, `after` is the last
    client of the page before."""
    asked = request.GET
    found = client_list(
        scope,
        search=asked.get("q", ""),
        archived=asked.get("show") == "archived",
        after=typed_id(request, "after"),
        state=asked.get("portal", ""),
    )
    return office(request, scope, "office/clients/clients.html", {"found": found})


@office_page
@require_safe
def client(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    page = client_page(scope, find_client(scope, client_id))
    return office(request, scope, "office/clients/client.html", {"page": page})


@office_page
@asks_and_acts
def new(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = NewClientForm(request, scope.business)
    made: list[Client] = []
    if form.does(lambda: made.append(_add(scope, form))):
        words = _("%(name)s is in. Add a service next.") % {"name": made[0].name}
        return said(request, words, page_of(scope, made[0]))
    back = (address(scope, "clients"), _("Clients"))
    return form_page(request, scope, form, title=_("New client"), room="clients", back=back)


def _add(scope: OfficeScope, form: NewClientForm) -> Client:
    typed = form.cleaned_data
    return add_client(
        scope.business, form.details(), address=typed["address"], access_notes=typed["access_notes"]
    )


@office_page
@asks_and_acts
def edit(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client = find_client(scope, client_id)
    form = ClientForm(request, scope.business, client)
    if form.does(lambda: change_client(client, form.details())):
        return said(request, _("Saved."), page_of(scope, client))
    back = (page_of(scope, client), client.name)
    return form_page(request, scope, form, title=_("Change client"), room="clients", back=back)


@office_page
@asks_and_acts
def archive(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """Says what it means before it is done."""
    client = find_client(scope, client_id)
    if request.method == "POST":
        return _archive(request, scope, client)
    ahead = scope.visits().upcoming(scope.business.today()).filter(client_service__client=client).count()
    waiting = scope.booking_requests().pending().filter(client=client).count()
    return question_page(
        request,
        scope,
        title=_("Archive %(name)s?") % {"name": client.name},
        room="clients",
        back=(page_of(scope, client), client.name),
        lines=_meaning(client, waiting),
        button=_("Archive client"),
        obstacle=_obstacle(client) if ahead else "",
    )


def _meaning(client: Client, waiting: int) -> list[str]:
    name = {"name": client.first_name()}
    lines = [
        _("%(name)s leaves the list of clients and can no longer open the portal.") % name,
        _("History, prices, addresses and messages are kept. You can bring %(name)s back at any time.")
        % name,
    ]
    if waiting:
        lines.append(_("A request of %(name)s is waiting: archived, it can only be declined.") % name)
    return lines


def _obstacle(client: Client) -> str:
    text = _("%(name)s still has visits ahead. Cancel them first, or end the services they belong to.")
    return text % {"name": client.first_name()}


def _archive(request: PageRequest, scope: OfficeScope, client: Client) -> HttpResponse:
    try:
        archive_client(client)
    except Conflict as conflict:
        words = _obstacle(client) if conflict.code == "visits_ahead" else _("Already archived.")
        return refused(request, words, page_of(scope, client))
    return said(request, _("%(name)s is archived.") % {"name": client.name}, page_of(scope, client))


@office_page
@require_POST
def bring_back(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client = find_client(scope, client_id)
    try:
        bring_back_client(client)
    except Conflict:
        words = _(
            "Another client has this email by now. Change it on one of the two, then bring this one back."
        )
        return refused(request, words, page_of(scope, client))
    return said(request, _("%(name)s is back.") % {"name": client.name}, page_of(scope, client))


@office_page
@asks_and_acts
def add_person(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client = find_client(scope, client_id)
    form = PersonForm(request)
    if form.does(lambda: let_in(client, **form.cleaned_data)):
        words = _("%(name)s can open the portal now.") % {"name": form.cleaned_data["name"]}
        return said(request, words, page_of(scope, client))
    back = (page_of(scope, client), client.name)
    title = _("One more person for the portal")
    return form_page(request, scope, form, title=title, room="clients", back=back)


@office_page
@require_POST
def remove_person(
    request: PageRequest, scope: OfficeScope, client_id: UUID, portal_user_id: UUID
) -> HttpResponse:
    client = find_client(scope, client_id)
    rows = PortalUser.objects.filter(business=scope.business, client=client)
    person = find(rows.select_related("user", "client"), pk=portal_user_id)
    try:
        shut_out(person)
    except Conflict:
        words = _("That is the client's own email. Change it on the client to take the portal from it.")
        return refused(request, words, page_of(scope, client))
    return said(
        request, _("%(name)s can no longer open the portal.") % {"name": person.user}, page_of(scope, client)
    )
