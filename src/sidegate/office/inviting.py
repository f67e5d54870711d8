"""Inviting clients to their portal: what would be sent, the press, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions.errors import Conflict
from ..actions.inviting import (
    KEY,
    PER_PRESS,
    InvitationPlan,
    invitation,
    invite_client,
    invite_clients,
    plan_invitations,
)
from ..actions.messages import Recipient, own_words
from ..models import Message
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office
from .clients import find_client, page_of
from .in_words import InWords
from .inviting_words import not_invited_because
from .message_words import reason_words, short_fate, tone_of
from .pages import address, refused, said, typed_id
from .settings import owner_page

PAGE = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """The invitation as clients of one language read it, and how many they are."""

    language: str
    code: str
    count: int
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class InvitedRow:
    """One letter of those sent, and its fate."""

    message_id: UUID
    name: str
    to: str
    fate: str
    tone: str
    detail: str


@owner_page
@require_safe
def invitations(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """What the press would send, to how many, in which languages; below it what was sent before."""
    plan = plan_invitations(scope.business)
    rows, before = _letters(scope), typed_id(request, "before")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    words = InWords(scope.business)
    context = {
        "plan": plan,
        "previews": _previews(scope, plan, words),
        "others": [not_invited_because(why, count) for why, count in plan.others.items()],
        "button_words": _button(plan.count),
        "left": max(0, plan.count - PER_PRESS),
        "rows": [_row(message, words) for message in found[:PAGE]],
        "next_before": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return office(request, scope, "office/clients/invitations.html", context)


def _button(count: int) -> str:
    now = min(count, PER_PRESS)
    if count > PER_PRESS:
        return _("Invite the first %(count)s") % {"count": f"{now:,}"}
    return ngettext("Invite %(count)s client", "Invite %(count)s clients", now) % {"count": f"{now:,}"}


def _previews(scope: OfficeScope, plan: InvitationPlan, words: InWords) -> list[Preview]:
    """With an invented reader: no client's name stands on a page about all of them."""
    own = own_words(scope.business.pk, (KEY,))
    found = []
    for code, count in sorted(plan.by_language.items(), key=lambda pair: -pair[1]):
        reader = Recipient(key="client:example", name="Maria", address="maria@example.com", language=code)
        letter = invitation(scope.business, reader, own)
        name = words.language_name(code)
        found.append(Preview(name, code, count, letter.subject, letter.text))
    return found


def _letters(scope: OfficeScope) -> QuerySet[Message]:
    return scope.messages().invitations().order_by("-id")


def _row(message: Message, words: InWords) -> InvitedRow:
    return InvitedRow(
        message_id=message.pk,
        name=message.to_name,
        to=message.to_address,
        fate=short_fate(message) if message.status != Message.Status.QUEUED else _("Waiting"),
        tone=tone_of(message),
        detail=_when(message, words) or reason_words(message),
    )


def _when(message: Message, words: InWords) -> str:
    """When it left, or leaves: invitations go one after the other."""
    at: datetime | None = message.sent_at
    if at is None and message.status == Message.Status.QUEUED:
        return _("leaves about %(when)s") % {"when": words.moment(message.next_try)}
    return words.moment(at) if at else ""


@owner_page
@require_POST
def invite_all(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    count, to = invite_clients(scope.business, by=scope.user), address(scope, "invite_clients")
    if not count:
        return refused(request, _("There is nobody left to invite."), to)
    text = ngettext(
        "%(count)s client is invited. The letters leave one after the other.",
        "%(count)s clients are invited. The letters leave one after the other.",
        count,
    )
    return said(request, text % {"count": f"{count:,}"}, to)


@office_page
@require_POST
def invite(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """One client, and everyone else who opens her portal and has not signed in."""
    client = find_client(scope, client_id)
    to = page_of(scope, client)
    try:
        invite_client(client, by=scope.user)
    except Conflict as conflict:
        return refused(request, _why_not(conflict.code), to)
    return said(request, _("Invited: the letter leaves in a moment."), to)


def _why_not(code: str) -> str:
    return {
        "no_address": _("There is no email to send it to. Add one first."),
        "opted_out": _("They want no email from you."),
        "bounced": _("Mail to this address came back. Correct the email first."),
        "archived": _("Their portal is closed while they are archived. Bring them back first."),
        "erased": _("This client was erased. Nothing about them can be added or changed."),
        "signed_in": _("Everyone who opens this portal has signed in already."),
        "just_invited": _("They were invited within the last day. Give them a little time."),
    }[code]
