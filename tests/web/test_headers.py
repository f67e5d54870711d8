"""What every answer carries, and what every cookie is (CASES D16, D21, D24, T39)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from sidegate.models import User

from ..conftest import Cast
from .routes import every_route, real_parts

PAGE_POLICY = {
    "default-src 'self'",
    "img-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
SAME_FOR_EVERYONE = {"gate:theme", "gate:logo", "gate:live", "gate:ready", "gate:calendar"}
SignedIn = Callable[[User], Browser]


@pytest.mark.parametrize("actor", ["", "dana", "maria_user"])
def test_t39_every_answer_carries_the_headers(actor: str, cast: Cast, signed_in: SignedIn) -> None:
    parts = real_parts(cast)
    browser = signed_in(getattr(cast, actor)) if actor else Browser()
    browser.raise_request_exception = False
    bare = {
        f"{route.name}: {header}"
        for route in every_route()
        for header in missing(route.name, browser.get(route.path(parts)))
    }
    assert bare == set()


def missing(route: str, answer: HttpResponse) -> set[str]:
    """The headers that are not as they should be."""
    policy = set(answer.get("Content-Security-Policy", "").split("; "))
    is_page = answer.get("Content-Type", "").startswith("text/html")
    wrong = {name for name, value in HEADERS.items() if answer.get(name) != value}
    wrong |= (
        {"Content-Security-Policy"}
        if (is_page and policy != PAGE_POLICY) or "'unsafe" in str(policy)
        else set()
    )
    if route not in SAME_FOR_EVERYONE:
        wrong |= {"Cache-Control"} if answer.get("Cache-Control") != "private, no-store" else set()
        wrong |= {"Vary"} if "Cookie" not in answer.get("Vary", "") else set()
    return wrong


def test_t39_cookies_are_for_this_site_alone_and_out_of_reach_of_scripts(cast: Cast) -> None:
    browser = Browser()
    browser.get("/sign-in")
    browser.post("/sign-in", {"email": "maria@example.com"})
    browser.post("/language", {"language": "es"})
    assert set(browser.cookies) == {"csrftoken", "sessionid", "language"}
    for cookie in browser.cookies.values():
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert all(browser.cookies[name]["httponly"] for name in ("sessionid", "language", "csrftoken"))


IN_EARNEST = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "sidegate.config.settings"
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "DEBUG",
         "ALLOWED_HOSTS", "SECURE_HSTS_SECONDS", "USE_X_FORWARDED_HOST")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_t39_in_earnest_djangos_own_checks_find_nothing(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SIDEGATE_DATA_DIR": str(tmp_path),
        "SIDEGATE_BASE_URL": "https://visits.example.org",
        "SIDEGATE_SECRET_KEY": "k9X-" * 16 + "qwertyuiopasdfghjkl",
        "SIDEGATE_EMAIL_URL": "smtp://localhost:25",
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_EARNEST], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["visits.example.org"],
        "SECURE_HSTS_SECONDS": 31536000,
        "USE_X_FORWARDED_HOST": False,
    }
