"""Asking for a visit, and what became of it: the form, the confirmation, a request's page."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions.booking_requests import (
    Options,
    edit_booking_request,
    submit_booking_request,
    withdraw_booking_request,
)
from ..actions.errors import AlreadyDecided, InvalidInput, StaleEdit, TokenReused, TooMany
from ..actions.photos import (
    PhotosBusy,
    PreparedPhoto,
    StorageFull,
    copy_photos,
    discard,
    prepare_photos,
)
from ..models import BookingRequest
from ..web.access import PortalScope, find, portal_page
from ..web.booking_request_form import FilledForm, RepeatedField, RequestForm, photos_in, refusal_words
from ..web.errors import bad_request
from ..web.pages import portal
from ..web.rendering import url
from ..wording.dates import range_pattern
from . import visits
from .booking_request_page import page_of, page_rows
from .refusals import late_words, stale_words, too_many_words, used_words


def _form(
    request: HttpRequest,
    scope: PortalScope,
    form: FilledForm,
    *,
    errors: Mapping[str, Any] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form's page, with everything typed; js/send.js puts the photos already chosen back into it."""
    shown = RequestForm(
        Options(scope.business, scope.client), get_language() or "en", form.values, errors or {}
    )
    context = {
        "form": shown,
        "token": form.token or secrets.token_urlsafe(24),
        "follows": form.follows,
        "edits": form.edits,
        "version": form.version,
        "kept_photos": form.kept_photos,
        "removed": form.removed,
        "notice_text": notice,
        "theirs": page_of(scope, form.edits) if form.edits and status == 409 else None,
        # A draft is of a new request: over one that is edited or asked again it would hide what is stored.
        "draft_key": ""
        if form.edits or form.follows or form.repeats
        else f"{scope.business.slug}:{scope.user.pk}",
        "day_range": range_pattern(shown.language),
    }
    response = portal(request, scope, "portal/booking_request_form.html", context, status=status)
    if status == 503:
        response["Retry-After"] = "60"
    return response


def _answer(
    request: HttpRequest, scope: PortalScope, form: FilledForm, send: Callable[[], str]
) -> HttpResponse:
    """Send the form; each refusal is the form again, with everything typed and a sentence."""
    try:
        address = send()
    except InvalidInput as refused:
        return _form(request, scope, form, errors=refused.errors, status=422)
    except TokenReused as refused:
        return _form(request, scope, form.with_new_token(), notice=used_words(refused), status=409)
    except StaleEdit as refused:
        return _form(request, scope, form.at(refused.booking_request), notice=stale_words(), status=409)
    except AlreadyDecided:
        notices.info(request, late_words())
        return redirect("portal:request", business=scope.business.slug, reference=form.reference)
    except TooMany as refused:
        response = _form(request, scope, form, notice=too_many_words(refused), status=429)
        response["Retry-After"] = str(refused.retry_after)
        return response
    except (StorageFull, PhotosBusy) as refused:
        return _form(request, scope, form, errors={"photos": refused.words}, status=503)
    return redirect(address)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def new(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    """The form, empty or begun: `after` names a declined request to ask again for other dates, `usual` one to
    repeat with new ones."""
    follows = _followed(request, scope)
    if request.method != "POST":
        usual = _usual(request, scope)
        return _form(request, scope, usual or FilledForm.begun(follows))
    try:
        form = FilledForm.sent(request.POST, follows=follows)
    except RepeatedField:
        return bad_request(request)
    return _answer(request, scope, form, lambda: _submit(request, scope, form))


def _followed(request: HttpRequest, scope: PortalScope) -> BookingRequest | None:
    after = request.GET.get("after", "")
    if not after:
        return None
    found = find(scope.booking_requests().select_related("about_visit"), reference=after)
    if found.shown_status() != BookingRequest.Status.DECLINED or found.kind in BookingRequest.OF_A_VISIT:
        raise Http404
    return found


def _usual(request: HttpRequest, scope: PortalScope) -> FilledForm | None:
    """What she asked for then, without its notes and photos, which were about that day."""
    reference = request.GET.get("usual", "")
    if not reference:
        return None
    rows = scope.booking_requests().select_related("service", "property")
    found = find(rows, reference=reference)
    if not found.can_be_repeated():
        raise Http404
    options = Options(scope.business, scope.client)
    return FilledForm.repeated(found, options.window_like(found.window_start, found.window_end))


def _submit(request: HttpRequest, scope: PortalScope, form: FilledForm) -> str:
    photos = _prepared(request, scope, form)
    submission = submit_booking_request(
        business=scope.business,
        client=scope.client,
        by=scope.user,
        ask=form.ask(),
        token=form.token,
        photos=photos,
        follows=form.follows,
    )
    return url("portal:sent", business=scope.business.slug, reference=submission.booking_request.reference)


def _prepared(request: HttpRequest, scope: PortalScope, form: FilledForm) -> tuple[PreparedPhoto, ...]:
    """The photos sent, and copies of those that come along from the request asked again. A refused photo
    is said together with whatever else is wrong, and nothing is kept."""
    copied = form.photos_to_copy()
    already = len(copied) if form.follows else len(form.photos_to_keep())
    prepared = prepare_photos(photos_in(request), already=already)
    if prepared.refusals:
        discard(prepared.photos)
        raise InvalidInput({**_other_errors(scope, form), "photos": refusal_words(prepared.refusals)})
    return (*copy_photos(copied), *prepared.photos)


def _other_errors(scope: PortalScope, form: FilledForm) -> Mapping[str, str]:
    try:
        Options(scope.business, scope.client).check(form.ask(), keeps=form.edits)
    except InvalidInput as refused:
        return refused.errors
    return {}


@require_safe
@portal_page
def services(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    """The services and prices at the property now chosen; the form asks for it when that changes."""
    values = {name: request.GET.get(name, "") for name in ("property", "service", "kind")}
    form = RequestForm(Options(scope.business, scope.client), get_language() or "en", values)
    return portal(request, scope, "parts/services_to_ask.html", {"form": form})


@require_safe
@portal_page
def sent(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    """The confirmation: it was heard, by when it is answered, and what to quote on the phone."""
    booking_request = find(page_rows(scope.booking_requests()), reference=reference)
    return portal(request, scope, "portal/sent.html", {"page": page_of(scope, booking_request)})


@require_safe
@portal_page
def booking_request(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    found = find(page_rows(scope.booking_requests()), reference=reference)
    return portal(request, scope, "portal/booking_request.html", {"page": page_of(scope, found)})


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def edit(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    """The same form over a request that still waits; it carries the version that was read."""
    found = find(scope.booking_requests().select_related("about_visit__client_service"), reference=reference)
    found.business = scope.business
    if found.status != BookingRequest.Status.PENDING:
        notices.info(request, late_words())
        return redirect("portal:request", business=scope.business.slug, reference=reference)
    if found.kind in BookingRequest.OF_A_VISIT:
        return visits.edit(request, scope, found)
    if request.method != "POST":
        return _form(request, scope, FilledForm.of(found))
    try:
        form = FilledForm.sent(request.POST, edits=found)
    except RepeatedField:
        return bad_request(request)
    return _answer(request, scope, form, lambda: _edit(request, scope, form, found))


def _edit(request: HttpRequest, scope: PortalScope, form: FilledForm, found: BookingRequest) -> str:
    photos = _prepared(request, scope, form)
    edit_booking_request(
        found,
        by=scope.user,
        client=scope.client,
        ask=form.ask(),
        version=form.version,
        photos=photos,
        removed_photos=form.removed_photos(),
    )
    notices.success(request, _("Saved. We've been told."))
    return url("portal:request", business=scope.business.slug, reference=found.reference)


@require_POST
@portal_page
def withdraw(request: HttpRequest, scope: PortalScope, reference: str) -> HttpResponse:
    found = find(scope.booking_requests(), reference=reference)
    found.business = scope.business
    try:
        withdraw_booking_request(found, by=scope.user)
        notices.success(request, _withdrawn_words(found))
    except AlreadyDecided:
        notices.info(request, late_words())
    return redirect("portal:request", business=scope.business.slug, reference=reference)


def _withdrawn_words(found: BookingRequest) -> str:
    if found.kind in BookingRequest.OF_A_VISIT:
        return _("Withdrawn. Your visit stays as it is.")
    return _("Withdrawn. Nobody will come for this request.")
