"""Logging a request: the office writes down what a client asked on the phone, by text or in person."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..actions.booking_requests import Options, submit_booking_request
from ..actions.errors import InvalidInput, TokenReused
from ..actions.photos import PhotosBusy, StorageFull, discard, prepare_photos
from ..models import BookingRequest, Client
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.booking_request_form import (
    FilledForm,
    RepeatedField,
    RequestForm,
    photos_in,
    refusal_words,
)
from ..web.errors import bad_request
from ..web.pages import office
from ..web.rendering import url
from ..wording.dates import range_pattern
from .booking_request_card import came_by_words
from .client_list import client_list
from .clients import asks_and_acts, find_client
from .fields import Option
from .pages import address, said, typed_id

CAME_BY = BookingRequest.CameBy


@office_page
@asks_and_acts
def log(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """First whose request it is (`client`, found with `q`), then the request itself on one screen."""
    client_id = typed_id(request, "client")
    if client_id is None:
        return _choose(request, scope)
    client = find_client(scope, client_id)
    find(scope.clients().active(), pk=client.pk)
    if request.method != "POST":
        return _page(request, scope, client, _begun(scope, client), came_by=CAME_BY.CALL)
    try:
        form = FilledForm.sent(request.POST)
    except RepeatedField:
        return bad_request(request)
    return _answer(request, scope, client, form)


def _choose(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    found = client_list(scope, search=request.GET.get("q", ""), archived=False, after=None)
    return office(request, scope, "office/booking_requests/log_for.html", {"found": found})


def _begun(scope: OfficeScope, client: Client) -> FilledForm:
    """One-time, in the first of the usual windows: what most callers ask for."""
    options = Options(scope.business, client, for_office=True)
    values = {"kind": "one_time", "part_of_day": "any"}
    if presets := RequestForm(options, get_language() or "en", values).presets():
        first = presets[0]
        values |= {"window_start": first.start.isoformat(), "window_end": first.end.isoformat()}
    return FilledForm(values)


def _page(
    request: PageRequest,
    scope: OfficeScope,
    client: Client,
    form: FilledForm,
    *,
    came_by: str,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    options = Options(scope.business, client, for_office=True)
    shown = RequestForm(options, get_language() or "en", form.values, errors or {})
    context = {
        "form": shown,
        "client": client,
        "token": form.token or secrets.token_urlsafe(24),
        "came_by": came_by,
        "ways": [Option(str(way), came_by_words(way)) for way in CAME_BY.values],
        "notice_text": notice,
        "day_range": range_pattern(shown.language),
    }
    return office(request, scope, "office/booking_requests/log.html", context, status=status)


def _answer(request: PageRequest, scope: OfficeScope, client: Client, form: FilledForm) -> HttpResponse:
    """Store it; each refusal is the form again, with everything typed and a sentence."""
    came_by = request.POST.get("came_by", "")
    again: dict[str, Any] = {"came_by": came_by}
    try:
        made = _store(request, scope, client, form, came_by)
    except InvalidInput as refused:
        return _page(request, scope, client, form, errors=refused.errors, status=422, **again)
    except TokenReused as refused:
        words = _("This form was already sent, as request %(reference)s.")
        notice = words % {"reference": refused.booking_request.reference}
        return _page(request, scope, client, FilledForm(form.values), notice=notice, status=409, **again)
    except (StorageFull, PhotosBusy) as refused:
        return _page(request, scope, client, form, errors={"photos": refused.words}, status=503, **again)
    words = _("Logged for %(name)s. It waits with the others.") % {"name": client.name}
    return said(request, words, address(scope, "request", reference=made.reference))


def _store(
    request: PageRequest, scope: OfficeScope, client: Client, form: FilledForm, came_by: str
) -> BookingRequest:
    if came_by not in CAME_BY.values:
        raise InvalidInput({"came_by": _("Choose how it came.")})
    prepared = prepare_photos(photos_in(request), already=0)
    if prepared.refusals:
        discard(prepared.photos)
        raise InvalidInput({"photos": refusal_words(prepared.refusals)})
    submission = submit_booking_request(
        business=scope.business,
        client=client,
        by=scope.user,
        ask=form.ask(),
        token=form.token,
        photos=prepared.photos,
        came_by=came_by,
    )
    return submission.booking_request


@office_page
@require_safe
def services(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """The services and prices at the property now chosen; the form asks for it when that changes."""
    client = find_client(scope, client_id)
    values = {name: request.GET.get(name, "") for name in ("property", "service", "kind")}
    options = Options(scope.business, client, for_office=True)
    form = RequestForm(options, get_language() or "en", values)
    return office(request, scope, "parts/services_to_ask.html", {"form": form})


def log_for(scope: OfficeScope, client: Client) -> str:
    """The address at which a request of this client is logged."""
    return f"{url('office:log_request', business=scope.business.slug)}?client={client.pk}"
