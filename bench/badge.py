"""The badge at a million requests: no dearer than the smallest question one can ask the database."""

from collections.abc import Callable

from django.db import connection
from django.test import Client as Browser

from sidegate.models import Business
from sidegate.models.booking_request import badge_count

from .replay import Hand, Statement, recorded
from .results import Row, against
from .rounds import Times, race
from .run import Run

IN_A_ROW = 20  # counts for one time
SELECT_1 = Statement("SELECT 1", (), False)


def measure(run: Run) -> list[Row]:
    """In the business that the queue page was measured in, or in a new one where only this part is run."""
    business = Business.objects.filter(slug="vast").first() or _new(run)
    browser, page = Browser(), f"/{business.slug}/office/requests"
    browser.force_login(run.town.dana)
    with recorded() as statements:
        badge_count(business.pk)
    hand = Hand()
    times = race(
        run.rounds,
        badge=_repeated(lambda: badge_count(business.pk)),
        select_1=_repeated(_select_1),
        badge_by_hand=_repeated(hand.ready(statements)),
        select_1_by_hand=_repeated(hand.ready([SELECT_1])),
        page=lambda: lambda: browser.get(page, headers={"Host": "localhost"}),
    )
    hand.close()
    each = {name: taken if name == "page" else taken.per_act(IN_A_ROW) for name, taken in times.items()}
    return _rows(run.db, each)


def _new(run: Run) -> Business:
    from .crowd import Crowd
    from .queue_page import settle

    made = Crowd(run.town).business("vast", stored=run.stored, every_nth_waits=2)
    settle()
    return made


def _rows(db: str, times: dict[str, Times]) -> list[Row]:
    is_sqlite = db == "sqlite"
    by_hand = against(
        "badge, its statement by hand / SELECT 1 by hand",
        db,
        times["badge_by_hand"],
        times["select_1_by_hand"],
    )
    return [
        against(
            "badge, as the page asks for it / SELECT 1", db, times["badge"], times["select_1"],
            goal=None if is_sqlite else 1.5, statements=1,
        ),
        by_hand,
        against(
            "badge / queue page", db, times["badge"], times["page"], goal=0.01 if is_sqlite else None, statements=1
        ),
    ]  # fmt: skip


def _repeated(act: Callable[[], object]) -> Callable[[], Callable[[], None]]:
    def many() -> None:
        for _ in range(IN_A_ROW):
            act()

    return lambda: many


def _select_1() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
