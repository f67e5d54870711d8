"""Pages for what went wrong: what happened, what was kept, what to do."""

from collections.abc import Callable

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory

from sidegate.models import SignIn
from sidegate.web import errors

from ..conftest import Cast

OURS = {"Origin": "http://localhost"}
NO_DATABASE = OperationalError("database is locked")


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """`breaks(fault)`: from now on, storing a sign-in raises the fault."""

    def break_it(fault: Exception) -> None:
        def refuse(**_fields: object) -> None:
            raise fault

        monkeypatch.setattr(SignIn.objects, "create", refuse)

    return break_it


@pytest.fixture
def browser(settings: object) -> Browser:
    settings.ALLOWED_HOSTS = ["localhost"]  # type: ignore[attr-defined]
    return Browser(raise_request_exception=False, headers={"Host": "localhost"})


def test_a_database_that_does_not_answer_keeps_what_was_typed(
    cast: Cast, breaks: object, browser: Browser
) -> None:
    breaks(NO_DATABASE)  # type: ignore[operator]
    typed = {"email": "maria@example.com", "next": '/greenlawn/?a="><script>'}
    answer = browser.post("/sign-in", typed, headers=OURS)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert 'action="/sign-in"' in page
    assert 'name="email" value="maria@example.com"' in page
    assert 'name="next" value="/greenlawn/?a=&#34;&gt;&lt;script&gt;"' in page
    assert page.count('name="csrfmiddlewaretoken"') == 1


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.test"}, {"Origin": "null"}])
def test_a_foreign_form_is_never_offered_again(
    cast: Cast, breaks: object, browser: Browser, origin: dict[str, str]
) -> None:
    breaks(NO_DATABASE)  # type: ignore[operator]
    page = browser.post("/sign-in", {"email": "maria@example.com"}, headers=origin).content.decode()
    assert "maria@example.com" not in page
    assert "<form" not in page


def test_a_page_that_cannot_be_read_asks_to_reload(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str) -> None:
        raise NO_DATABASE

    monkeypatch.setattr("sidegate.gate.sign_in.business_of", refuse)
    answer = browser.get("/sign-in?next=/greenlawn/")
    assert (answer.status_code, b"<form" in answer.content) == (503, False)


def test_a_fault_of_ours_is_a_500_in_words(cast: Cast, breaks: object, browser: Browser) -> None:
    breaks(RuntimeError("boom"))  # type: ignore[operator]
    answer = browser.post("/sign-in", {"email": "maria@example.com"}, headers=OURS)
    assert (answer.status_code, b"boom" in answer.content) == (500, False)
    assert b"our fault" in answer.content


def test_error_pages_ask_nothing_of_the_database(rf: RequestFactory) -> None:
    """Without the `db` fixture any statement fails the test."""
    request = rf.get("/somewhere")
    pages: list[Callable[[HttpRequest], HttpResponse]] = [
        errors.bad_request,
        errors.forbidden,
        errors.form_expired,
        errors.not_found,
        errors.server_error,
        errors.pause,
    ]
    assert [page(request).status_code for page in pages] == [400, 403, 403, 404, 500, 503]


def test_a_form_whose_csrf_token_is_gone_can_be_sent_again(cast: Cast, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]  # type: ignore[attr-defined]
    strict = Browser(enforce_csrf_checks=True, headers={"Host": "localhost"})
    answer = strict.post("/sign-in", {"email": "maria@example.com", "csrfmiddlewaretoken": "x"}, headers=OURS)
    assert answer.status_code == 403
    assert b'name="email" value="maria@example.com"' in answer.content
    assert not SignIn.objects.exists()


def test_a_body_that_is_too_large_is_said_in_words(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.post("/sign-in"), RequestDataTooBig())
    assert (answer.status_code, b"larger than we can take" in answer.content) == (413, True)


def test_too_much_text_is_no_fault(cast: Cast, browser: Browser) -> None:
    answer = browser.post("/sign-in", {"email": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_buttons_address_opened_like_a_page_is_answered_in_words(cast: Cast) -> None:
    answer = Browser().get("/language")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert b"belongs to a button" in answer.content


def test_error_pages_speak_the_persons_language(cast: Cast) -> None:
    browser = Browser(headers={"Accept-Language": "es"})
    assert browser.get("/no/such/page/at-all")["Content-Language"] == "es"
