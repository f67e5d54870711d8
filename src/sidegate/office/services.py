"""The catalog: its lines in order, adding and changing one, what archiving it means."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions.services import (
    add_service,
    archive_service,
    bring_back_service,
    change_service,
    move_service,
)
from ..models import Service
from ..models.service import ServiceQuerySet
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from ..wording import rhythm
from .clients import asks_and_acts
from .in_words import InWords
from .pages import address, form_page, question_page, said
from .service_forms import ServiceForm

REQUESTS_LISTED = 5
PLACES = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A line of the catalog, in words."""

    id: UUID
    name: str
    price: str
    details: str


@office_page
@require_safe
def services(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """`show=archived` lists those that are offered no more."""
    archived = request.GET.get("show") == "archived"
    rows = scope.services().exclude(archived_at=None) if archived else scope.services().active()
    context = {"rows": _rows(scope, rows), "archived": archived}
    return office(request, scope, "office/services/services.html", context)


def _rows(scope: OfficeScope, rows: ServiceQuerySet) -> list[ServiceRow]:
    words = InWords(scope.business)
    return [_row(service, words) for service in rows.order_by("position", "id")]


def _row(service: Service, words: InWords) -> ServiceRow:
    minutes = _("%(count)s min") % {"count": service.duration_minutes}
    often = rhythm.how_often(service.frequency) if service.frequency else ""
    hidden = "" if service.is_requestable else _("not in the portal")
    return ServiceRow(
        id=service.pk,
        name=words.service(service),
        price=words.catalog_price(service),
        details=" · ".join(filter(None, (service.category, minutes, often, hidden))),
    )


@office_page
@asks_and_acts
def new(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form = ServiceForm(request, scope.business)
    if form.does(lambda: add_service(scope.business, form.details())):
        return said(request, _("Added to the catalog."), address(scope, "services"))
    back = (address(scope, "services"), _("Services"))
    return form_page(request, scope, form, title=_("New service"), room="services", back=back)


@office_page
@asks_and_acts
def service(request: PageRequest, scope: OfficeScope, service_id: UUID) -> HttpResponse:
    found = find(scope.services(), pk=service_id)
    form = ServiceForm(request, scope.business, found)
    if form.does(lambda: change_service(found, form.details())):
        return said(request, _("Saved. What is already agreed keeps its price."), address(scope, "services"))
    return form_page(
        request,
        scope,
        form,
        title=InWords(scope.business).service(find(scope.services(), pk=service_id)),
        room="services",
        back=(address(scope, "services"), _("Services")),
        template="office/services/service.html",
        service=found,
    )


@office_page
@asks_and_acts
def archive(request: PageRequest, scope: OfficeScope, service_id: UUID) -> HttpResponse:
    """Says what it means before it is done."""
    found, words = find(scope.services(), pk=service_id), InWords(scope.business)
    if request.method == "POST":
        archive_service(found)
        done = _("%(service)s is archived.") % {"service": words.service(found)}
        return said(request, done, address(scope, "services"))
    return question_page(
        request,
        scope,
        title=_("Archive %(service)s?") % {"service": words.service(found)},
        room="services",
        back=(address(scope, "service", service_id=found.pk), words.service(found)),
        lines=_meaning(scope, found),
        links=_waiting(scope, found),
        button=_("Archive service"),
    )


def _meaning(scope: OfficeScope, service: Service) -> list[str]:
    agreed = scope.client_services().active().filter(service=service).count()
    waiting = scope.booking_requests().pending().filter(service=service).count()
    ahead = scope.visits().upcoming(scope.business.today()).filter(client_service__service=service).count()
    lines = [_("Clients can no longer ask for it, and it can no longer be agreed with anyone.")]
    if agreed:
        text = ngettext(
            "%(count)s client who has it keeps it, at the agreed price, with its visits.",
            "%(count)s agreements about it go on, at the agreed prices, with their visits.",
            agreed,
        )
        lines.append(text % {"count": agreed})
    if ahead:
        text = ngettext(
            "%(count)s visit of it is ahead and stays on the schedule.",
            "%(count)s visits of it are ahead and stay on the schedule.",
            ahead,
        )
        lines.append(text % {"count": ahead})
    if waiting:
        text = ngettext(
            "%(count)s request for it is waiting: it is kept, but can only be declined.",
            "%(count)s requests for it are waiting: they are kept, but can only be declined.",
            waiting,
        )
        lines.append(text % {"count": waiting})
    return [*lines, _("You can bring it back at any time.")]


def _waiting(scope: OfficeScope, service: Service) -> list[tuple[str, str]]:
    """The oldest requests that wait for it, each to be answered first."""
    rows = scope.booking_requests().pending().filter(service=service).select_related("client").order_by("id")
    return [
        (address(scope, "request", reference=row.reference), f"{row.client.name} · {row.reference}")
        for row in rows[:REQUESTS_LISTED]
    ]


@office_page
@require_POST
def bring_back(request: PageRequest, scope: OfficeScope, service_id: UUID) -> HttpResponse:
    found = find(scope.services(), pk=service_id)
    bring_back_service(found)
    return said(request, _("It is offered again."), address(scope, "services"))


@office_page
@require_POST
def move(request: PageRequest, scope: OfficeScope, service_id: UUID) -> HttpResponse:
    """One place up or down (`to`), as the portal lists them too."""
    found, places = find(scope.services(), pk=service_id), PLACES.get(request.POST.get("to", ""), 0)
    if places:
        move_service(found, by_places=places)
    return redirect(f"{address(scope, 'services')}#service-{service_id}")
