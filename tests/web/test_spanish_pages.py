"""In Spanish no page says an English sentence: every route, as each who may open it, with and without errors."""

import re
from functools import lru_cache
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.test import Client as Browser

from sidegate.models import User

from ..conftest import Cast
from ..wording.test_catalogue import FOLDER
from .routes import every_route, real_parts
from .test_headers import SignedIn

# A text that is the same in both languages and has one of these words was left in English.
ENGLISH = re.compile(r"\b(the|you|your|they|with|and|for|from|are|not|what|when|this|that|to|on)\b", re.I)
SPOKEN = ("aria-label", "placeholder", "title", "alt")


class Spoken(HTMLParser):
    """What a page says: its texts, and the attributes that are read out; not what it marks as another language's."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag if dict(attrs).get("lang", "es") == "es" else "foreign")
        self.texts |= {value.strip() for name, value in attrs if name in SPOKEN and value}

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() not in (tag, "foreign"):
            pass

    def handle_data(self, data: str) -> None:
        if "foreign" not in self._within and self._within[-1:] not in (["script"], ["style"], ["textarea"]):
            self.texts.add(" ".join(data.split()))


@lru_cache
def catalogue() -> dict[str, str]:
    with (FOLDER / "django.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="es")}


def said_by(page: bytes) -> set[str]:
    spoken = Spoken()
    spoken.feed(page.decode())
    return spoken.texts - {""}


def pages_of(browser: Browser, parts: dict[str, object]) -> dict[str, set[str]]:
    """What each page says that this person may open; forms are also sent empty, for their errors."""
    found = {}
    for route in every_route():
        address = route.path(parts)
        for method, answer in (
            ("", browser.get(address)),
            (" sent empty", sent_empty(browser, route.name, address)),
        ):
            if answer is not None and answer["Content-Type"].startswith("text/html"):
                found[route.name + method] = said_by(answer.content)
    return found


def sent_empty(browser: Browser, name: str, address: str) -> object:
    asks = re.search(
        r"new|edit|add|change|settings|close|leave|service$|property$|template$|sign_in$|code$", name
    )
    return browser.post(address, {}) if asks else None


def speaking(language: str, user: User | None, signed_in: SignedIn) -> Browser:
    if user:
        User.objects.filter(pk=user.pk).update(language=language)
    browser = signed_in(user) if user else Browser()
    browser.raise_request_exception = False
    browser.post("/language", {"language": language})
    return browser


@pytest.mark.parametrize("actor", ["", "dana", "maria_user"])
def test_a_page_in_spanish_says_nothing_in_english(actor: str, cast: Cast, signed_in: SignedIn) -> None:
    parts = real_parts(cast)
    user = getattr(cast, actor) if actor else None
    spanish = pages_of(speaking("es", user, signed_in), parts)
    english = pages_of(speaking("en", user, signed_in), parts)
    left = {
        (name, text)
        for name, texts in spanish.items()
        for text in texts & english.get(name, set())
        if ENGLISH.search(text) or catalogue().get(text, text) != text
    }
    assert left == set()
