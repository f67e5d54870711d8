"""Chromium, phone-sized unless a test says otherwise, signed in by the cookie of a session."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Signed
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from sidegate.models import User

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread; no query runs in it
PHONE = {"width": 390, "height": 844}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """Playwright's own Chromium where it is there, else the system's."""
    if os.path.exists(playwright.chromium.executable_path):
        return playwright.chromium.launch(args=list(FLAGS))
    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    return playwright.chromium.launch(executable_path=system, args=list(FLAGS))


@pytest.fixture
def open_as(live_server: Any, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_as(user, "/path", language="es", scripts=False)` is a page in a window of her own."""
    windows: list[BrowserContext] = []

    def opened(user: User | None, path: str = "/", **options: Any) -> Page:
        window = chromium.new_context(
            viewport=options.get("viewport", PHONE),
            java_script_enabled=options.get("scripts", True),
            color_scheme=options.get("scheme", "light"),
            reduced_motion="reduce",
        )
        windows.append(window)
        window.set_default_timeout(15_000)
        page = window.new_page()
        page.problems = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))  # type: ignore[attr-defined]
        window.add_cookies(cookies_of(live_server.url, user, options.get("language", "en")))
        page.goto(live_server.url + path)
        return page

    yield opened
    for window in windows:
        window.close()


def cookies_of(address: str, user: User | None, language: str) -> list[Any]:
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}]
    if user is not None:
        User.objects.filter(pk=user.pk).update(language=language)
        signed = Signed()
        signed.force_login(user, backend="sidegate.web.sessions.People")
        name = settings.SESSION_COOKIE_NAME
        cookies.append({"name": name, "value": signed.cookies[name].value, "url": address})
    return cookies
