"""`python -m bench`: measure on SQLite and on PostgreSQL, print the table of ratios."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .databases import NAMES
from .results import Row, table, write_json

ROOT = Path(__file__).resolve().parent.parent
BIG = 1_000_000


def main() -> int:
    options = parser().parse_args()
    began = time.monotonic()
    rows: list[Row] = []
    for db in options.db:
        rows += measured(db, options)
    print(table(rows))
    with_goal = [row for row in rows if row.met is not None]
    print(f"\n{sum(row.met is True for row in with_goal)} of {len(with_goal)} goals met, ", end="")
    print(f"in {time.monotonic() - began:.0f} s.")
    if options.json:
        write_json(rows, options.json)
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    made.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes")
    made.add_argument("--only", default="", metavar="NAME", help="one part: see bench/run.py")
    made.add_argument(
        "--sizes", type=int, nargs=2, metavar=("PENDING", "STORED"), help="of the large businesses"
    )
    made.add_argument("--db", nargs="+", choices=NAMES, default=NAMES)
    return made


def measured(db: str, options: argparse.Namespace) -> list[Row]:
    """In a process of its own: settings are read once in a process."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        sizes = options.sizes or ((10_000, 50_000) if options.quick else (10_000, BIG))
        words = [sys.executable, "-m", "bench.run", db, file.name, "--only", options.only]
        words += ["--pending", str(sizes[0]), "--stored", str(sizes[1])]
        subprocess.run([*words, *(["--quick"] if options.quick else [])], cwd=ROOT, check=True)
        found = json.loads(Path(file.name).read_text())
    for row in found:
        del row["met"]
    return [Row(**row) for row in found]


if __name__ == "__main__":
    sys.exit(main())
