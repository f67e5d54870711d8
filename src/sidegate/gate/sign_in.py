"""Signing in: an address is typed, a link or a code comes by mail (CASES D13 to D15)."""

import logging

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions.errors import TooMany
from ..actions.sign_in import (
    Asker,
    NoWayIn,
    ask_to_sign_in,
    find_link,
    find_sign_in,
    person_of,
    use_code,
    use_link,
)
from ..models import SignIn
from ..web import sessions
from ..web.access import open_page
from ..web.peer import peer_address
from .language import remember_language
from .next_page import asked_for, business_of, destination

WAITING_SESSION_SECONDS = 30 * 60
FORM = require_http_methods(["GET", "HEAD", "POST"])
log = logging.getLogger("sidegate.sign_in")


class EmailForm(forms.Form):
    """One address, in lower case."""

    email = forms.EmailField(max_length=254)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@open_page
@FORM
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link and a code. The same answer for every address, known here or not (T28)."""
    next_path = asked_for(request)
    if request.method == "POST":
        return _asked(request, next_path)
    if request.user.is_authenticated:
        return redirect(destination(request.user, next_path))
    return _ask_page(request, next_path)


def _asked(request: HttpRequest, next_path: str) -> HttpResponse:
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _ask_page(request, next_path, error=_email_error(), status=422)
    email = form.cleaned_data["email"]
    try:
        ask_to_sign_in(
            email=email,
            by=_asker(request, email),
            language=get_language() or "",
            next_path=next_path,
            business=business_of(next_path),
        )
    except TooMany as refusal:
        return too_many(_ask_page(request, next_path, error=_wait_words(refusal), status=429), refusal)
    wait_in_session(request, email=email, next=next_path)
    return redirect("gate:code")


def _email_error() -> str:
    return _("Please type your email address, such as maria@example.com.")


def _asker(request: HttpRequest, email: str) -> Asker:
    return Asker(peer=peer_address(request), is_known=sessions.is_known_browser(request, email))


def wait_in_session(request: HttpRequest, **facts: str) -> None:
    """Keep what the next step needs; for half an hour, where nobody is signed in."""
    request.session["sign_in"] = facts
    if not request.user.is_authenticated:
        request.session.set_expiry(WAITING_SESSION_SECONDS)


def _ask_page(request: HttpRequest, next_path: str, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "business": business_of(next_path),
        "next": next_path,
        "email": request.POST.get("email", "") or _proposed_email(request),
        "error": error,
    }
    return render(request, "gate/sign_in.html", context, status=status)


def _proposed_email(request: HttpRequest) -> str:
    """The address's `email`, where it is one: an invitation's link spares typing it. Whoever presses still asks."""
    form = EmailForm({"email": request.GET.get("email", "")})
    return str(form.cleaned_data["email"]) if form.is_valid() else ""


def _wait_words(refusal: TooMany) -> str:
    minutes = -(-refusal.retry_after // 60)
    wait = ngettext("Wait a minute, then try again.", "Wait %(count)s minutes, then try again.", minutes)
    if refusal.limit == "sign_in_mails":
        why = _("Several mails were asked for this address already. The link in the newest one still works.")
    elif refusal.limit == "wrong_codes":
        why = _("That was several wrong codes. The link in the mail still works.")
    else:
        why = _("Several people or several tries came from your connection.")
    return f"{why} {wait % {'count': minutes}}"


def too_many(response: HttpResponse, refusal: TooMany) -> HttpResponse:
    response["Retry-After"] = str(refusal.retry_after)
    log.warning("sign-in limit met", extra={"facts": {"limit": refusal.limit}})
    return response


@open_page
@FORM
def code(request: HttpRequest) -> HttpResponse:
    """Type the code from the mail; on another device than the one that asked, the address as well."""
    if request.method == "POST":
        return _code_typed(request)
    return _code_page(request)


def _code_typed(request: HttpRequest) -> HttpResponse:
    form = EmailForm({"email": request.POST.get("email") or _waiting(request).get("email")})
    if not form.is_valid():
        return _code_page(request, email_error=_email_error(), status=422)
    email = form.cleaned_data["email"]
    try:
        found = use_code(email=email, code=request.POST.get("code", ""), by=_asker(request, email))
    except TooMany as refusal:
        return too_many(_code_page(request, error=_wait_words(refusal), status=429), refusal)
    except NoWayIn:
        log.warning("sign-in refused", extra={"facts": {"why": "wrong_code"}})
        return _code_page(request, error=_wrong_code(), status=422)
    next_path = found.next_path or _waiting(request).get("next", "")
    return _come_in(request, found, remember="remember" in request.POST, next_path=next_path)


def _wrong_code() -> str:
    return _("That code doesn't fit, or it has expired. Check the newest mail, or press the link in it.")


def _waiting(request: HttpRequest) -> dict[str, str]:
    waiting: dict[str, str] = request.session.get("sign_in", {})
    return waiting


def _code_page(
    request: HttpRequest, *, error: str = "", email_error: str = "", status: int = 200
) -> HttpResponse:
    waiting = _waiting(request)
    next_path = waiting.get("next", "")
    is_post = request.method == "POST"
    context = {
        "business": business_of(next_path),
        "asked_email": waiting.get("email", ""),
        "email": request.POST.get("email", ""),
        "code": request.POST.get("code", ""),
        "remember": "remember" in request.POST if is_post else "/office/" not in next_path,
        "next": next_path,
        "address_elsewhere": redirect_to_login(next_path).url,
        "error": error,
        "email_error": email_error,
    }
    return render(request, "gate/code.html", context, status=status)


@open_page
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: looks it up, uses nothing, and leaves the token out of the address (T26, T27)."""
    try:
        found = find_link(token)
    except NoWayIn as refusal:
        wait_in_session(request, refused=refusal.code)
        return redirect("gate:confirm")
    if settings.SIDEGATE_DEMO:
        use_link(found)
        return _come_in(request, found, remember=True, next_path=found.next_path)
    wait_in_session(request, link=str(found.pk), email=found.email, next=found.next_path)
    return redirect("gate:confirm")


@open_page
@FORM
def confirm(request: HttpRequest) -> HttpResponse:
    """One button; pressing it is what uses the link, so a mail scanner that opens links does not."""
    try:
        found = find_sign_in(_waiting(request).get("link", ""))
        if request.method == "POST":
            use_link(found)
            return _come_in(request, found, remember=_remembers(request, found), next_path=found.next_path)
    except NoWayIn as refusal:
        return _no_way_in(request, refusal)
    return _confirm_page(request, found)


def _remembers(request: HttpRequest, found: SignIn) -> bool:
    return "remember" in request.POST or not (found.user and sessions.works_in_an_office(found.user))


def _confirm_page(request: HttpRequest, found: SignIn) -> HttpResponse:
    context = {
        "business": found.business,
        "who": masked(found.email),
        "asks_to_remember": bool(found.user and sessions.works_in_an_office(found.user)),
    }
    return render(request, "gate/confirm.html", context)


def _no_way_in(request: HttpRequest, refusal: NoWayIn) -> HttpResponse:
    """Whoever is signed in already needs no link; anyone else reads why and is offered a new one."""
    if request.user.is_authenticated:
        return redirect(destination(request.user))
    why = _waiting(request).get("refused", refusal.code)
    log.warning("sign-in refused", extra={"facts": {"why": why}})
    return render(request, "gate/no_way_in.html", {"why": why}, status=410)


def _come_in(request: HttpRequest, found: SignIn, *, remember: bool, next_path: str) -> HttpResponse:
    user = person_of(found)
    sessions.begin(request, user, remember=remember)
    request.session.pop("sign_in", None)
    response = redirect(destination(user, next_path))
    sessions.remember_browser(request, response, found.email)
    if user.language:
        remember_language(response, user.language)
    log.info("signed in", extra={"facts": {"actor": str(user.pk)}})
    return response


def masked(email: str) -> str:
    """An address that its owner recognises and a passer-by cannot use: "m…@e….com"."""
    name, _at, domain = email.partition("@")
    host, _dot, ending = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}….{ending}"
