"""Clients: the list, one client's page, adding, changing, archiving, and who opens the portal."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions.clients import (
    change_client,
    let_in,
    shut_out,
)
from ..actions.errors import Conflict
from ..actions.inviting import invite_client
from ..actions.new_clients import add_client_with_services
from ..models import Client, PortalUser
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from .client_forms import ClientForm, PersonForm
from .client_list import client_list
from .client_page import client_page
from .new_client_form import NewClientForm
from .pages import address, form_page, refused, said, typed_id

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def find_client(scope: OfficeScope, client_id: UUID) -> Client:
    found = find(scope.clients(), pk=client_id)
    found.business = scope.business
    return found


def page_of(scope: OfficeScope, client: Client) -> str:
    return address(scope, "client", client_id=client.pk)


def of_a_person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that changes what is known of a client: of one who was erased nothing is to be known any more."""

    @wraps(view)
    def door(request: PageRequest, scope: OfficeScope, client_id: UUID, **parts: UUID) -> HttpResponse:
        try:
            if find_client(scope, client_id).erased_at is None:
                return view(request, scope, client_id=client_id, **parts)
        except Conflict as conflict:
            if conflict.code != "erased":
                raise
        words = _("This client was erased. Nothing about them can be added or changed.")
        return refused(request, words, address(scope, "client", client_id=client_id))

    return door


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
    services = list(scope.services().active().order_by("position", "id"))
    form = NewClientForm(request, scope.business, services)
    made: list[Client] = []
    if form.does(lambda: made.append(_add(scope, form))):
        return said(request, _added_words(scope, form, made[0]), page_of(scope, made[0]))
    return form_page(
        request,
        scope,
        form,
        title=_("New client"),
        room="clients",
        back=(address(scope, "clients"), _("Clients")),
        template="office/clients/new.html",
    )


def _added_words(scope: OfficeScope, form: NewClientForm, client: Client) -> str:
    """Invites her where that was ticked; what was agreed stands on her page."""
    name = {"name": client.name}
    if form.cleaned_data["invites"]:
        try:
            invite_client(client, by=scope.user)
        except Conflict as conflict:
            # The same form came again: they were invited by the first one.
            if conflict.code == "signed_in":
                text = _("%(name)s is in. No invitation was needed: their email has signed in already.")
                return text % name
        return _("%(name)s is in, and invited.") % name
    return _("%(name)s is in.") % name if form.agreed() else _("%(name)s is in. Add a service next.") % name


def _add(scope: OfficeScope, form: NewClientForm) -> Client:
    assert form.key  # noqa: S101 (a form without one is refused)
    return add_client_with_services(scope.business, form.new_client(), by=scope.user, key=form.key)


@office_page
@asks_and_acts
@of_a_person
def edit(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client = find_client(scope, client_id)
    form = ClientForm(request, scope.business, client)
    if form.does(lambda: change_client(client, form.details())):
        return said(request, _("Saved."), page_of(scope, client))
    back = (page_of(scope, client), client.name)
    return form_page(request, scope, form, title=_("Change client"), room="clients", back=back)


@office_page
@asks_and_acts
@of_a_person
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
