"""What a long command is at, for whoever sits before it."""

import sys

CLEAR_LINE = "\r\033[K"


def show(progress: str) -> None:
    """One line that the next one replaces; empty, it is gone. Nothing where no person looks on."""
    if sys.stderr.isatty():
        print(f"{CLEAR_LINE}{progress}", end="", file=sys.stderr, flush=True)
