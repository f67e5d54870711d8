"""One run on one database: every part in turn. `python -m bench` starts it."""

import argparse
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .databases import NAMES, database
from .results import Row, write_json

if TYPE_CHECKING:
    from .town import Town


ON_REQUEST = {"backup"}  # with --only: filling it takes six minutes


@dataclass(frozen=True, slots=True)
class Run:
    """What a part may use. `rounds` are those of cheap acts; dear ones take a share of them."""

    db: str
    folder: Path
    town: "Town"
    rounds: int
    pending: int
    stored: int
    is_quick: bool


def main() -> int:
    options = parser().parse_args()
    with database(options.db) as folder:
        logging.getLogger("sidegate").setLevel(logging.WARNING)
        from .town import Town

        town = Town()
        rounds = 60 if options.quick else 300
        run = Run(options.db, folder, town, rounds, options.pending, options.stored, options.quick)
        rows: list[Row] = []
        for name, part in parts().items():
            if options.only in name and (options.only or name not in ON_REQUEST):
                rows += timed(options.db, name, lambda part=part: part(run))  # type: ignore[misc]
    write_json(rows, Path(options.file))
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m bench.run")
    made.add_argument("db", choices=NAMES)
    made.add_argument("file")
    made.add_argument("--only", default="")
    made.add_argument("--quick", action="store_true")
    made.add_argument("--pending", type=int, required=True)
    made.add_argument("--stored", type=int, required=True)
    return made


def parts() -> dict[str, Callable[[Run], list[Row]]]:
    """By the names that --only takes; imported once Django is set up."""
    from . import acts, backup, badge, demo, horizon, http_acts, importing, mixed_load, queue_page, sign_in

    return {
        "acts": acts.measure,
        "http": http_acts.measure,
        "mixed": mixed_load.measure,
        "sign-in": sign_in.measure,
        "demo": demo.measure,
        "queue": queue_page.measure,
        "badge": badge.measure,
        "import": importing.measure,
        "schedule": horizon.measure,
        "backup": backup.measure,
    }


def timed(db: str, name: str, part: Callable[[], list[Row]]) -> list[Row]:
    began = time.monotonic()
    print(f"{db}: {name} …", end=" ", file=sys.stderr, flush=True)
    rows = part()
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
