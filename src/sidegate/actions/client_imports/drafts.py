"""A table on its way in: kept as a draft, read as its columns say, and begun only as it was shown."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ...models import Business, ClientImport, User
from ..errors import Conflict, InvalidInput
from .columns import ALL_FIELDS, JOINED, guess_columns
from .known import known_of
from .plan import Planner
from .reading import Table, read_table
from .row_plan import RowPlan
from .rows import Reading, needs_date_order, parsed_rows, proven_date_order

Status = ClientImport.Status
KEPT_DRAFTS = 5


def draft_import(
    business: Business, *, by: User, text: str, name: str = "", language: str, field: str = "pasted"
) -> ClientImport:
    """Keep a table, with what its columns seem to hold. Raises InvalidInput for the field where it is none.

    Of a business's drafts the newest are kept; what was never begun says nothing later.
    """
    table = read_table(text, field=field)
    columns = guess_columns(table.header) if table.header else [""] * table.width
    made = ClientImport.objects.create(
        business=business,
        by=by,
        name=name[:120],
        source=text,
        columns=columns,
        date_order=proven_date_order(table, columns),
        language=language,
        row_count=len(table.rows),
    )
    drafts = ClientImport.objects.filter(business=business, status=Status.DRAFT)
    old = list(drafts.order_by("-id").values_list("pk", flat=True)[KEPT_DRAFTS:])
    drafts.filter(pk__in=old).delete()
    return made


def change_columns(client_import: ClientImport, *, columns: Sequence[str], date_order: str) -> None:
    """What each column holds, and in which order dates are written; what the dates themselves prove wins over
    nothing said. Raises Conflict("begun"), InvalidInput for the field `columns`."""
    table = read_table(client_import.source)
    _check_columns(columns, table.width)
    order = date_order if date_order in ("mdy", "dmy") else proven_date_order(table, columns)
    if not _draft(client_import).update(columns=list(columns), date_order=order):
        raise Conflict("begun")
    client_import.columns, client_import.date_order = list(columns), order


def _draft(client_import: ClientImport) -> QuerySet[ClientImport]:
    drafts = ClientImport.objects.filter(business=client_import.business_id, status=Status.DRAFT)
    return drafts.filter(pk=client_import.pk)


def _check_columns(columns: Sequence[str], width: int) -> None:
    if len(columns) != width or not set(columns) <= {"", *ALL_FIELDS}:
        raise InvalidInput({"columns": "unknown"})


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing would do, for every row; and what stands in the way of beginning: "no_name", "no_reach",
    "twice" (a field in two columns), "date_order", "nothing" (no row could be taken); empty where nothing does."""

    table: Table
    rows: list[RowPlan]
    obstacle: str
    asks_date_order: bool
    fingerprint: str

    def counted(self) -> dict[str, int]:
        """How many rows have each fate."""
        fates = [plan.fate for plan in self.rows]
        return {fate: fates.count(fate) for fate in ("added", "changed", "same", "refused")}

    def refused(self) -> Iterable[RowPlan]:
        return (plan for plan in self.rows if plan.problems)

    def new_services(self) -> list[str]:
        return [plan.service.name for plan in self.rows if plan.adds_service and plan.service]


def plan_import(client_import: ClientImport) -> ImportPlan:
    """The same reading and the same planning as the import itself, over all rows; writes nothing."""
    business, today = client_import.business, client_import.business.today()
    table = read_table(client_import.source)
    columns, order = client_import.columns, client_import.date_order
    reading = Reading(business, columns, client_import.language, order, today)
    obstacle = _obstacle_in(columns)
    rows = [] if obstacle else Planner(known_of(business), today).plans(parsed_rows(table, reading))
    asks = needs_date_order(table, columns)
    if not obstacle and asks and not order:
        obstacle = "date_order"
    if not obstacle and all(plan.fate in ("refused", "same") for plan in rows):
        obstacle = "nothing"
    return ImportPlan(table, rows, obstacle, asks, fingerprint(client_import))


def _obstacle_in(columns: Sequence[str]) -> str:
    if not {"name", "first_name", "last_name"} & set(columns):
        return "no_name"
    if not {"email", "phone"} & set(columns):
        return "no_reach"
    named = [name for name in columns if name and name not in JOINED]
    return "twice" if len(named) > len(set(named)) else ""


def fingerprint(client_import: ClientImport) -> str:
    """Of how the table is read: what was shown is what is begun."""
    read_as = [str(client_import.pk), client_import.columns, client_import.date_order]
    return hashlib.sha256(json.dumps(read_as).encode()).hexdigest()[:16]


def begin_import(client_import: ClientImport, *, shown: str) -> None:
    """A worker takes it from here. Raises Conflict: "changed" where it is no longer read as it was shown, "begun"
    where it began already, or the obstacle that stands in its way (ImportPlan)."""
    if client_import.status != Status.DRAFT:
        raise Conflict("begun")
    if shown != fingerprint(client_import):
        raise Conflict("changed")
    if obstacle := plan_import(client_import).obstacle:
        raise Conflict(obstacle)
    as_read = {"columns": client_import.columns, "date_order": client_import.date_order}
    if not _draft(client_import).filter(**as_read).update(status=Status.RUNNING):
        raise Conflict("changed" if _draft(client_import).exists() else "begun")
    client_import.status = Status.RUNNING


def drop_draft(client_import: ClientImport) -> None:
    """Raises Conflict("begun")."""
    deleted, _by_table = _draft(client_import).delete()
    if not deleted:
        raise Conflict("begun")
