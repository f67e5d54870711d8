"""The first page: whoever is signed in goes where she belongs, anyone else to the sign-in page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..web.access import open_page
from .next_page import places


@open_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("gate:demo" if settings.SIDEGATE_DEMO else "gate:sign_in")
    hers = places(request.user)
    if len(hers) == 1:
        return redirect(hers[0].path())
    return render(request, "gate/home.html", {"user": request.user, "places": hers})
