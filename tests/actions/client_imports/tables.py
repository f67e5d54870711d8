"""Tables as they come out of a spreadsheet, and importing one from beginning to end."""

from typing import Any

from sidegate.actions.client_imports import (
    begin_import,
    change_columns,
    draft_import,
    plan_import,
    work_on_imports,
)
from sidegate.models import ClientImport, ImportedRow
from tests.conftest import Cast

HEADER = "Name,Email,Phone,Language,Address,Access notes,Tags,Service,Frequency,Price,Next visit"


def drafted(cast: Cast, text: str, *, date_order: str = "", language: str = "en") -> ClientImport:
    draft = draft_import(cast.greenlawn, by=cast.dana, text=text, language=language)
    if date_order:
        change_columns(draft, columns=draft.columns, date_order=date_order)
    return draft


def imported(cast: Cast, text: str, **how: Any) -> ClientImport:
    """The table, begun as it is shown and worked through."""
    draft = drafted(cast, text, **how)
    begin_import(draft, shown=plan_import(draft).fingerprint)
    while work_on_imports():
        pass
    draft.refresh_from_db()
    return draft


def fates(client_import: ClientImport) -> dict[int, str]:
    rows = ImportedRow.objects.filter(client_import=client_import)
    return dict(rows.values_list("number", "fate"))


def problems(client_import: ClientImport) -> dict[int, list[str]]:
    rows = ImportedRow.objects.filter(client_import=client_import, fate="refused")
    return {row.number: [problem["code"] for problem in row.problems] for row in rows}


def planned(cast: Cast, text: str) -> dict[int, str]:
    """What importing would do, row by row."""
    return {plan.row.number: plan.fate for plan in plan_import(drafted(cast, text)).rows}
