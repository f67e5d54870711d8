"""Asking for a sign-in link takes as long for an address that is known here as for one that is not."""

import itertools
from collections.abc import Callable

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from .results import Row, against, number
from .rounds import WARM_UP, Act, race
from .run import Run

MOST_APART_MS = 5


def measure(run: Run) -> list[Row]:
    rounds = run.rounds // 3
    known = [case.user.email for case in run.town.cases(rounds + WARM_UP)]
    unknown = [f"nobody{n}@example.org" for n in range(rounds + WARM_UP)]
    numbers = itertools.count()
    times = race(rounds, known=_asking(known, numbers), unknown=_asking(unknown, numbers))
    apart = abs(times["known"].p50 - times["unknown"].p50)
    return [
        against("sign-in post, known address / unknown address", run.db, times["known"], times["unknown"]),
        number("sign-in post, known and unknown apart, ms", run.db, apart, goal=MOST_APART_MS),
    ]


def _asking(emails: list[str], numbers: "itertools.count[int]") -> Callable[[], Act]:
    """Each time another person at another connection: limits are never met."""
    waiting = iter(emails)

    def ready() -> Act:
        n, browser, email = next(numbers), Browser(), next(waiting)
        peer = f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"
        host = settings.ALLOWED_HOSTS[0]

        def ask() -> None:
            answer = browser.post(reverse("gate:sign_in"), {"email": email}, REMOTE_ADDR=peer, HTTP_HOST=host)
            assert answer.status_code == 302, answer.status_code

        return ask

    return ready
