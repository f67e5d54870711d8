"""The first day of a business, walked on a phone: from a code in the terminal to the first request approved.

What is counted are presses and typed fields, not seconds: at six seconds a press and ten a field, reading included, a
first-time user is through in under ten minutes. Run with -s to read the count.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.delivery.sink import Sink, part
from tests.faults.installation import Installation
from tests.postgres import PostgresServer

from .conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("serve")]
SECONDS_A_PRESS, SECONDS_A_FIELD, TEN_MINUTES = 6, 10, 600
WAIT_SECONDS = 60


@dataclass
class Person:
    """Someone at a phone of her own; what she presses and types is counted."""

    page: Page
    presses: int = 0
    fields: int = 0

    def press(self, words: str, role: Any = "button", **where: Any) -> None:
        self.presses += 1
        self.page.get_by_role(role, name=words, **where).last.click()

    def touch(self, what: Locator) -> None:
        self.presses += 1
        what.click()

    def type(self, label: str, words: str) -> None:
        self.fields += 1
        name = re.compile(rf"^\s*{label}\s*(\(optional\))?\s*$")
        self.page.get_by_label(name).first.fill(words)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink().open() as mails:
        yield mails


@pytest.fixture
def installation(tmp_path: Path, request: pytest.FixtureRequest, sink: Sink) -> Iterator[Installation]:
    """Tables and nothing in them, served in earnest."""
    server = PostgresServer() if request.config.getoption("db") == "postgres" else None
    made = Installation(tmp_path, server.url if server else f"sqlite:///{tmp_path}/sidegate.sqlite3")
    made.more["SIDEGATE_EMAIL_URL"] = sink.url
    assert made.run("migrate").returncode == 0
    made.start("serve", "--port", str(made.port), "--workers", "1")
    yield made
    made.stop()
    if server:
        server.stop()


@pytest.fixture
def owner(chromium: Browser) -> Iterator[Person]:
    yield from person(chromium, "en-US", scripts=True)


@pytest.fixture
def client(chromium: Browser) -> Iterator[Person]:
    yield from person(chromium, "en-US", scripts=True)


@pytest.fixture
def owner_without_scripts(chromium: Browser) -> Iterator[Person]:
    yield from person(chromium, "es-MX", scripts=False)


def person(chromium: Browser, locale: str, *, scripts: bool) -> Iterator[Person]:
    window = chromium.new_context(viewport=PHONE, locale=locale, java_script_enabled=scripts)
    window.set_default_timeout(15_000)
    yield Person(window.new_page())
    window.close()


def found(pattern: str, where: Any) -> str:
    """The first match in what `where()` gives, once it is there."""
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        if match := re.search(pattern, where()):
            return match[1]
        time.sleep(0.2)
    raise AssertionError(f"no {pattern} in {where()[-2000:]}")


def code_in_terminal(installation: Installation) -> str:
    return found(r"type the code (\S+)", (installation.folder / "server.log").read_text)


def link_in_mail(sink: Sink, address: str) -> str:
    def newest() -> str:
        return "".join(part(mail, "plain") for mail in sink.mails if address in str(mail["To"]))

    return found(r"(http://localhost:\d+/sign-in/\S+)", newest)


def set_up(owner: Person, installation: Installation) -> None:
    code = code_in_terminal(installation)
    owner.page.goto(installation.address)
    owner.type("Code", code)
    owner.press("Continue")
    owner.type("Business name", "Clear Gutters")
    owner.type("Your name", "Rita Moss")
    owner.type("Your email", "rita@example.com")
    owner.type("Service", "Gutter cleaning")
    owner.type("Price", "180")
    owner.press("Open my office")
    expect(owner.page.get_by_role("heading", name="First steps")).to_be_visible()


def send_test_mail(owner: Person) -> None:
    owner.press("Send yourself a test mail")
    expect(owner.page.get_by_text("Sent to rita@example.com")).to_be_visible(timeout=30_000)
    owner.press("To the requests", "link")


def add_client(owner: Person) -> None:
    owner.press("Add your clients", "link")
    owner.press("New client", "link")
    owner.type("Name", "Omar Brooks")
    owner.type("Email", "omar@example.com")
    owner.type("Address", "8 Cedar Row")
    owner.press("Add client")
    expect(owner.page.get_by_role("heading", name="Omar Brooks")).to_be_visible()


def ask(client: Person, installation: Installation, sink: Sink) -> None:
    client.page.goto(f"{installation.address}/clear-gutters/")
    client.type("Your email address", "omar@example.com")
    client.press("Send me a link")
    client.page.goto(link_in_mail(sink, "omar@example.com"))
    client.presses += 1
    client.press("Sign in as")
    client.press("+ Request a visit", "link")
    client.touch(client.page.get_by_label("One-time visit"))
    client.page.get_by_label("Service", exact=True).select_option(index=1)
    client.presses += 2
    client.touch(client.page.locator(".presets button").last)
    client.press("Send request")
    client.page.wait_for_url("**/sent")


def approve(owner: Person) -> None:
    owner.press("Requests", "link")
    owner.press("Approve", exact=True)
    expect(owner.page.locator('[data-test="answered"]')).to_contain_text("Approved")


def test_from_a_code_in_the_terminal_to_the_first_request_approved_in_under_ten_minutes(
    installation: Installation, owner: Person, client: Person, sink: Sink
) -> None:
    began = time.monotonic()
    set_up(owner, installation)
    send_test_mail(owner)
    add_client(owner)
    ask(client, installation, sink)
    approve(owner)
    took = time.monotonic() - began

    presses, fields = owner.presses + client.presses, owner.fields + client.fields
    seconds = SECONDS_A_PRESS * presses + SECONDS_A_FIELD * fields
    print(f"\n{presses} presses, {fields} fields: {seconds} s for a person, {took:.0f} s for this test")
    assert seconds < TEN_MINUTES
    assert (owner.presses, owner.fields) == (9, 9)
    assert (client.presses, client.fields) == (9, 1)
    assert installation.broken_invariants() == ""


def test_the_set_up_page_works_without_scripts_and_speaks_spanish(
    installation: Installation, owner_without_scripts: Person
) -> None:
    """Every press draws the page anew, and nothing typed is lost on the way."""
    owner, page = owner_without_scripts, owner_without_scripts.page
    code = code_in_terminal(installation)
    page.goto(installation.address)
    page.locator("#code").fill(code)
    page.locator(".button.primary").click()
    assert page.locator("#country").input_value() == "MX"
    page.locator("#name").fill("Jardines Luna")
    page.locator("#country").select_option("ES")
    page.locator('button[name="then"][value="country"]').click()
    assert page.locator("#currency").input_value() == "EUR"
    page.locator('button[name="then"][value="line"]').click()
    assert page.locator(".service-line").count() == 4
    page.locator("#owner_name").fill("Luz Luna")
    page.locator("#owner_email").fill("luz@example.com")
    page.locator("#service_4_name").fill("Poda")
    page.locator("#service_4_price").fill("95,00 €")
    page.locator("#service_4_price").press("Enter")
    page.wait_for_url("**/jardines-luna/office/requests")
    assert page.locator(".first-steps").is_visible()
    assert owner.presses == 0  # nothing of it is counted
