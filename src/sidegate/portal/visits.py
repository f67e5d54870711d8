"""Her coming visits: the list, one visit's page, and asking to move or to skip it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from ..actions.booking_requests import (
    Options,
    edit_booking_request,
    submit_booking_request,
    waiting_about,
    why_not,
)
from ..actions.errors import AlreadyDecided, InvalidInput, StaleEdit, TokenReused, TooMany
from ..actions.visits import known_visit, upcoming_as_told
from ..models import BookingRequest, Visit
from ..models.visit import VisitQuerySet
from ..web.access import PortalScope, find, portal_page
from ..web.booking_request_form import FilledForm, RepeatedField, RequestForm, values_of
from ..web.errors import bad_request
from ..web.pages import portal
from ..web.rendering import url
from ..wording.dates import range_pattern
from .refusals import late_words, stale_words, too_many_words, used_words
from .visit_lines import visit_line

MOST_SHOWN = 60
Kind = BookingRequest.Kind
Page = Callable[..., HttpResponse]
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def her_visits(scope: PortalScope) -> VisitQuerySet:
    return scope.visits().select_related("client_service__service", "client_service__property")


@require_safe
@portal_page
def visits(request: HttpRequest, scope: PortalScope) -> HttpResponse:
    now = timezone.now()
    today = scope.business.today(now)
    found = upcoming_as_told(her_visits(scope), scope.client, today, now, MOST_SHOWN)
    return portal(
        request, scope, "portal/visits.html", {"visits": [visit_line(scope, visit) for visit in found]}
    )


def _find(scope: PortalScope, visit_id: UUID) -> Visit:
    found = known_visit(her_visits(scope), visit_id, scope.business.pk, timezone.now())
    if found is None:
        raise Http404
    return found


@require_safe
@portal_page
def visit(request: HttpRequest, scope: PortalScope, visit_id: UUID) -> HttpResponse:
    return _visit_page(request, scope, _find(scope, visit_id))


def _visit_page(request: HttpRequest, scope: PortalScope, found: Visit, *, status: int = 200) -> HttpResponse:
    """With what can be asked about it, or why nothing can."""
    context = {
        "visit": visit_line(scope, found),
        "why_not": why_not(found, Options(scope.business, scope.client)),
        "waiting": waiting_about(found.pk, business_id=scope.business.pk, client_id=scope.client.pk),
    }
    return portal(request, scope, "portal/visit.html", context, status=status)


@dataclass(frozen=True)
class _Ask:
    """A form about one visit on its way."""

    visit: Visit
    kind: str
    form: FilledForm


@portal_page
@asks_and_acts
def move(request: HttpRequest, scope: PortalScope, visit_id: UUID) -> HttpResponse:
    """`after` names a declined request, to ask for other dates."""
    return _ask(request, scope, visit_id, Kind.MOVE_VISIT)


@portal_page
@asks_and_acts
def skip(request: HttpRequest, scope: PortalScope, visit_id: UUID) -> HttpResponse:
    return _ask(request, scope, visit_id, Kind.SKIP_VISIT)


def _ask(request: HttpRequest, scope: PortalScope, visit_id: UUID, kind: str) -> HttpResponse:
    found = _find(scope, visit_id)
    if request.method == "POST":
        return _sent(request, scope, found, kind)
    is_waiting = waiting_about(found.pk, business_id=scope.business.pk, client_id=scope.client.pk)
    if is_waiting or why_not(found, Options(scope.business, scope.client)):
        return _visit_page(request, scope, found)
    follows = _followed(request, scope, found)
    values = {"part_of_day": found.part_of_day, "notes": follows.notes if follows else ""}
    return _form(request, scope, _Ask(found, kind, FilledForm(values, follows=follows)))


def _followed(request: HttpRequest, scope: PortalScope, about: Visit) -> BookingRequest | None:
    reference = request.GET.get("after", "")
    if not reference:
        return None
    found = find(
        scope.booking_requests(), reference=reference, about_visit=about, kind__in=BookingRequest.OF_A_VISIT
    )
    if found.shown_status() != BookingRequest.Status.DECLINED:
        raise Http404
    return found


def _sent(request: HttpRequest, scope: PortalScope, found: Visit, kind: str) -> HttpResponse:
    follows = _followed(request, scope, found)
    try:
        form = _about(FilledForm.sent(request.POST, follows=follows), found.pk, kind)
    except RepeatedField:
        return bad_request(request)

    def submit() -> str:
        made = submit_booking_request(
            business=scope.business,
            client=scope.client,
            by=scope.user,
            ask=form.ask(),
            token=form.token,
            follows=follows,
        )
        return url("portal:sent", business=scope.business.slug, reference=made.booking_request.reference)

    return _answer(request, scope, _Ask(found, kind, form), submit)


def _about(form: FilledForm, visit_id: UUID | None, kind: str) -> FilledForm:
    """What it asks, and about which visit, is the address's to say."""
    return replace(form, values={**form.values, "kind": kind, "about_visit": str(visit_id or "")})


def edit(request: HttpRequest, scope: PortalScope, found: BookingRequest) -> HttpResponse:
    """The same form over a request about a visit that still waits."""
    about = _find(scope, found.about_visit_id) if found.about_visit_id else None
    if about is None:
        raise Http404
    if request.method != "POST":
        form = FilledForm(values_of(found), version=found.version, edits=found)
        return _form(request, scope, _Ask(about, found.kind, form))
    try:
        form = _about(FilledForm.sent(request.POST, edits=found), about.pk, found.kind)
    except RepeatedField:
        return bad_request(request)

    def save() -> str:
        edit_booking_request(found, by=scope.user, client=scope.client, ask=form.ask(), version=form.version)
        return url("portal:request", business=scope.business.slug, reference=found.reference)

    return _answer(request, scope, _Ask(about, found.kind, form), save)


def _answer(request: HttpRequest, scope: PortalScope, ask: _Ask, send: Callable[[], str]) -> HttpResponse:
    """Send the form; each refusal is the form again, with everything typed and a sentence."""
    form = ask.form
    try:
        return redirect(send())
    except InvalidInput as refused:
        return _form(request, scope, ask, errors=refused.errors, status=422)
    except TokenReused as refused:
        again = replace(ask, form=form.with_new_token())
        return _form(request, scope, again, notice=used_words(refused), status=409)
    except StaleEdit as refused:
        newer = replace(ask, form=form.at(refused.booking_request))
        return _form(request, scope, newer, notice=stale_words(), status=409)
    except AlreadyDecided:
        notices.info(request, late_words())
        return redirect("portal:request", business=scope.business.slug, reference=form.reference)
    except TooMany as refused:
        response = _form(request, scope, ask, notice=too_many_words(refused), status=429)
        response["Retry-After"] = str(refused.retry_after)
        return response


def _form(
    request: HttpRequest,
    scope: PortalScope,
    ask: _Ask,
    *,
    errors: Mapping[str, Any] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    form, language = ask.form, get_language() or "en"
    shown = RequestForm(Options(scope.business, scope.client), language, form.values, errors or {})
    context = {
        "form": shown,
        "visit": visit_line(scope, ask.visit),
        "is_move": ask.kind == Kind.MOVE_VISIT,
        "token": form.token or secrets.token_urlsafe(24),
        "edits": form.edits,
        "version": form.version,
        "notice_text": notice,
        "day_range": range_pattern(language),
    }
    return portal(request, scope, "portal/visit_ask.html", context, status=status)
