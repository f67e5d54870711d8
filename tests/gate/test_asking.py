"""Asking to sign in: what a stranger can learn from it (nothing), and who is written to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sidegate.actions.sign_in import answer_waiting_sign_ins
from sidegate.models import Message, SignIn, User

from .. import factories
from ..conftest import Cast

KNOWN, UNKNOWN = "maria@example.com", "nobod@example.com"
VALUES = re.compile(r"'[^']*'|s\d+_x\d+")
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def ask(browser: Browser, email: str, **fields: str) -> HttpResponse:
    return browser.post("/sign-in", {"email": email, **fields})  # type: ignore[return-value]


def seen(answer: HttpResponse) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    cookies = sorted(answer.cookies)
    body = CSRF.sub(b"", answer.content).replace(KNOWN.encode(), b"").replace(UNKNOWN.encode(), b"")
    return answer.status_code, {**headers, "cookies": str(cookies)}, body


def test_t28_a_known_and_an_unknown_address_get_the_same_answer_by_the_same_statements(cast: Cast) -> None:
    answers, statements = [], []
    for email in (KNOWN, UNKNOWN):
        browser = Browser()
        with CaptureQueriesContext(connection) as queries:
            answers.append((seen(ask(browser, email)), seen(browser.get("/sign-in/code"))))
        statements.append([VALUES.sub("", query["sql"]) for query in queries])
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]


def test_t28_a_wrong_code_tells_nothing_either(cast: Cast) -> None:
    answers, statements = [], []
    for email in (KNOWN, UNKNOWN):
        ask(Browser(), email)
        answer_waiting_sign_ins()
        with CaptureQueriesContext(connection) as queries:
            answers.append(seen(Browser().post("/sign-in/code", {"email": email, "code": "AAAAAAAA"})))  # type: ignore[arg-type]
        statements.append(len(queries))
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]


def test_the_page_only_stores_what_was_typed(cast: Cast) -> None:
    ask(Browser(), " Maria@Example.COM ", next="/greenlawn/requests/new")
    stored = SignIn.objects.get()
    assert (stored.email, stored.next_path) == ("maria@example.com", "/greenlawn/requests/new")
    assert (stored.business, stored.user, stored.token_hash) == (cast.greenlawn, None, None)
    assert not Message.objects.exists()


def test_the_worker_writes_to_whoever_has_the_address(cast: Cast) -> None:
    ask(Browser(), KNOWN)
    assert answer_waiting_sign_ins() == 1
    message = Message.objects.get()
    assert (message.to_address, message.language, message.business) == (KNOWN, "es", cast.greenlawn)
    assert SignIn.objects.get().user == cast.maria_user


def test_the_worker_writes_in_the_name_of_the_business_whose_page_it_was(cast: Cast) -> None:
    swims_too = factories.make_client(business=cast.bluepool, email=KNOWN)
    swims_too.portal_users.create(business=cast.bluepool, user=cast.maria_user)
    ask(Browser(), KNOWN, next="/bluepool/")
    answer_waiting_sign_ins()
    assert Message.objects.get().business == cast.bluepool


@pytest.mark.parametrize("gone", ["unknown", "deactivated", "belongs_nowhere"])
def test_nobody_else_is_written_to_and_the_asking_is_done_with(cast: Cast, gone: str) -> None:
    factories.make_user(email="nowhere@example.com")
    User.objects.filter(pk=cast.omar_user.pk).update(is_active=False)
    email = {"unknown": UNKNOWN, "deactivated": "omar@example.com", "belongs_nowhere": "nowhere@example.com"}[
        gone
    ]
    ask(Browser(), email)
    answer_waiting_sign_ins()
    assert not Message.objects.exists()
    assert SignIn.objects.get().looked_up_at is not None
    assert answer_waiting_sign_ins() == 0


def test_two_workers_that_see_the_same_asking_write_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from sidegate.actions import sign_in as actions

    ask(Browser(), KNOWN)
    asking = SignIn.objects.select_related("business").get()
    actions._answer(asking)
    actions._answer(asking)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    ["", "maria", "maria@", "a@b@c.com", "maria@example.com\nbcc:x@y.z", "m\x00@x.com", "x" * 300 + "@x.com"],
)
def test_what_is_no_address_is_said_at_the_field_and_stays_typed(cast: Cast, typed: str) -> None:
    answer = ask(Browser(), typed)
    assert answer.status_code == 422
    assert b"Please type your email address" in answer.content
    assert not SignIn.objects.exists()


def test_old_sign_ins_are_cleaned_away_with_their_messages(cast: Cast) -> None:
    ask(Browser(), KNOWN)
    answer_waiting_sign_ins()
    SignIn.objects.update(created_at=timezone.now() - timedelta(hours=25))
    answer_waiting_sign_ins()
    assert (SignIn.objects.count(), Message.objects.count()) == (0, 0)


def test_t30_a_foreign_host_is_refused(cast: Cast) -> None:
    assert Browser().post("/sign-in", {"email": KNOWN}, headers={"Host": "evil.test"}).status_code == 400
    assert not SignIn.objects.exists()


def test_t30_a_forwarded_host_changes_no_link(cast: Cast) -> None:
    Browser().post("/sign-in", {"email": KNOWN}, headers={"X-Forwarded-Host": "evil.test"})
    answer_waiting_sign_ins()
    assert "evil.test" not in Message.objects.get().text
