"""The queue page: against a plain page of the same rows, and flat from 100 requests to a million."""

import itertools
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import override_settings

from sidegate.cli.static_files import collect_static_files
from sidegate.models import BookingRequest, Business

from . import plain_page
from .crowd import Crowd
from .replay import recorded
from .results import Row, against
from .rounds import race
from .run import Run

SMALL = 100
DEPTH = 100_000
IN_A_ROW = 2  # pages for one time


def measure(run: Run) -> list[Row]:
    collect_static_files()
    small, large, vast = crowds(run)
    depth = min(DEPTH, run.stored // 4)
    templates = [*settings.TEMPLATES, plain_page.TEMPLATES]
    urls, hosts = "bench.plain_page", ["testserver"]
    with override_settings(ROOT_URLCONF=urls, ALLOWED_HOSTS=hosts, TEMPLATES=templates):
        return [*_against_plain(run, small), *_flat(run, small, large, vast, depth)]


def crowds(run: Run) -> tuple[Business, Business, Business]:
    """Businesses with 100 and with many requests, all waiting, and one with many more, half of them decided."""
    crowd = Crowd(run.town)
    made = (
        crowd.business("small", stored=SMALL, every_nth_waits=1),
        crowd.business("large", stored=run.pending, every_nth_waits=1),
        crowd.business("vast", stored=run.stored, every_nth_waits=2),
    )
    settle()
    return made


def settle() -> None:
    """What PostgreSQL's own processes do within a minute of such a load."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _against_plain(run: Run, business: Business) -> list[Row]:
    ours, plain, bare = _browser(run), _browser(run, plain=True), Browser()
    page, plain_page = f"/{business.slug}/office/requests", f"/plain/{business.slug}"
    statements, plain_statements = _count(ours, page), _count(plain, plain_page)
    times = race(
        run.rounds // 4,
        ours=lambda: _loads(ours, page),
        plain=lambda: _loads(plain, plain_page),
        bare=lambda: _loads(bare, "/health/live"),
    )
    each = {name: taken.per_act(IN_A_ROW) for name, taken in times.items()}
    return [
        against(
            "queue page of 50: times the requests/s of a plain page", run.db, each["ours"], each["plain"],
            goal=2.5, better="higher", statements=statements,
        ),
        against("the plain page of 50 / a bare view", run.db, each["plain"], each["bare"], statements=plain_statements),
        against("queue page of 50 / a bare view", run.db, each["ours"], each["bare"], statements=statements),
    ]  # fmt: skip


def _flat(run: Run, small: Business, large: Business, vast: Business, depth: int) -> list[Row]:
    browser = _browser(run)
    pages = {
        "small": f"/{small.slug}/office/requests",
        "large": f"/{large.slug}/office/requests",
        "vast": f"/{vast.slug}/office/requests",
        "deep": f"/{vast.slug}/office/requests?after={key_at(vast, depth)}",
    }
    statements = {name: _count(browser, page) for name, page in pages.items()}
    contestants = {name: _loader(browser, page) for name, page in pages.items()}
    times = {name: taken.per_act(IN_A_ROW) for name, taken in race(run.rounds // 4, **contestants).items()}
    return [
        against(
            f"queue page 1, {run.pending:,} pending / {SMALL} pending", run.db, times["large"], times["small"],
            goal=1.15, statements=statements["large"],
        ),
        against(
            f"queue page 1, {run.stored:,} stored, {run.stored // 2:,} pending / {SMALL} pending", run.db,
            times["vast"], times["small"], statements=statements["vast"],
        ),
        against(
            f"queue page at depth {depth:,} / page 1, {run.stored:,} stored", run.db,
            times["deep"], times["vast"], goal=1.15, statements=statements["deep"],
        ),
    ]  # fmt: skip


def key_at(business: Business, depth: int) -> UUID:
    keys = (
        BookingRequest.objects.filter(business=business).pending().order_by("id").values_list("id", flat=True)
    )
    return keys[depth]


def _browser(run: Run, *, plain: bool = False) -> Browser:
    """Dana's. An ordinary page has Django's ordinary middleware, which a browser loads at its first page."""
    browser = Browser()
    browser.force_login(run.town.dana)
    if plain:
        with override_settings(MIDDLEWARE=plain_page.MIDDLEWARE):
            browser.get("/plain/small")
    return browser


def _count(browser: Browser, page: str) -> int:
    browser.get(page)
    with recorded() as statements:
        answer = browser.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return len(statements)


def _loader(browser: Browser, page: str) -> Callable[[], Callable[[], None]]:
    return lambda: _loads(browser, page)


def _loads(browser: Browser, page: str) -> Callable[[], None]:
    def load() -> None:
        for _ in itertools.repeat(None, IN_A_ROW):
            browser.get(page)

    return load
