"""The demo's mailbox: every message, what became of it, and the mail as it was delivered."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ..delivery.layout import laid_out
from ..models import Message
from ..web.access import find, open_page
from ..wording.languages import language_name
from ..wording.typed import typed_key
from .demo import demo_only

PAGE = 40
# A mail carries its styles in its elements. Nothing else may happen in it, but that its links are followed.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as the list shows it. `seconds_held` is how long it may still be undone; 0 once it may leave."""

    id: UUID
    to: str
    address: str
    subject: str
    language: str
    fate: str
    tone: str
    seconds_held: int


@open_page
@demo_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    newest = Message.objects.select_related("business").order_by("-pk")
    if before := typed_key(request.GET.get("before", "")):
        newest = newest.filter(pk__lt=before)
    found = list(newest[: PAGE + 1])
    context = {
        "letters": [letter(message, timezone.now()) for message in found[:PAGE]],
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "gate/mailbox.html", context)


def letter(message: Message, now: datetime) -> Letter:
    held = message.status == Message.Status.QUEUED and message.next_try > now
    fate, tone = (_("Held"), "wait") if held else _fate(message)
    return Letter(
        id=message.pk,
        to=message.to_name or message.to_address,
        address=message.to_address,
        subject=message.subject,
        language=language_name(message.language, read_in=get_language() or "en"),
        fate=fate,
        tone=tone,
        seconds_held=ceil((message.next_try - now).total_seconds()) if held else 0,
    )


def _fate(message: Message) -> tuple[str, str]:
    """What became of it, and the chip's colour."""
    return {
        "queued": (_("About to leave"), "wait"),
        "sending": (_("Leaving"), "wait"),
        "sent": (pgettext("message", "Sent"), "good"),
        "failed": (_("Failed"), "stop"),
        "held": (_("Held back"), "wait"),
        "not_sendable": (_("Nobody to send it to"), "stop"),
    }[message.status]


@open_page
@demo_only
@require_safe
def message(request: HttpRequest, message: UUID) -> HttpResponse:
    found = find(Message.objects.select_related("business"), pk=message)
    context = {
        "letter": letter(found, timezone.now()),
        "business_name": found.business.name,
        "reason": _reason(found.reason),
        "text": found.text,
    }
    return render(request, "gate/mailbox_message.html", context)


def _reason(reason: str) -> str:
    """Why it did not leave: our code in words, or the mail server's own words."""
    words = {
        "no_address": _("No email address"),
        "opted_out": _("Wants no email"),
        "bounced": _("Earlier mail came back"),
    }
    return words.get(reason, reason)


@open_page
@demo_only
@require_safe
@xframe_options_sameorigin
def mail(request: HttpRequest, message: UUID) -> HttpResponse:
    """The HTML as it was delivered, for the frame in the message's page; its links open the whole page."""
    found = find(Message.objects.select_related("business"), pk=message)
    html = laid_out(found, text=found.text).replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})
