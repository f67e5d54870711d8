"""`sidegate seed`: made-up clients and requests, as many as one likes."""

import time
from argparse import Namespace
from datetime import date

from .progress import show
from .start import start
from .trouble import Trouble


def run(options: Namespace) -> int:
    start()
    from .seeding import Plan, seed

    plan = Plan(
        clients=options.clients,
        requests=options.requests,
        seed=options.seed,
        slug=options.business,
        pending=options.pending,
        today=_day(options.today),
    )
    began, slug = time.monotonic(), options.business
    for slug, stored in seed(plan):
        show(f"{slug}: {stored:,} of {plan.requests:,} requests")
    seconds = time.monotonic() - began
    show("")
    print(f"{plan.clients:,} clients and {plan.requests:,} requests for {slug}, in {seconds:.0f} s.")
    return 0


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Trouble(f"{typed} is no date; one looks like 2026-03-02.") from error
