"""Submit, approve and decline, the queue page and the badge, over HTTP: the real server with two workers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client as TestBrowser

from sidegate.models import User

from .acts import REASON
from .replay import recorded
from .results import Row, against, number
from .rounds import WARM_UP, Act, race
from .run import Run
from .server import Browser, free_port, running
from .town import Case, Town

WORKERS = 2
MOST_STATEMENTS = {"queue page": 12, "submit": 18, "approve": 18, "decline": 13}


def measure(run: Run) -> list[Row]:
    settings.ALLOWED_HOSTS = ["localhost"]
    port = free_port()
    words = ["web", "--workers", str(WORKERS)]
    with running(words, port, run.folder / "web.log", SIDEGATE_BASE_URL=f"http://localhost:{port}"):
        rows = _over_http(run, port)
    return [*rows, *_statements(run)]


def _over_http(run: Run, port: int) -> list[Row]:
    rounds = run.rounds // 3
    cases = iter(run.town.cases(3 * (rounds + WARM_UP) + 3))
    bare, dana = Browser(port), Browser(port, cookies_of(run.town.dana))
    times = race(
        rounds,
        bare=lambda: lambda: bare.get("/health/live"),
        page=lambda: lambda: expect(200, dana.get(queue_of(run.town))),
        **{name: _sending(make, cases, port, dana) for name, make in forms(run.town).items()},
    )
    names = {"page": "queue page"}
    return [
        against(f"{names.get(name, name)}, over HTTP / a bare view", run.db, times[name], times["bare"])
        for name in ("page", "submit", "approve", "decline")
    ]


def _statements(run: Run) -> list[Row]:
    """Session, user and badge included; counted with the same presses in this process."""
    cases = iter(run.town.cases(8))
    counts = {"queue page": _count(run.town.dana, "get", queue_of(run.town), None)}
    for name, make in forms(run.town).items():
        next_case = next(cases)
        who, path, fields = make(next_case)
        counts[name] = _count(who or run.town.dana, "post", path, fields)
    return [
        number(f"{name}: SQL statements", run.db, count, goal=MOST_STATEMENTS[name])
        for name, count in counts.items()
    ]


def _count(who: User, method: str, path: str, fields: Any) -> int:
    browser = TestBrowser(
        headers={"Host": "localhost", "HX-Request": "true"} if fields else {"Host": "localhost"}
    )
    browser.force_login(who)
    with recorded() as statements:
        answer = getattr(browser, method)(path, fields or {})
    assert answer.status_code in (200, 302), answer.status_code
    return len(statements)


Form = Callable[[Case], tuple[User | None, str, dict[str, str]]]


def forms(town: Town) -> dict[str, Form]:
    """Who sends what to where; Dana where nobody is named."""
    start = town.business.calendar().next_working(town.today + timedelta(days=3))
    assert start
    asked = {
        "kind": "one_time", "service": str(town.service.pk), "window_start": start.isoformat(),
        "window_end": (start + timedelta(days=2)).isoformat(), "part_of_day": "morning",
    }  # fmt: skip
    page = f"/{town.business.slug}/requests/new"

    def address(case: Case, act: str) -> str:
        return f"{queue_of(town)}/{case.booking_request.reference}/{act}"

    return {
        "submit": lambda case: (
            case.user, page, {**asked, "notes": case.booking_request.notes, "token": uuid4().hex}
        ),
        "approve": lambda case: (None, address(case, "approve"), {"note": ""}),
        "decline": lambda case: (None, address(case, "decline"), {"reason": REASON}),
    }  # fmt: skip


def queue_of(town: Town) -> str:
    return f"/{town.business.slug}/office/requests"


def _sending(make: Form, cases: Iterator[Case], port: int, dana: Browser) -> Callable[[], Act]:
    """With the connection already open, as a browser has it when the button is pressed."""

    def ready() -> Act:
        who, path, fields = make(next(cases))
        browser = Browser(port, cookies_of(who)) if who else dana
        if who:
            browser.get("/health/live")
        headers = {} if who else {"HX-Request": "true"}
        whole = {**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        status = 302 if who else 200

        def send() -> None:
            expect(status, browser.post(path, whole, **headers))

        return send

    return ready


def expect(status: int, answer: Any) -> None:
    if answer.status != status:
        raise RuntimeError(f"{answer.status}: {answer.text()[:2000]}")


def cookies_of(user: User) -> dict[str, str]:
    """Of a browser in which that person has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key), "csrftoken": _get_new_csrf_string()}
