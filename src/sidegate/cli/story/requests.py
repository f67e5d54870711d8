"""What was asked, and what came of it: Greenlawn's last two weeks, and a little of Bluepool's."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from .days import Ago


@dataclass(frozen=True, slots=True)
class Approved:
    """After how long, for which day of the window, with which words; days past the first make a series."""

    after: timedelta
    on: int = 0
    note: str = ""
    is_charged: bool = True
    visits: int = 1


@dataclass(frozen=True, slots=True)
class Declined:
    after: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    after: timedelta


@dataclass(frozen=True, slots=True)
class Offered:
    """Other dates, in working days from today: it waits, for the client."""

    after: timedelta
    on: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A request: the window in working days from today, first and last. Without an answer it waits.

    About her next visit the window counts from that visit, and the part of day is the visit's.
    `is_overdue` moves it back to a day whose promise has passed; `shown` is a price from before the
    catalog's last change.
    """

    client: str
    service: str
    asked: Ago
    window: tuple[int, int]
    notes: str = ""
    kind: str = "one_time"
    part_of_day: str = "any"
    frequency: str = ""
    photos: tuple[str, ...] = ()
    about_last_visit: bool = False
    about_next_visit: bool = False
    is_overdue: bool = False
    shown: int | None = None
    answer: Approved | Declined | Withdrawn | Offered | None = None


HOUR: Final = timedelta(hours=1)

GREENLAWN_INVITED: Final = (("nora", Ago(days=4, clock="17:30")), ("luz", Ago(days=2, clock="18:05")))

GREENLAWN: Final = (
    # Waiting, oldest first.
    Told("ruth", "spring", Ago(clock="16:20"), (2, 5), "The beds by the porch, above all.", is_overdue=True),
    Told(
        "peter", "trees", Ago(days=1, clock="07:20"), (3, 8), "It leans more since the storm. Is it safe?",
        photos=("leaning_tree",),
    ),
    Told("aisha", "hedges", Ago(days=1, clock="08:10"), (1, 4), "Before my sister arrives, if you can."),
    Told(
        "maria", "mowing", Ago(minutes=19 * 60), (1, 2),
        "La hierba está muy alta después de la lluvia. ¿Pueden pasar antes del sábado?",
        part_of_day="morning", photos=("tall_grass",),
    ),
    Told(
        "henry", "mowing", Ago(minutes=6 * 60 + 12), (0, 3), "You left out the strip along the fence.",
        kind="issue_report", about_last_visit=True, photos=("missed_strip",),
    ),
    Told(
        "maria", "gutters", Ago(days=1, clock="12:40"), (1, 2), "Cuando les venga bien, por la mañana.",
        part_of_day="morning",
        answer=Offered(2 * HOUR, (5, 6, 8), "Esta semana ya no llegamos. ¿Le viene bien uno de estos días?"),
    ),
    Told(
        "linda", "pool", Ago(minutes=5 * 60 + 40), (1, 2), "The painters are here that day.",
        kind="move_visit", about_next_visit=True,
    ),
    Told(
        "emily", "gutters", Ago(minutes=5 * 60), (2, 6), "Water comes over the edge when it rains.",
        shown=16500, photos=("full_gutter",),
    ),
    Told("omar", "gutters", Ago(minutes=4 * 60), (4, 8)),
    Told(
        "carmen", "mowing", Ago(minutes=150), (2, 4), "Cada dos semanas nos basta. Gracias.",
        kind="recurring", frequency="biweekly",
    ),
    Told(
        "rosa", "mowing", Ago(minutes=120), (0, 0), "Esta vez no hace falta, está muy seco.",
        kind="skip_visit", about_next_visit=True,
    ),
    Told("tom", "mowing", Ago(minutes=95), (4, 5), "Once more before the holidays, please."),
    Told(
        "julia", "pool", Ago(minutes=35), (5, 9), "Queremos começar antes do verão.",
        kind="recurring", frequency="weekly", part_of_day="morning",
    ),
    # Answered.
    Told(
        "maria", "hedges", Ago(days=16, clock="18:40"), (-9, -7), "El seto de la entrada, por favor.",
        answer=Approved(2 * HOUR, note="Pasaremos temprano, antes del calor."),
    ),
    Told(
        "daniel", "trees", Ago(days=9, clock="09:15"), (-4, -1), "The old oak behind the garage.",
        answer=Declined(5 * HOUR, "This oak is higher than we can climb. Summit Tree Care can help you."),
    ),
    Told(
        "maria", "spring", Ago(days=8, clock="20:05"), (-3, -2), "¿Podrían venir dos personas?",
        answer=Declined(13 * HOUR, "Esos dos días ya están completos."),
    ),
    Told(
        "grace", "gutters", Ago(days=7, clock="07:50"), (-2, 1), "Never mind the shed.",
        answer=Withdrawn(3 * HOUR),
    ),
    Told(
        "rosa", "hedges", Ago(days=6, clock="12:30"), (-1, 3), "Solo el lado de la calle.",
        answer=Approved(4 * HOUR, on=2),
    ),
    Told(
        "emily", "mowing", Ago(days=6, clock="17:10"), (-2, 0), "Clippings all over the patio.",
        kind="issue_report", about_last_visit=True,
        answer=Approved(HOUR, note="Sorry about that. We come back and sweep it.", is_charged=False),
    ),
    Told(
        "samuel", "mowing", Ago(days=5, clock="19:00"), (-1, 2), "Para empezar esta semana, si es posible.",
        kind="recurring", frequency="weekly", answer=Approved(14 * HOUR, visits=4),
    ),
    Told(
        "linda", "gutters", Ago(days=4, clock="10:45"), (2, 4), "Both sides, two floors.", part_of_day="afternoon",
        answer=Approved(6 * HOUR, on=2, note="Luis brings the long ladder."),
    ),
    Told("omar", "hedges", Ago(days=4, clock="15:25"), (0, 3), answer=Approved(2 * HOUR, on=1)),
)  # fmt: skip

BLUEPOOL: Final = (
    Told("nina", "opening", Ago(days=1, clock="09:30"), (2, 6), "¿Es posible antes del día 15?"),
    Told("paul", "filter", Ago(minutes=80), (1, 5), "It rattles."),
    Told("sam", "pool", Ago(days=6, clock="13:00"), (-2, 2), answer=Approved(HOUR)),
)
