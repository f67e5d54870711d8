"""Pages for what went wrong: what happened, what was kept, what to do. Never a bare code."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _

RETRY_AFTER_SECONDS = 10
NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}

Typed = list[tuple[str, str]]
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def problem(
    request: HttpRequest,
    status: int,
    title: str,
    text: str,
    *,
    typed: Typed | None = None,
    sign_in: bool = False,
) -> HttpResponse:
    """An error page that asks nothing of the database; with what was typed it offers to send it again."""
    context: dict[str, Any] = {
        "title": title,
        "text": text,
        "typed": typed or [],
        "lost": _lost(request) if typed else "",
        "sign_in": sign_in,
    }
    return render(request, "problem.html", context, status=status)


def _lost(request: HttpRequest) -> str:
    """Of files a page cannot carry along: "photos", "file", or empty."""
    return "photos" if "photos" in request.FILES else "file" if request.FILES else ""


def too_much_says(words: Any) -> Callable[[ViewT], ViewT]:
    """What the error page says where this view is sent more than the server takes (settings, the web server)."""

    def declare(view: ViewT) -> ViewT:
        view.too_much_words = words  # type: ignore[attr-defined]
        return view

    return declare


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        usual = _(
            "What you sent is larger than we can take. Nothing was saved. Send less text or fewer photos."
        )
        view = request.resolver_match and request.resolver_match.func
        text = str(getattr(view, "too_much_words", usual))
        return problem(request, 413, _("That's too much at once"), text)
    text = _("The page sent something we can't read. Nothing was saved. Go back and try again.")
    return problem(request, 400, _("That didn't work"), text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 403, _("Not for this account"), _("This account may not do that."))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF failure page: the cookie went missing or the form is from before signing in."""
    typed = typed_here(request)
    if typed:
        text = _("For your safety this form has expired, so nothing was sent yet. What you typed is kept.")
    else:
        text = _(
            "For your safety this form has expired. Nothing was sent. Go back, reload the page and send it again."
        )
    return problem(request, 403, _("Please send it again"), text, typed=typed)


def sign_in_first(request: HttpRequest, typed: Typed) -> HttpResponse:
    """A form that came after the session had ended: what was typed waits in the page meanwhile."""
    text = _(
        "You were signed out in the meantime, so nothing was sent yet. "
        "Sign in, come back to this page, and send it again."
    )
    return problem(request, 403, _("Please sign in again"), text, typed=typed, sign_in=True)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _(
        "There is nothing here, or it is not yours to see. Check the address, or sign in with another account."
    )
    return problem(request, 404, _("Nothing here"), text)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """The address of a button, opened like a page."""
    text = _("This address belongs to a button. Go back to the page before, and press it there.")
    return problem(request, 405, _("Nothing to see here"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that does not answer is a pause (503), everything else a fault (500)."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return pause(request)
    text = _("Something broke on our side. Nothing was changed. Try again in a moment.")
    return problem(request, 500, _("That's our fault"), text)


def pause(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After; the form's text and token are kept in the page, to be sent again."""
    typed = typed_here(request)
    if typed:
        text = _(
            "We couldn't save that just now. Nothing you typed is lost: wait a few seconds, then press the button."
        )
    else:
        text = _("We can't answer just now. Wait a few seconds, then reload the page.")
    response = problem(request, 503, _("One moment"), text, typed=typed)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def typed_here(request: HttpRequest) -> Typed:
    """What was typed into a form of ours; nothing where the browser does not say that the form was ours.

    A page that offers to send a foreign form again, with a fresh CSRF token, would undo the protection.
    """
    if request.method != "POST" or not _is_from_here(request):
        return []
    try:
        lists = list(request.POST.lists())
    except (UnreadablePostError, MultiPartParserError, SuspiciousOperation):
        return []
    return [(name, value) for name, values in lists if name not in NOT_SENT_AGAIN for value in values]


def _is_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
