"""What happens around every page: one log line, the person's language, her session, no caching of what is private."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_vary_headers

from ..models import User
from ..wording.languages import LANGUAGES, choose_language
from . import errors, sessions

Answer = Callable[[HttpRequest], HttpResponse]
ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])
log = logging.getLogger("sidegate.requests")


def impersonal(view: ViewT) -> ViewT:
    """Marks a view that is the same for everyone: no session is opened for it, caches may keep its answer."""
    view.is_impersonal = True  # type: ignore[attr-defined]
    return view


def _is_impersonal(view: Callable[..., Any]) -> bool:
    return getattr(view, "is_impersonal", False)


class RequestLog:
    """One line a request: the route, never the path, for a path may carry a sign-in token."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, request_id = time.perf_counter(), uuid4().hex[:12]
        response = self.answer(request)
        response["X-Request-ID"] = request_id
        match = request.resolver_match
        facts = {
            "request_id": request_id,
            "method": request.method,
            "route": match.route if match else "",
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000, 1),
            "actor": str(getattr(request, "actor_id", "")),
        }
        log.info("request", extra={"facts": facts})
        return response


class PersonsLanguage:
    """The language she chose; before she signs in the one of her cookie, else her browser's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of_browser(request)):
            response = self.answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Her own language is looked up only for pages that may speak to her."""
        if not _is_impersonal(view) and isinstance(request.user, User) and request.user.language in LANGUAGES:
            translation.activate(request.user.language)


def language_of_browser(request: HttpRequest) -> str:
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return choose_language(cookie, translation.get_language_from_request(request).split("-")[0])


class PrivatePages:
    """Pages are stored nowhere and differ by cookie, but those that are the same for everyone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        if not getattr(request, "is_impersonal", False):
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        request.is_impersonal = _is_impersonal(view)  # type: ignore[attr-defined]


class NoBlankPages:
    """A button's address opened like a page is answered in words; so is any other method that is none."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        in_words = errors.wrong_method(request)
        in_words["Allow"] = response["Allow"]
        return in_words


class RollingSession:
    """Someone who is signed in stays so by using the pages, where she asked for it (CASES D16)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        if not _is_impersonal(view) and request.user.is_authenticated:
            request.actor_id = request.user.pk  # type: ignore[attr-defined]
            sessions.renew(request)


class SignInFirst(LoginRequiredMiddleware):
    """Sends whoever is not signed in to the sign-in page, and back to where she was afterwards.

    A part of a page (htmx) moves the whole page; a form keeps what was typed in it.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], *args: Any
    ) -> HttpResponseBase | None:
        """Open pages are let through without asking who it is: some of them open no session at all."""
        is_open = not getattr(view_func, "login_required", True)
        return None if is_open else super().process_view(request, view_func, *args)

    def handle_no_permission(  # type: ignore[override]  # Django's caller passes any response on
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": redirect_to_login(_page_of(request)).url})
        if typed := errors.typed_here(request):
            return errors.sign_in_first(request, typed)
        return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """The page she was on: this one, or the one whose form or part this is."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return page.path or "/"
