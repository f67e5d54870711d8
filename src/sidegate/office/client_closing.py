"""A client leaves: archived, brought back, handed over in a file, erased. Each says what it means before it is done."""

import errno
from datetime import date
from tempfile import TemporaryFile
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions.archiving import cancel_visits_and_archive, last_visits_of
from ..actions.client_export import export_client
from ..actions.clients import archive_client, bring_back_client
from ..actions.erasing import erase_client, is_in_a_draft
from ..actions.errors import Conflict
from ..models import Client
from ..models.visit import VisitQuerySet
from ..web.access import OfficeScope, PageRequest, office_page
from .client_closing_forms import ArchiveForm, EraseForm
from .client_service_page import ahead_words
from .clients import asks_and_acts, find_client, page_of
from .in_words import InWords
from .pages import address, question_page, refused, said
from .settings import owner_page

REQUESTS_LISTED = 5


@office_page
@asks_and_acts
def archive(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """With visits ahead it asks for their cancelling too, in the same act."""
    client = find_client(scope, client_id)
    if client.archived_at:
        return refused(request, _("Already archived."), page_of(scope, client))
    days = list(_visits_ahead(scope, client).order_by("date").values_list("date", flat=True))
    if days:
        return _archive_with_visits(request, scope, client, days)
    return _archive(request, scope, client)


def _archive(request: PageRequest, scope: OfficeScope, client: Client) -> HttpResponse:
    if request.method != "POST":
        return _archive_page(request, scope, client, None)
    try:
        archive_client(client)
    except Conflict as conflict:
        return refused(request, _not_archived(conflict, client), page_of(scope, client))
    return said(request, _archived_words(client), page_of(scope, client))


def _archive_with_visits(
    request: PageRequest, scope: OfficeScope, client: Client, days: list[date]
) -> HttpResponse:
    form = ArchiveForm(request, client, count=len(days), ahead=ahead_words(scope, days))
    try:
        if form.does(lambda: _clear_and_archive(scope, client, form, len(days))):
            text = ngettext("%(count)s visit is cancelled.", "%(count)s visits are cancelled.", len(days))
            words = f"{_archived_words(client)} {text % {'count': len(days)}}"
            return said(request, words, page_of(scope, client))
    except Conflict as conflict:
        return refused(request, _not_archived(conflict, client), page_of(scope, client))
    return _archive_page(request, scope, client, form)


def _clear_and_archive(scope: OfficeScope, client: Client, form: ArchiveForm, count: int) -> None:
    last = last_visits_of(client, form.cleaned_data["reason"])
    if last.count != count:
        raise Conflict("visit_changed")
    cancel_visits_and_archive(last, by=scope.user)


def _archive_page(
    request: PageRequest, scope: OfficeScope, client: Client, form: ArchiveForm | None
) -> HttpResponse:
    waiting = scope.booking_requests().pending().filter(client=client).count()
    return question_page(
        request,
        scope,
        title=_("Archive %(name)s?") % {"name": client.name},
        room="clients",
        back=(page_of(scope, client), client.name),
        lines=_meaning(client, waiting),
        links=waiting_links(scope, client),
        button=_("Archive client"),
        form=form,
    )


def _meaning(client: Client, waiting: int) -> list[str]:
    name = {"name": client.first_name()}
    lines = [
        _("%(name)s leaves the list of clients and can no longer open the portal.") % name,
        _("History, prices, addresses and messages are kept. You can bring %(name)s back at any time.")
        % name,
    ]
    if waiting:
        text = ngettext(
            "A request of %(name)s is waiting. Answer it first: archived, it can only be declined.",
            "%(count)s requests of %(name)s are waiting. Answer them first: archived, they can only be declined.",
            waiting,
        )
        lines.append(text % {"count": waiting, **name})
    return lines


def waiting_links(scope: OfficeScope, client: Client) -> list[tuple[str, str]]:
    """The oldest requests that wait, each to be answered first."""
    words = InWords(scope.business)
    rows = scope.booking_requests().pending().filter(client=client).select_related("service").order_by("id")
    return [
        (
            address(scope, "request", reference=row.reference),
            f"{words.service(row.service)} · {row.reference}",
        )
        for row in rows[:REQUESTS_LISTED]
    ]


def _archived_words(client: Client) -> str:
    return _("%(name)s is archived.") % {"name": client.name}


def _not_archived(conflict: Conflict, client: Client) -> str:
    if conflict.code == "already_archived":
        return _("Already archived.")
    text = _("The visits ahead of %(name)s have just changed, so nothing was done. Look again.")
    return text % {"name": client.first_name()}


@office_page
@require_POST
def bring_back(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    client = find_client(scope, client_id)
    try:
        bring_back_client(client)
    except Conflict as conflict:
        words = {
            "erased": _("This client was erased, and nobody can bring them back."),
        }.get(
            conflict.code,
            _("Another client has this email by now. Change it on one of the two, then bring this one back."),
        )
        return refused(request, words, page_of(scope, client))
    return said(request, _("%(name)s is back.") % {"name": client.name}, page_of(scope, client))


@owner_page
@require_safe
def export(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponseBase:
    """Everything about one client, to hand over. Written to a file of its own, then sent."""
    client = find_client(scope, client_id)
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    try:
        export_client(client, to=file)
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return refused(
            request,
            _("The server's disk is full, so the file could not be written. Try again later."),
            page_of(scope, client),
        )
    file.seek(0)
    name = f"{slugify(client.name) or 'client'}-{scope.business.today().isoformat()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@owner_page
@asks_and_acts
def erase(request: PageRequest, scope: OfficeScope, client_id: UUID) -> HttpResponse:
    """For good. What is still open has to be settled first."""
    client = find_client(scope, client_id)
    to, form = page_of(scope, client), EraseForm(request, client)
    if client.erased_at:
        return refused(request, _not_erased(Conflict("already_erased"), client), to)
    try:
        if form.does(lambda: erase_client(client, by=scope.user)):
            return said(request, _("Erased. What was asked and done stays, without the person."), to)
    except Conflict as conflict:
        return refused(request, _not_erased(conflict, client), to)
    return question_page(
        request,
        scope,
        title=_("Erase %(name)s?") % {"name": client.name},
        room="clients",
        back=(to, client.name),
        lines=_erasing_means(client),
        links=_to_look_at(scope, client),
        button=form.saying,
        is_final=True,
        form=form,
        obstacle=_in_the_way(scope, client),
    )


def _to_look_at(scope: OfficeScope, client: Client) -> list[tuple[str, str]]:
    """What has to be settled first, and the way to keep a copy."""
    export_page = address(scope, "export_client", client_id=client.pk)
    links = [*waiting_links(scope, client), (export_page, _("Download everything first"))]
    if client.archived_at is None and _visits_ahead(scope, client).exists():
        links.insert(0, (address(scope, "archive_client", client_id=client.pk), _("Archive client")))
    return links


def _visits_ahead(scope: OfficeScope, client: Client) -> VisitQuerySet:
    return scope.visits().upcoming(scope.business.today()).filter(client_service__client=client)


def _erasing_means(client: Client) -> list[str]:
    lines = [
        _("Nobody can undo this."),
        _(
            "Gone for good: name, email, phone, addresses, notes, tags, photos, the words of every request and "
            "message, and their sign-in, unless it opens something else."
        ),
        _(
            "Kept, without the person: which services were agreed, what was asked and when, what was answered and "
            "by whom, prices, and visits."
        ),
    ]
    if is_in_a_draft(client):
        lines.append(_("An import that was begun and never carried out names them too. It is dropped."))
    return lines


def _in_the_way(scope: OfficeScope, client: Client) -> str:
    """What has to be settled first; empty where nothing is."""
    if _visits_ahead(scope, client).exists():
        return _not_erased(Conflict("visits_ahead"), client)
    if scope.booking_requests().pending().filter(client=client).exists():
        return _not_erased(Conflict("requests_waiting"), client)
    return ""


def _not_erased(conflict: Conflict, client: Client) -> str:
    text = {
        "already_erased": _("This client is erased already."),
        "visits_ahead": _("%(name)s still has visits ahead. Cancel them first.")
        if client.archived_at
        else _("%(name)s still has visits ahead. Archive %(name)s first: that cancels them."),
        "requests_waiting": _(
            "A request of %(name)s is waiting, or its answer can still be undone. Answer it first, then come back."
        ),
        "import_running": _("A table that names %(name)s is being brought in. Wait until it is done."),
    }.get(conflict.code, _("Someone changed this client at this moment, so nothing was erased. Look again."))
    return text % {"name": client.first_name()}
