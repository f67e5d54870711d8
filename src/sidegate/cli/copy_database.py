"""`sidegate copy-database`: from SQLite to PostgreSQL or back, every row, with checksums on both sides."""

import time
from argparse import Namespace

from .progress import show
from .start import start


def run(options: Namespace) -> int:
    start()
    from .moving.copying import copy_database
    from .moving.partial import tidy_when_stopped

    began = time.monotonic()
    try:
        with tidy_when_stopped():
            copied = copy_database(options.url, show)
    finally:
        show("")
    for table in copied:
        print(f"{table.table:<26} {table.rows:>12,} rows  {table.checksum[:16]}  same on both")
    print(f"\n{sum(table.rows for table in copied):,} rows, in {time.monotonic() - began:.0f} s.")
    print("Nobody is signed in there: each person signs in anew. Photos stay where they are.")
    print("Next: set SIDEGATE_DATABASE_URL to the new address, then sidegate doctor, then sidegate serve.")
    return 0
