"""What the pages of an import show: its columns, what each row would become, and what has become of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions.client_imports import ImportPlan, RowPlan, cells_by_field
from ..models import ClientImport, ImportedRow
from ..web.access import OfficeScope
from .client_import_words import COLUMN_WORDS, TOUCHED, ImportWords
from .forms import Words
from .in_words import InWords

PREVIEWED = 20
REFUSED_SHOWN = 50
EXAMPLES = 2
IMPORTS_SHOWN = 10
PASSED_OVER = ""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column, with what stands in it and what we take it for; `id` names its field in the form."""

    id: str
    title: str
    examples: str
    holds: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row and what becomes of it, a sentence for each thing."""

    number: int
    name: str
    fate: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A table before it is imported. `obstacle` is the sentence that stands in the button's place."""

    columns: list[ColumnRow]
    choices: list[tuple[str, Words]]
    has_header: bool
    asks_date_order: bool
    date_order: str
    is_open: bool  # the columns need a look
    counts: dict[str, int]
    total: int
    rows: list[RowLine]
    refused: list[RowLine]
    refused_count: int
    new_services: list[str]
    obstacle: str
    button: str
    shown: str


def draft_page(client_import: ClientImport, plan: ImportPlan) -> DraftPage:
    words, counts = ImportWords(client_import.business), plan.counted()
    new = counts["added"] + counts["changed"]
    return DraftPage(
        columns=list(_columns(client_import, plan)),
        choices=[(PASSED_OVER, _("Leave out")), *COLUMN_WORDS.items()],
        has_header=bool(plan.table.header),
        asks_date_order=plan.asks_date_order,
        date_order=client_import.date_order,
        is_open=plan.obstacle not in ("", "nothing") or not plan.table.header,
        counts=counts,
        total=len(plan.table.rows),
        rows=[line_of(row, words) for row in plan.rows[:PREVIEWED]],
        refused=[line_of(row, words) for row in islice(plan.refused(), REFUSED_SHOWN)],
        refused_count=counts["refused"],
        new_services=plan.new_services(),
        obstacle=_obstacle(plan),
        button=ngettext("Import %(count)s row", "Import %(count)s rows", new) % {"count": f"{new:,}"},
        shown=plan.fingerprint,
    )


def _columns(client_import: ClientImport, plan: ImportPlan) -> Iterator[ColumnRow]:
    for place, holds in enumerate(client_import.columns):
        cells = (cells[place] for _number, cells in plan.table.rows if cells[place])
        title = plan.table.header[place] if plan.table.header else ""
        yield ColumnRow(
            id=f"column_{place}",
            title=title or _("Column %(letter)s") % {"letter": _letter(place)},
            examples=" · ".join(islice((cell[:40] for cell in cells), EXAMPLES)),
            holds=holds,
        )


def _letter(place: int) -> str:
    """As the spreadsheet names its columns: A to Z, then AA."""
    return chr(65 + place) if place < 26 else _letter(place // 26 - 1) + chr(65 + place % 26)


def _obstacle(plan: ImportPlan) -> str:
    return {
        "": "",
        "no_name": _("Which column holds the names? Say it above."),
        "no_reach": _("Which column holds the emails, or the phones? Say it above."),
        "twice": _("Two columns hold the same thing. Leave one of them out."),
        "date_order": _("Say above how the dates are written: 3/4 can be March 4 or April 3."),
        "nothing": _("There is nothing to import: every row is here already, or can't be taken."),
    }[plan.obstacle]


def line_of(plan: RowPlan, words: ImportWords) -> RowLine:
    name = plan.client_name or plan.row.name or plan.row.email or plan.row.phone
    return RowLine(plan.row.number, name, plan.fate, words.row(plan))


@dataclass(frozen=True, slots=True)
class DonePage:
    """An import that is over, or was taken back. `obstacles` name whoever stands in the way of undoing it."""

    status: str
    at: str
    counts: dict[str, int]
    refused: list[RowLine]
    can_be_undone: bool


def done_page(scope: OfficeScope, client_import: ClientImport) -> DonePage:
    rows = ImportedRow.objects.filter(business=scope.business, client_import=client_import)
    fates = dict(rows.values_list("fate").annotate(Count("pk")).order_by())
    counts = {fate: fates.get(fate, 0) for fate in ImportedRow.Fate.values}
    at = client_import.undone_at or client_import.finished_at
    return DonePage(
        status=client_import.status,
        at=InWords(scope.business).moment(at) if at else "",
        counts=counts,
        refused=refused_lines(scope, client_import, at_most=REFUSED_SHOWN),
        can_be_undone=client_import.status == ClientImport.Status.DONE
        and bool(counts["added"] + counts["changed"]),
    )


def refused_rows(scope: OfficeScope, client_import: ClientImport) -> list[ImportedRow]:
    rows = ImportedRow.objects.filter(business=scope.business, client_import=client_import)
    return list(rows.filter(fate=ImportedRow.Fate.REFUSED).order_by("number"))


def refused_lines(scope: OfficeScope, client_import: ClientImport, *, at_most: int) -> list[RowLine]:
    words, columns = ImportWords(scope.business), client_import.columns
    return [
        RowLine(
            row.number, _called(row, columns), row.fate, [words.problem(problem) for problem in row.problems]
        )
        for row in refused_rows(scope, client_import)[:at_most]
    ]


def _called(row: ImportedRow, columns: list[str]) -> str:
    """What tells the row from others to a person, as before the import; else its first cell that is not empty."""
    typed = cells_by_field(row.cells, columns)
    known = (typed.get(name) for name in ("name", "email", "phone"))
    return next(filter(None, (*known, *row.cells)), "")[:60]


def touched_sentences(scope: OfficeScope, obstacles: dict[UUID, str], *, at_most: int = 10) -> list[str]:
    """Who stands in the way of undoing an import, and why."""
    rows = ImportedRow.objects.filter(business=scope.business, pk__in=list(obstacles)[:at_most])
    found = rows.select_related("client").order_by("number")
    sentences = [f"{row.client or row.number} {TOUCHED[obstacles[row.pk]]}." for row in found]
    if (more := len(obstacles) - len(sentences)) > 0:
        sentences.append(ngettext("And %(count)s more.", "And %(count)s more.", more) % {"count": more})
    return sentences


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in the list of those before."""

    id: UUID
    name: str
    at: str
    by: str
    status: str
    rows: int


def imports_before(scope: OfficeScope) -> list[ImportRow]:
    words = InWords(scope.business)
    status_words = {
        "draft": _("Not begun"),
        "running": _("Running"),
        "done": _("Imported"),
        "undoing": _("Being undone"),
        "undone": _("Undone"),
    }
    rows = ClientImport.objects.filter(business=scope.business).defer("source").select_related("by")
    return [
        ImportRow(
            id=row.pk,
            name=row.name or _("Pasted cells"),
            at=words.moment(row.created_at),
            by=str(row.by),
            status=status_words[row.status],
            rows=row.row_count,
        )
        for row in rows.order_by("-id")[:IMPORTS_SHOWN]
    ]
