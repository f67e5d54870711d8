"""The first run: a code opens the set-up page, and the page makes a business and lets its owner in."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..actions.businesses import Founded
from ..actions.errors import InvalidInput, TooMany
from ..actions.logos import discard_logo, prepare_logo
from ..actions.set_up import LIFETIME, find_set_up, founded_already, open_set_up, set_up_business
from ..actions.sign_in import Asker, NoWayIn, ask_to_sign_in
from ..models import Business, SetUpCode
from ..models.identity import uuid7
from ..web import sessions
from ..web.access import open_page
from ..web.peer import peer_address
from .set_up_form import SetUpForm
from .sign_in import FORM, too_many, wait_in_session

KEPT_AS: Final = "set_up"
log = logging.getLogger("sidegate.set_up")


@dataclass(frozen=True, slots=True)
class Held:
    """What this browser's session has of a set-up: its code, the key of the business to be, its logo by now."""

    code: SetUpCode
    business_id: UUID
    logo: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """None where no code was typed here. Raises NoWayIn where the code is no longer open."""
        kept = request.session.get(KEPT_AS)
        if kept is None:
            return None
        return cls(find_set_up(kept["code"]), UUID(kept["business"]), kept["logo"])

    @classmethod
    def with_code(cls, code: SetUpCode, request: HttpRequest) -> Self:
        """Another code goes on with what was prepared under one that was too late."""
        kept = request.session.get(KEPT_AS)
        if kept is None or founded_already(UUID(kept["business"])):
            return cls(code, uuid7(), "")
        return cls(code, UUID(kept["business"]), kept["logo"])

    def keep(self, request: HttpRequest) -> None:
        facts = {"code": str(self.code.pk), "business": str(self.business_id), "logo": self.logo}
        request.session[KEPT_AS] = facts
        if not request.user.is_authenticated:
            request.session.set_expiry(int(LIFETIME.total_seconds()))


@open_page
@FORM
def set_up(request: HttpRequest) -> HttpResponse:
    """Asks for the code that the terminal printed. Typing it uses nothing up."""
    if request.method == "POST":
        return _code_typed(request)
    with suppress(NoWayIn):
        if Held.of(request):
            return redirect("gate:set_up_business")
    return _code_page(request)


def _code_typed(request: HttpRequest) -> HttpResponse:
    try:
        _open(request)
    except TooMany as refusal:
        return too_many(_code_page(request, error=_wait_words(refusal), status=429), refusal)
    except NoWayIn as refusal:
        return _code_page(request, error=_code_words(refusal), status=422)
    return redirect("gate:set_up_business")


def _open(request: HttpRequest) -> Held:
    """The code that was typed, kept for this browser under a new session key. Raises TooMany or NoWayIn."""
    typed = request.POST.get("code", "")[:100]
    try:
        code = open_set_up(typed, by=Asker(peer=peer_address(request)))
    except NoWayIn as refusal:
        log.warning("set-up refused", extra={"facts": {"why": refusal.code}})
        raise
    held = Held.with_code(code, request)
    request.session.cycle_key()
    held.keep(request)
    return held


def _code_page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "code": request.POST.get("code", "")[:100],
        "error": error,
        "is_first": not Business.objects.exists(),
    }
    return render(request, "gate/set_up.html", context, status=status)


def _wait_words(refusal: TooMany) -> str:
    minutes = -(-refusal.retry_after // 60)
    wait = ngettext("Wait a minute, then try again.", "Wait %(count)s minutes, then try again.", minutes)
    return f"{_('That was several wrong codes.')} {wait % {'count': minutes}}"


def _code_words(refusal: NoWayIn) -> str:
    return {
        "used": _("This code was used already: its business is there. Sign in with its owner's email."),
        "expired": _("This code is too old, or a newer one took its place. Type the one printed last."),
    }.get(refusal.code, _("That code doesn't fit. It stands in the terminal, such as K7Q2-MXWP."))


@open_page
@FORM
def business(request: HttpRequest) -> HttpResponse:
    """The one page. `then` names a press that only draws it anew: another country, another service line, a colour."""
    form = SetUpForm.of(request)
    try:
        held = Held.of(request)
    except NoWayIn as refusal:
        return _too_late(request, form, refusal)
    if request.method != "POST":
        return _page(request, form, held) if held else redirect("gate:set_up")
    return _sent(request, form, held) if held else _with_another_code(request, form)


def _too_late(request: HttpRequest, form: SetUpForm, refusal: NoWayIn) -> HttpResponse:
    """Pressed twice, the second press goes where the first one led. Someone else's code was faster, or its day is
    over: what was typed stands there, beside a place for another code."""
    founded = founded_already(UUID(request.session[KEPT_AS]["business"]))
    if founded:
        return _come_in(request, founded)
    if request.method != "POST":
        del request.session[KEPT_AS]
        return redirect("gate:set_up")
    return _with_another_code(request, form, why=_code_words(refusal))


def _with_another_code(request: HttpRequest, form: SetUpForm, *, why: str = "") -> HttpResponse:
    if request.user.is_authenticated and not why:
        return redirect("gate:home")  # she went back after it was done, and pressed once more
    if not request.POST.get("code"):
        form.refuse("code", why or _("Type the code once more. What you typed is kept."))
        return _page(request, form, None, status=422)
    try:
        held = _open(request)
    except TooMany as refusal:
        form.refuse("code", _wait_words(refusal))
        return too_many(_page(request, form, None, status=429), refusal)
    except NoWayIn as refusal:
        form.refuse("code", _code_words(refusal))
        return _page(request, form, None, status=422)
    return _sent(request, form, held)


def _sent(request: HttpRequest, form: SetUpForm, held: Held) -> HttpResponse:
    held = _with_logo(request, form, held)
    if form.only_draws:
        return _page(request, form, held)
    if form.errors:
        return _page(request, form, held, status=422)
    try:
        founded = set_up_business(form.typed(held.logo), code=held.code, business_id=held.business_id)
    except InvalidInput as refused:
        form.refuse_all(refused)
        return _page(request, form, held, status=422)
    except NoWayIn as refusal:
        return _too_late(request, form, refusal)
    return _come_in(request, founded)


def _with_logo(request: HttpRequest, form: SetUpForm, held: Held) -> Held:
    """A picture that came is stored at once: no browser sends it again by itself when the page comes back."""
    file, logo = request.FILES.get("logo"), held.logo
    if "no_logo" in request.POST:
        logo = ""
    if file:
        try:
            logo = prepare_logo(file, business_id=held.business_id)
        except InvalidInput as refused:
            form.refuse_all(refused)
    if logo != held.logo:
        discard_logo(held.business_id, held.logo)
        held = Held(held.code, held.business_id, logo)
        held.keep(request)
    return held


def _page(request: HttpRequest, form: SetUpForm, held: Held | None, *, status: int = 200) -> HttpResponse:
    if held is None and "logo" in request.FILES:
        form.refuse("logo", _("Please choose the picture once more."))
    context = {"form": form, "asks_for_code": held is None, "has_logo": bool(held and held.logo)}
    return render(request, "gate/set_up_business.html", context, status=status)


def _come_in(request: HttpRequest, founded: Founded) -> HttpResponse:
    """A new owner is let in, for half a day: a mail has yet to prove that the address is hers. Whoever had a sign-in
    before gets a mail: a code makes a business, and opens nobody's account."""
    business, owner = founded.business, founded.owner
    log.info("business set up", extra={"facts": {"business": str(business.pk), "actor": str(owner.pk)}})
    request.session.pop(KEPT_AS, None)
    office = reverse("office:requests", kwargs={"business": business.slug})
    if not founded.is_new_owner and owner != request.user:
        return _mail_a_link(request, founded, office)
    if founded.is_new_owner:
        sessions.begin(request, owner, remember=False)
    notices.success(request, _("%(business)s is there. This is its office.") % {"business": business.name})
    return redirect(office)


def _mail_a_link(request: HttpRequest, founded: Founded, office: str) -> HttpResponse:
    email = founded.owner.email
    asker = Asker(peer=peer_address(request), is_known=sessions.is_known_browser(request, email))
    with suppress(TooMany):  # then a link is in her mailbox already
        ask_to_sign_in(
            email=email,
            by=asker,
            language=get_language() or "",
            next_path=office,
            business=founded.business,
        )
    wait_in_session(request, email=email, next=office)
    notices.success(
        request, _("%(business)s is there. Sign in to open its office.") % {"business": founded.business.name}
    )
    return redirect("gate:code")
