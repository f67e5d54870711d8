"""What is agreed with a client: adding a service, its page, its price, pausing and ending it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions import client_services as actions
from ..actions.client_services import Replan, assign_service, change_terms
from ..actions.errors import Conflict
from ..actions.visits import put_on_schedule as begin_schedule
from ..models import Client, ClientService, Property, Service
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from .assignable import who_may_go
from .client_page import agreement_row
from .client_service_forms import LeavingForm, NewAgreementForm, PauseForm, TermsForm
from .client_service_page import client_service_page, visits_ahead_words
from .clients import asks_and_acts, find_client, page_of
from .in_words import InWords
from .pages import address, form_page, next_page, question_page, refused, said, typed_id

Act = Callable[..., None]


def find_agreement(scope: OfficeScope, client_id: UUID, client_service_id: UUID) -> ClientService:
    """With its business, client, service and property in hand."""
    rows = scope.client_services().select_related("client", "service", "property")
    found = find(rows, pk=client_service_id, client_id=client_id)
    found.business = found.client.business = scope.business
    return found


def page_of_agreement(scope: OfficeScope, agreement: ClientService) -> str:
    return address(scope, "client_service", client_id=agreement.client_id, client_service_id=agreement.pk)


@office_page
@asks_and_acts
def new(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """First the service is chosen from the catalog, then what is agreed; `next` leads back to a request."""
    client = find_client(scope, client_id)
    service_id = typed_id(request, "service")
    if service_id is None:
        return _choose_service(request, scope, client)
    return _agree(request, scope, client, find(scope.services().active(), pk=service_id))


def _choose_service(request: PageRequest, scope: OfficeScope, client: Client) -> HttpResponse:
    words = InWords(scope.business)
    services = scope.services().active().order_by("position", "id")
    rows = [(row.pk, words.service(row), words.catalog_price(row)) for row in services]
    context = {"client": client, "services": rows}
    return office(request, scope, "office/clients/choose_service.html", context)


def _agree(request: PageRequest, scope: OfficeScope, client: Client, service: Service) -> HttpResponse:
    properties = list(scope.properties().active().filter(client=client).order_by("id"))
    to, name = next_page(request, scope, page_of(scope, client)), InWords(scope.business).service(service)
    form = NewAgreementForm(
        request,
        scope.business,
        service=service,
        properties=properties,
        members=who_may_go(scope),
        wanted_property=request.GET.get("property", ""),
        answers_request=to != page_of(scope, client),
    )
    try:
        if form.does(lambda: _assign(scope, client, service, properties, form)):
            return said(request, _agreed_words(scope, client, service, form), to)
    except Conflict:
        return refused(
            request, _("%(name)s is archived. Bring the client back first.") % {"name": client.name}, to
        )
    return form_page(
        request,
        scope,
        form,
        title=_("%(service)s for %(name)s") % {"service": name, "name": client.name},
        room="clients",
        back=(to, _("Back")),
        template="office/clients/agree.html",
        service=service,
        client=client,
        has_property=bool(properties),
    )


def _assign(
    scope: OfficeScope, client: Client, service: Service, properties: list[Property], form: NewAgreementForm
) -> None:
    chosen = next(place for place in properties if str(place.pk) == form.cleaned_data["property"])
    assign_service(
        client,
        by=scope.user,
        service=service,
        property=chosen,
        terms=form.terms(),
        schedules=form.cleaned_data["schedules"],
    )


def _agreed_words(scope: OfficeScope, client: Client, service: Service, form: NewAgreementForm) -> str:
    words = InWords(scope.business)
    return _("%(name)s has %(service)s now, at %(price)s.") % {
        "name": client.first_name(),
        "service": words.service(service),
        "price": words.money(form.terms().price_minor),
    }


@office_page
@require_safe
def client_service(
    request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID
) -> HttpResponse:
    page = client_service_page(scope, find_agreement(scope, client_id, client_service_id))
    return office(request, scope, "office/clients/client_service.html", {"page": page})


@office_page
@asks_and_acts
def edit(request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID) -> HttpResponse:
    agreement = find_agreement(scope, client_id, client_service_id)
    members = who_may_go(scope, already=agreement.technician_id)
    to, form = page_of_agreement(scope, agreement), TermsForm.of(request, agreement, members)
    done: list[Replan | None] = []
    try:
        if form.does(lambda: done.append(change_terms(agreement, form.terms(), by=scope.user))):
            return said(request, _changed_words(scope, agreement, done[0]), to)
    except Conflict:
        return refused(request, _("This has ended meanwhile, so nothing was changed."), to)
    row = agreement_row(agreement, InWords(scope.business))
    return form_page(
        request,
        scope,
        form,
        title=_("Change %(service)s") % {"service": row.name},
        room="clients",
        back=(to, row.name),
        intro=_("For %(name)s only. The catalog stays as it is.") % {"name": agreement.client.name},
        template="office/clients/terms.html",
    )


def _changed_words(scope: OfficeScope, agreement: ClientService, done: Replan | None) -> str:
    if done is None:
        return _("Saved. It holds for this client only.")
    name = {"name": agreement.client.first_name()}
    refusal = done.letter.recipient.refusal
    if refusal:
        return (
            _("Saved, and the visits ahead follow. %(name)s cannot be written to: tell them yourself.") % name
        )
    return _("Saved, and the visits ahead follow. %(name)s is told.") % name


@dataclass(frozen=True, slots=True)
class Leaving:
    """A way out of an agreement: its question, what it means, its button, and the act."""

    title: str
    meaning: str
    button: str
    act: Act
    done: str


def _ways_out() -> dict[str, Leaving]:
    return {
        "pause": Leaving(
            _("Pause %(service)s?"),
            _("Requests for it no longer count on it. You can resume it at any time, at the same price."),
            _("Pause"),
            actions.pause,
            _("Paused."),
        ),
        "cancel": Leaving(
            _("End %(service)s?"),
            _("It stays in the history and is not resumed: to start again, add the service anew."),
            _("End service"),
            actions.cancel,
            _("Ended."),
        ),
        "complete": Leaving(
            _("Is %(service)s completed?"),
            _("It stays in the history as completed: to start again, add the service anew."),
            _("Completed"),
            actions.complete,
            _("Completed."),
        ),
    }


@office_page
@asks_and_acts
def leave(
    request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID, way: str
) -> HttpResponse:
    """Pause, cancel or complete; asks what becomes of the visits ahead."""
    agreement = find_agreement(scope, client_id, client_service_id)
    leaving, to = _ways_out()[way], page_of_agreement(scope, agreement)
    row = agreement_row(agreement, InWords(scope.business))
    form = _leaving_form(request, scope, agreement, leaving)
    try:
        if form.does(lambda: leaving.act(agreement, by=scope.user, **form.how())):
            return said(request, leaving.done, to)
    except Conflict:
        return refused(request, _("This was changed meanwhile, so nothing was done. Look again."), to)
    return question_page(
        request,
        scope,
        title=leaving.title % {"service": row.name},
        room="clients",
        back=(to, row.name),
        lines=[leaving.meaning],
        button=leaving.button,
        form=form,
    )


def _leaving_form(
    request: PageRequest, scope: OfficeScope, agreement: ClientService, leaving: Leaving
) -> LeavingForm:
    words: dict[str, Any] = {
        "saying": leaving.button,
        "ahead": visits_ahead_words(scope, agreement),
        "name": agreement.client.first_name(),
    }
    if leaving.act is actions.pause and agreement.frequency:
        return PauseForm(request, today=scope.business.today(), **words)
    return LeavingForm(request, **words)


@office_page
@require_POST
def resume(
    request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID
) -> HttpResponse:
    agreement = find_agreement(scope, client_id, client_service_id)
    to = page_of_agreement(scope, agreement)
    try:
        actions.resume(agreement, by=scope.user)
    except Conflict:
        return refused(request, _("This is not paused any more."), to)
    return said(request, _("Resumed, at the same price."), to)


@office_page
@require_POST
def put_on_schedule(
    request: PageRequest, scope: OfficeScope, client_id: UUID, client_service_id: UUID
) -> HttpResponse:
    """From now on the visits of a recurring service are made by themselves."""
    agreement = find_agreement(scope, client_id, client_service_id)
    to = page_of_agreement(scope, agreement)
    try:
        visits = begin_schedule(agreement, by=scope.user)
    except Conflict:
        return refused(request, _("Only an active service that repeats can be planned ahead."), to)
    if not visits:
        return said(request, _("Its visits come on the schedule by themselves now."), to)
    words = InWords(scope.business)
    text = ngettext(
        "%(count)s visit added, on %(first)s.",
        "%(count)s visits added, the first on %(first)s.",
        len(visits),
    )
    return said(request, text % {"count": len(visits), "first": words.day(visits[0].date)}, to)
