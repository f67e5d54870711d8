"""Moving in: a table of clients is looked at, imported, and taken back; and everything leaves as a table again."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from ..actions.client_imports import (
    MOST_ROWS,
    begin_import,
    begin_undo,
    change_columns,
    draft_import,
    drop_draft,
    obstacles_to_undo,
    plan_import,
)
from ..actions.client_imports.columns import FIELDS
from ..actions.client_imports.export import BYTE_ORDER_MARK, csv_line, exported_clients
from ..actions.errors import Conflict, InvalidInput
from ..models import ClientImport
from ..web.access import OfficeScope, PageRequest, find
from ..web.errors import too_much_says
from ..web.pages import office, office_fragment
from ..wording import rhythm
from .client_import_forms import TableForm
from .client_import_page import (
    done_page,
    draft_page,
    imports_before,
    refused_rows,
    touched_sentences,
)
from .client_import_words import COLUMN_WORDS, ImportWords
from .clients import asks_and_acts
from .pages import address, form_page, question_page, refused, said
from .settings import owner_page

Status = ClientImport.Status
AT_WORK = (Status.RUNNING, Status.UNDOING)
# Beyond that the text of a form is refused: longer cells go as a file.
LONGEST_TEXT = 900_000
STUCK_AFTER_SECONDS = 15


def find_import(scope: OfficeScope, import_id: UUID) -> ClientImport:
    """Without its table, which may have 10 MB and is read only where a page looks into it."""
    rows = ClientImport.objects.filter(business=scope.business).select_related("by").defer("source")
    found = find(rows, pk=import_id)
    found.business = scope.business
    return found


def page_of(scope: OfficeScope, client_import: ClientImport) -> str:
    return address(scope, "client_import", import_id=client_import.pk)


@too_much_says(
    lazy(
        "Nothing was imported. Up to 1 MB of cells can be pasted. "
        "Save your table as a CSV file of up to 10 MB, go back, and choose the file."
    )
)
@owner_page
@asks_and_acts
def new(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form, made = TableForm(request), list[ClientImport]()
    if form.does(lambda: made.append(_draft(scope, form))):
        return redirect(page_of(scope, made[0]))
    return form_page(
        request,
        scope,
        form,
        title=_("Import clients"),
        room="clients",
        back=(address(scope, "clients"), _("Clients")),
        template="office/client_imports/new.html",
        before=imports_before(scope),
        columns=list(COLUMN_WORDS.values()),
        most_rows=f"{MOST_ROWS:,}",
        longest_text=LONGEST_TEXT,
    )


def _draft(scope: OfficeScope, form: TableForm) -> ClientImport:
    language = get_language() or "en"
    return draft_import(scope.business, by=scope.user, text=form.text(), name=form.name(), language=language)


@owner_page
@require_safe
def client_import(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    """Before: what importing would do. Meanwhile: how far it is. After: what it did."""
    found = find_import(scope, import_id)
    if found.status == Status.DRAFT:
        return _draft_page(request, scope, found)
    if found.status in AT_WORK:
        context = {"found": found, "stuck": False, "waited": 0}
        return office(request, scope, "office/client_imports/running.html", context)
    return office(
        request, scope, "office/client_imports/done.html", {"found": found, "page": done_page(scope, found)}
    )


def _draft_page(
    request: PageRequest, scope: OfficeScope, found: ClientImport, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = draft_page(found, plan_import(found))
    context = {"found": found, "page": page, "problem": problem}
    return office(request, scope, "office/client_imports/draft.html", context, status=status)


@owner_page
@require_safe
def progress(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    """How far it is, for htmx: `done` and `waited` are what the page saw before, to notice when nothing moves."""
    found = find_import(scope, import_id)
    if found.status not in AT_WORK:
        return HttpResponse(headers={"HX-Redirect": page_of(scope, found)})
    seen, waited = (request.GET.get(name, "") for name in ("done", "waited"))
    stands_still = seen == str(found.done_count) and waited.isdigit() and len(waited) < 6
    seconds = int(waited) + 1 if stands_still else 0
    context = {"found": found, "waited": seconds, "stuck": seconds >= STUCK_AFTER_SECONDS}
    return office_fragment(request, scope, "office/client_imports/_progress.html", context)


@owner_page
@require_POST
def columns(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    """What each column holds (`column_0` …) and how dates are written (`date_order`)."""
    found = find_import(scope, import_id)
    chosen = [request.POST.get(f"column_{place}", "") for place in range(len(found.columns))]
    with suppress(Conflict, InvalidInput):  # begun meanwhile, or no form of ours: the page says how it stands
        change_columns(found, columns=chosen, date_order=request.POST.get("date_order", ""))
    return redirect(page_of(scope, found))


@owner_page
@require_POST
def begin(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    found = find_import(scope, import_id)
    try:
        begin_import(found, shown=request.POST.get("shown", ""))
    except Conflict as conflict:
        if conflict.code == "begun":
            return redirect(page_of(scope, found))
        found = find_import(scope, import_id)
        words = _("This was changed in the meantime. Nothing was imported: look at it again.")
        return _draft_page(request, scope, found, problem=words, status=409)
    return redirect(page_of(scope, found))


@owner_page
@require_POST
def drop(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    """Pressed twice, or in two tabs, it is gone already: of a draft that was dropped nothing is left to find."""
    imports = address(scope, "new_client_import")
    try:
        found = find_import(scope, import_id)
        drop_draft(found)
    except Http404:
        return said(request, _("That import was thrown away already."), imports)
    except Conflict:
        words = _("It was begun in the meantime, so it is not thrown away. Once it is done you can undo it.")
        return refused(request, words, page_of(scope, found))
    return said(request, _("Thrown away. Nothing was imported."), imports)


@owner_page
@asks_and_acts
def undo(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponse:
    """Says what it means, or who stands in the way, before it is done."""
    found = find_import(scope, import_id)
    if found.status != Status.DONE:
        return redirect(page_of(scope, found))
    if request.method == "POST":
        return _undo(request, scope, found)
    obstacles = touched_sentences(scope, obstacles_to_undo(found))
    lines = [
        _("Everything this import added goes again: clients, addresses, services and their visits."),
        _("What it changed becomes what it was before."),
    ]
    return question_page(
        request,
        scope,
        title=_("Undo this import?"),
        room="clients",
        back=(page_of(scope, found), _("Import")),
        lines=obstacles or lines,
        button=_("Undo the import"),
        is_final=True,
        obstacle=_("It can't be undone as a whole any more.") if obstacles else "",
    )


def _undo(request: PageRequest, scope: OfficeScope, found: ClientImport) -> HttpResponse:
    try:
        begin_undo(found)
    except Conflict as conflict:
        if conflict.code == "touched":
            words = _("It can't be undone as a whole any more: something of it was used in the meantime.")
            return refused(request, words, page_of(scope, found))
    return redirect(page_of(scope, found))


@owner_page
@require_safe
def refused_table(request: PageRequest, scope: OfficeScope, import_id: UUID) -> HttpResponseBase:
    """The rows that could not be taken, as they came, each with its problem: to be mended and imported again."""
    found = find_import(scope, import_id)
    words = ImportWords(scope.business)
    header = [str(COLUMN_WORDS.get(name, "")) for name in found.columns]
    lines = [csv_line([*header, _("What is wrong")])]
    for row in refused_rows(scope, found):
        lines.append(csv_line([*row.cells, " ".join(map(words.problem, row.problems))]))
    return _table(iter([BYTE_ORDER_MARK, *lines]), f"{scope.business.slug}-{slugify(_('To mend'))}.csv")


@owner_page
@require_safe
def export(request: PageRequest, scope: OfficeScope) -> HttpResponseBase:
    """Every active client as a table, in the columns that an import reads."""
    header = [str(COLUMN_WORDS[name]) for name in FIELDS]
    language = get_language() or "en"
    # Said now: the lines are made while they leave, when nobody's language is active any more.
    how_often = {frequency: rhythm.adverb(frequency) for frequency in rhythm.ADVERBS}
    lines = exported_clients(scope.business, header, language=language, how_often=how_often)
    name = f"{scope.business.slug}-{slugify(_('Clients'))}-{scope.business.today().isoformat()}.csv"
    return _table(lines, name)


def _table(lines: Iterator[str], name: str) -> HttpResponseBase:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
