"""What was measured: one row for each thing, its goal, and the table they are printed as."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .rounds import Times


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `ratio` is what the goal is about: times the floor, or a number of its own (a count of
    statements, MB, kB, ms), which `what` then names."""

    what: str
    db: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    floor_ms: float | None = None
    ratio: float | None = None
    goal: float | None = None
    better: str = "lower"
    statements: int | None = None

    @property
    def met(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio <= self.goal if self.better == "lower" else self.ratio >= self.goal

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def against(
    what: str,
    db: str,
    times: Times,
    floor: Times | None = None,
    *,
    goal: float | None = None,
    better: str = "lower",
    statements: int | None = None,
) -> Row:
    """A row of times, with its ratio to the floor; where more is better, how many times as fast as that."""
    ratio = None
    if floor:
        ratio = times.p50 / floor.p50 if better == "lower" else floor.p50 / times.p50
    return Row(
        what=what,
        db=db,
        p50_ms=round(times.p50, 3),
        p95_ms=round(times.p95, 3),
        floor_ms=round(floor.p50, 3) if floor else None,
        ratio=round(ratio, 3) if ratio is not None else None,
        goal=goal,
        better=better,
        statements=statements,
    )


def number(what: str, db: str, value: float, *, goal: float | None = None) -> Row:
    return Row(what=what, db=db, ratio=round(value, 3), goal=goal)


def write_json(rows: Iterable[Row], file: Path) -> None:
    file.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")


HEADS = ("what", "db", "p50 ms", "p95 ms", "floor ms", "ratio", "goal", "met", "statements")


def table(rows: Sequence[Row]) -> str:
    """As Markdown, which reads well in a terminal too."""
    cells = [HEADS, *map(_cells, rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEADS))]
    lines = [_line(line, widths) for line in cells]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = [
        cell.ljust(width) if place < 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(placed)} |"


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≤" if row.better == "lower" else "≥"
    return (
        row.what,
        row.db,
        _figure(row.p50_ms),
        _figure(row.p95_ms),
        _figure(row.floor_ms),
        _figure(row.ratio),
        "" if row.goal is None else f"{sign} {row.goal:g}",
        {None: "", True: "yes", False: "NO"}[row.met],
        "" if row.statements is None else str(row.statements),
    )


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
