"""A fixed Monday morning: Mar 2, 2026, ten o'clock in New York, where Greenlawn works Monday to Friday."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in range(2, 7))
SATURDAY = date(2026, 3, 7)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-02T15:00:00Z", tick=False) as traveller:
        yield traveller
