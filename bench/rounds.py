"""Timing in interleaved rounds: whatever slows the machine slows all contestants of a round alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

Act = Callable[[], object]
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Times:
    """How long an act took, in milliseconds, once for each round."""

    all_ms: tuple[float, ...]

    @property
    def p50(self) -> float:
        return median(self.all_ms)

    @property
    def p95(self) -> float:
        return quantiles(self.all_ms, n=20, method="inclusive")[-1]

    def per_act(self, acts: int) -> "Times":
        """Where one timed act was so many in a row."""
        return Times(tuple(ms / acts for ms in self.all_ms))


def race(rounds: int, **contestants: Callable[[], Act]) -> dict[str, Times]:
    """Time each contestant once a round, in turns who begins. A contestant makes its act ready, which is not
    timed, and returns it. The first rounds are not counted."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds + WARM_UP):
        names.append(names.pop(0))
        for name in names:
            act = contestants[name]()
            began = time.perf_counter()
            act()
            took = (time.perf_counter() - began) * 1000
            if number >= WARM_UP:
                taken[name].append(took)
    return {name: Times(tuple(times)) for name, times in taken.items()}
