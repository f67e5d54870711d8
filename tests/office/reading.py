"""Reading an office page as a person does, and counting what it asks of the database."""

import html
import re
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext


def text(answer: Any) -> str:
    """What stands on the page: tags out, white space folded."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def main(answer: Any) -> str:
    """The page without its frame."""
    inside = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", inside[0] if inside else "")))


def errors(answer: Any) -> dict[str, str]:
    """The sentence at each field that has one."""
    found = re.findall(
        r'<p class="error" id="(\w+)-error">.*?<span>(.*?)</span>', answer.content.decode(), re.DOTALL
    )
    return {name: html.unescape(words) for name, words in found}


def token(answer: Any) -> str:
    """The one-use token of the form on the page."""
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def statements(browser: Browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


class _Filled(HTMLParser):
    """Collects what a browser would send of a page's forms as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "select":
            self._select = name
            self.found.setdefault(name, [])
        elif tag == "option" and "selected" in has:
            self.found[self._select].append(value)
        elif tag == "input" and name and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self.found.setdefault(name, []).append(value)


def filled(answer: Any) -> dict[str, list[str]]:
    """The values of the page's inputs and selects, as they would be sent."""
    parser = _Filled()
    parser.feed(answer.content.decode())
    return parser.found
