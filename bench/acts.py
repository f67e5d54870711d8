"""Submit, approve and decline as functions, against the same statements sent by hand."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    submit_booking_request,
)
from sidegate.models import BookingRequest
from sidegate.models.booking_request import new_reference

from .replay import Hand, Script, recorded
from .results import Row, against
from .rounds import WARM_UP, Act, race
from .run import Run
from .town import Case, Town

REASON = "Those days are full, I am sorry. Would the week after suit you?"
GOALS = {"approve": {"postgres": 2, "sqlite": 15}}


def measure(run: Run) -> list[Row]:
    return [
        _row(run, "approve", decided(run.town, approve_booking_request)),
        _row(run, "decline", decided(run.town, decline_booking_request, reason=REASON)),
        _row(run, "submit", submitted(run.town)),
    ]


# Makes the act ready for a case; the act returns what of it may stand in parameters besides the case's own.
Ready = Callable[[Case], Callable[[], dict[str, str]]]


def decided(town: Town, decide: Callable[..., object], **fields: Any) -> Ready:
    def ready(case: Case) -> Callable[[], dict[str, str]]:
        found = BookingRequest.objects.get(pk=case.booking_request.pk)
        found.business = town.business

        def act() -> dict[str, str]:
            decide(found, by=town.dana, **fields)
            return {}

        return act

    return ready


def submitted(town: Town) -> Ready:
    start = town.business.calendar().next_working(town.today + timedelta(days=3))
    assert start

    def ready(case: Case) -> Callable[[], dict[str, str]]:
        ask = Ask(
            kind="one_time", property_id=case.property.pk, service_id=town.service.pk, window_start=start,
            window_end=start + timedelta(days=2), part_of_day="morning", notes=case.booking_request.notes,
        )  # fmt: skip
        token = uuid4().hex

        def act() -> dict[str, str]:
            made = submit_booking_request(
                business=town.business, client=case.client, by=case.user, ask=ask, token=token
            )
            return {"new reference": made.booking_request.reference, "new token": token}

        return act

    return ready


def _row(run: Run, name: str, ready: Ready) -> Row:
    cases = iter(run.town.cases(2 * (run.rounds + WARM_UP) + 1))
    _know_the_tables()
    template = next(cases)
    act = ready(template)
    with recorded() as statements:
        played = act()
    script = Script(statements, template.roles() | played, run.town.everywhere())
    hand = Hand()
    times = race(run.rounds, ours=_ours(cases, ready), floor=_floor(cases, script, hand))
    hand.close()
    goal = GOALS.get(name, {}).get(run.db)
    return against(
        f"{name}, as a function / its statements by hand", run.db, times["ours"], times["floor"],
        goal=goal, statements=len(statements),
    )  # fmt: skip


def _ours(cases: Iterator[Case], ready: Ready) -> Callable[[], Act]:
    return lambda: ready(next(cases))


def _floor(cases: Iterator[Case], script: Script, hand: Hand) -> Callable[[], Act]:
    numbers = itertools.count()

    def ready() -> Act:
        fresh = {"new reference": new_reference(), "new token": f"{next(numbers):032d}"}
        return hand.ready(script.spoken_of(next(cases).roles() | fresh))

    return ready


def _know_the_tables() -> None:
    """PostgreSQL plans by statistics that its own process would gather within a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
