"""`sidegate worker`: delivers messages until it is stopped; with --once, what is due now."""

from argparse import Namespace

from .serving import run_worker_with_chores
from .start import start_serving


def run(options: Namespace) -> int:
    start_serving()
    announcement = "" if options.once else "Delivering messages. Ctrl-C stops."
    run_worker_with_chores(once=options.once, announcement=announcement)
    return 0
