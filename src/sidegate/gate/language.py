"""Choosing the language of the pages."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ..actions.people import choose_language
from ..web.access import open_page
from ..wording.languages import LANGUAGES
from .next_page import asked_for

KEPT_FOR = timedelta(days=365)


@open_page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembered for the person who is signed in, and by this browser for whoever comes next."""
    response = redirect(asked_for(request) or "gate:home")
    chosen = request.POST.get("language", "")
    if chosen not in LANGUAGES:
        return response
    if request.user.is_authenticated:
        choose_language(chosen, by=request.user)
    remember_language(response, chosen)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """For this browser's pages before anyone signs in, and its error pages."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
