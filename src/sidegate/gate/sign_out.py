"""Signing out: here, or on every device at once."""

import logging

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ..actions.sign_in import end_sessions
from ..web.access import open_page

log = logging.getLogger("sidegate.sign_in")


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """A press signs out; opening the address only offers it."""
    if not request.user.is_authenticated:
        return redirect("gate:sign_in")
    if request.method != "POST":
        return render(request, "gate/sign_out.html", {"user": request.user})
    log.info("signed out", extra={"facts": {"actor": str(request.user.pk)}})
    if "everywhere" in request.POST:
        end_sessions(by=request.user)
    logout(request)
    return redirect("gate:sign_in")
