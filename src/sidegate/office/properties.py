"""A client's addresses: adding, changing, archiving."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions.errors import Conflict
from ..actions.properties import add_property, archive_property, bring_back_property, change_property
from ..models import Property
from ..web.access import OfficeScope, PageRequest, find, office_page
from .client_forms import PropertyForm
from .clients import asks_and_acts, find_client, of_a_person, page_of
from .pages import form_page, refused, said


def find_property(scope: OfficeScope, client_id: UUID, property_id: UUID) -> Property:
    """With its client in hand."""
    client = find_client(scope, client_id)
    found = find(scope.properties(), pk=property_id, client=client)
    found.business, found.client = scope.business, client
    return found


@office_page
@asks_and_acts
@of_a_person
def new(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client, form = find_client(scope, client_id), PropertyForm(request)
    if form.does(lambda: add_property(client, **form.cleaned_data)):
        return said(request, _("Address added."), page_of(scope, client))
    back = (page_of(scope, client), client.name)
    return form_page(request, scope, form, title=_("New address"), room="clients", back=back)


@office_page
@asks_and_acts
@of_a_person
def edit(request: PageRequest, scope: OfficeScope, client_id: UUID, property_id: UUID) -> HttpResponse:
    property = find_property(scope, client_id, property_id)
    form = PropertyForm(request, property)
    if form.does(lambda: change_property(property, **form.cleaned_data)):
        return said(request, _("Saved."), page_of(scope, property.client))
    back = (page_of(scope, property.client), property.client.name)
    return form_page(
        request,
        scope,
        form,
        title=_("Change address"),
        room="clients",
        back=back,
        template="office/clients/property.html",
        property=property,
    )


@office_page
@require_POST
def archive(request: PageRequest, scope: OfficeScope, client_id: UUID, property_id: UUID) -> HttpResponse:
    property = find_property(scope, client_id, property_id)
    to = page_of(scope, property.client)
    try:
        archive_property(property)
    except Conflict:
        return refused(
            request, _("There are still visits ahead at this address. Move or cancel them first."), to
        )
    return said(request, _("%(address)s is archived.") % {"address": property.address}, to)


@office_page
@require_POST
def bring_back(request: PageRequest, scope: OfficeScope, client_id: UUID, property_id: UUID) -> HttpResponse:
    property = find_property(scope, client_id, property_id)
    bring_back_property(property)
    words = _("%(address)s is back.") % {"address": property.address}
    return said(request, words, page_of(scope, property.client))
