"""What people asked for, one after the other through the years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ...models.booking_request import REFERENCE_ALPHABET
from . import words
from .chance import Chance
from .town import CLOSES, OPENS, Agreement, Household, OfferedService, Town

LETTERS: Final = len(REFERENCE_ALPHABET)
REFERENCES: Final = LETTERS**6
STRIDE: Final = 433_494_437  # a prime: stepping so far, no reference comes twice before all have come

KINDS: Final = ("one_time",) * 10 + ("recurring",) * 2 + ("issue_report",) * 2
PARTS: Final = ("any", "any", "any", "morning", "morning", "afternoon")
OPEN_SECONDS: Final = (CLOSES.hour - OPENS.hour) * 3600
RHYTHMS: Final = ("weekly", "weekly", "biweekly", "monthly")


@dataclass(slots=True)
class Asked:
    """A request as it was sent; `at` in seconds since 1970, `place` is the service's in the catalog."""

    id: str
    reference: str
    household: Household
    place: int
    service: OfferedService
    kind: str
    at: float
    start: date
    end: date
    part_of_day: str
    frequency: str
    notes: str
    reply_by: date
    agreement: Agreement | None
    shown_price_minor: int


class Years:
    """So many requests, in order of time, between the town's first day and yesterday evening."""

    def __init__(self, town: Town, count: int, taken_references: frozenset[str]) -> None:
        self.town, self.chance, self.count = town, town.chance, count
        self._reference = self.chance.between(0, REFERENCES - 1)
        self._taken = taken_references
        self._promises: dict[date, date] = {}

    def asked(self) -> Iterator[Asked]:
        for number in range(self.count):
            days = (number + self.chance.share()) * self.town.days / self.count
            day = self.town.first_day + timedelta(days=int(days))
            at = self.town.seconds(day) + (days % 1) * OPEN_SECONDS
            yield self._asked(day, at)

    def _asked(self, day: date, at: float) -> Asked:
        chance, town = self.chance, self.town
        household = chance.pick(town.households)
        kind, place = chance.pick(KINDS), self._place(household)
        start = town.next_working(day + timedelta(days=chance.between(1, 6)))
        agreement = household.agreements.get(place)
        return Asked(
            id=chance.key(at),
            reference=self._next_reference(),
            household=household,
            place=place,
            service=town.services[place],
            kind=kind,
            at=at,
            start=start,
            end=start + timedelta(days=chance.between(0, 5)),
            part_of_day=chance.pick(PARTS),
            frequency=chance.pick(RHYTHMS) if kind == "recurring" else "",
            notes=self._notes(kind, household.language),
            reply_by=self._promised(day),
            agreement=agreement,
            shown_price_minor=(agreement or town.services[place]).price_minor,
        )

    def _place(self, household: Household) -> int:
        """Often something she has already."""
        hers = tuple(household.agreements)
        if hers and self.chance.is_so(0.4):
            return self.chance.pick(hers)
        return self.chance.between(0, len(self.town.services) - 1)

    def _notes(self, kind: str, language: str) -> str:
        if kind == "issue_report":
            return self.chance.pick(words.ISSUES[language])
        return self.chance.pick(words.NOTES[language]) if self.chance.is_so(0.5) else ""

    def _promised(self, day: date) -> date:
        if day not in self._promises:
            promise = self.town.business.reply_promise_days
            self._promises[day] = self.town.calendar.working_days_after(day, promise)
        return self._promises[day]

    def _next_reference(self) -> str:
        while True:
            self._reference = (self._reference + STRIDE) % REFERENCES
            if (written := _as_letters(self._reference)) not in self._taken:
                return written


def _as_letters(number: int) -> str:
    letters = []
    for _place in range(6):
        number, letter = divmod(number, LETTERS)
        letters.append(REFERENCE_ALPHABET[letter])
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


class Waiting:
    """Which requests wait: exactly so many, all among the newest twice as many."""

    def __init__(self, chance: Chance, count: int, pending: int) -> None:
        self._chance = chance
        self._needed = pending
        self._begins = max(0, count - 2 * pending)
        self._left = count - self._begins
        self._number = 0

    def next_waits(self) -> bool:
        self._number += 1
        if self._number <= self._begins:
            return False
        waits = self._chance.share() * self._left < self._needed
        self._left -= 1
        self._needed -= waits
        return waits
