"""What importing one row would do."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from ...models.identity import uuid7
from .known import KnownService
from .rows import ParsedRow, Problem


@dataclass(slots=True)
class RowPlan:
    """What becomes of one row. `before` and `after` hold what changes of a "client", a "property" or an "agreement"
    that is there, by field. The keys are those of new records until they turn out to be there."""

    row: ParsedRow
    problems: tuple[Problem, ...] = ()
    client_id: UUID = field(default_factory=uuid7)
    client_name: str = ""
    property_id: UUID = field(default_factory=uuid7)
    address: str = ""
    service: KnownService | None = None
    agreement_id: UUID = field(default_factory=uuid7)
    price_minor: int | None = None
    frequency: str = ""
    start_date: date | None = None
    visits: tuple[date, ...] = ()
    is_day_past: bool = False
    has_ended: bool = False  # she had this service there; whoever ended it is not overruled
    adds_client: bool = False
    adds_property: bool = False
    adds_service: bool = False
    adds_agreement: bool = False
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    after: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def fate(self) -> str:
        """A key of ImportedRow.Fate."""
        if self.problems:
            return "refused"
        if self.adds_client:
            return "added"
        is_changed = self.after or self.adds_property or self.adds_agreement
        return "changed" if is_changed else "same"


class CannotImport(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def change(plan: RowPlan, table: str, name: str, before: Any, after: Any) -> None:
    """Note that a value which is there becomes another; nothing where it is the same."""
    if before != after:
        plan.before.setdefault(table, {})[name] = _plain(before)
        plan.after.setdefault(table, {})[name] = _plain(after)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
