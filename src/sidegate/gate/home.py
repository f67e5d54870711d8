"""The first page: whoever is signed in goes where she belongs, anyone else to the entrance."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..models import Business
from ..web.access import open_page
from .next_page import places


@open_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect(_entrance())
    hers = places(request.user)
    if len(hers) == 1:
        return redirect(hers[0].path())
    return render(request, "gate/home.html", {"user": request.user, "places": hers})


def _entrance() -> str:
    """The sign-in page; where there is nobody yet to sign in, the page on which the first business is set up."""
    if settings.SIDEGATE_DEMO:
        return "gate:demo"
    return "gate:sign_in" if Business.objects.exists() else "gate:set_up"
