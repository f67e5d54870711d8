"""The first run through its pages: a code opens one page, and that page makes a business, or nothing at all."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.logos import logo_path
from sidegate.actions.set_up import new_set_up_code
from sidegate.actions.sign_in import answer_waiting_sign_ins
from sidegate.models import Business, Membership, Message, Service, SetUpCode, SignIn, User
from tests import factories, pictures
from tests.conftest import Cast
from tests.office.reading import errors, main

pytestmark = pytest.mark.django_db
PAGE = "/set-up/business"
TYPED = {
    "name": "Clear Gutters",
    "owner_name": "Rita Moss",
    "owner_email": "Rita@Example.com",
    "phone": "(305) 555-0142",
    "country": "US",
    "time_zone": "America/Denver",
    "currency": "USD",
    "language": "en",
    "working_days": ["0", "1", "5"],
    "reply_promise_days": "2",
    "lines": "3",
    "service_1_name": "Gutter cleaning",
    "service_1_price": "180",
    "service_1_often": "",
    "service_2_name": "Roof check",
    "service_2_price": "",
    "service_2_often": "monthly",
    "accent": "#FFEE88",
}
OFFICE = "/clear-gutters/office/requests"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SIDEGATE_DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def opened() -> Browser:
    """A browser in which a code was typed."""
    return holder(new_set_up_code())


def holder(code: str, browser: Browser | None = None) -> Browser:
    browser = browser or Browser()
    answer = browser.post("/set-up", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, PAGE), main(answer)
    return browser


def type_code(code: str, peer: str = "203.0.113.1", browser: Browser | None = None) -> Any:
    return (browser or Browser()).post("/set-up", {"code": code}, REMOTE_ADDR=peer)


def signed_in_as(browser: Browser) -> str:
    key = browser.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


def test_without_a_business_the_first_page_leads_to_the_set_up_page() -> None:
    assert Browser().get("/")["Location"] == "/set-up"
    factories.make_business()
    assert Browser().get("/")["Location"] == "/sign-in"


def test_the_page_is_closed_without_a_code() -> None:
    assert Browser().get(PAGE)["Location"] == "/set-up"
    answer = Browser().post(PAGE, TYPED)
    assert (answer.status_code, set(errors(answer))) == (422, {"code"})
    assert not Business.objects.exists()


def test_what_was_typed_makes_the_business_with_all_of_it(opened: Browser) -> None:
    answer = opened.post(PAGE, TYPED)
    assert (answer.status_code, answer["Location"]) == (302, OFFICE)
    made = Business.objects.get()
    assert (made.name, made.slug, made.phone) == ("Clear Gutters", "clear-gutters", "(305) 555-0142")
    assert (made.time_zone, made.currency, made.default_language) == ("America/Denver", "USD", "en")
    assert made.email == "rita@example.com", "answers to her messages come to her"
    assert (made.working_days, made.reply_promise_days, made.accent) == ([0, 1, 5], 2, "#ffee88")
    lines = Service.objects.order_by("position").values_list("names", "price_minor", "frequency")
    assert list(lines) == [({"en": "Gutter cleaning"}, 18000, ""), ({"en": "Roof check"}, None, "monthly")]
    membership = Membership.objects.get()
    assert (membership.role, membership.user.name, membership.user.email) == (
        "owner", "Rita Moss", "rita@example.com",
    )  # fmt: skip
    assert SetUpCode.objects.get().used_at is not None


def test_the_owner_is_in_her_office_with_her_first_steps_for_half_a_day(opened: Browser) -> None:
    page = opened.post(PAGE, TYPED, follow=True)
    assert signed_in_as(opened) == "rita@example.com"
    assert "Clear Gutters is there." in main(page)
    assert "First steps" in main(page)
    assert opened.session.get_expiry_age() <= 12 * 3600


def test_name_owner_email_and_one_service_are_enough(opened: Browser) -> None:
    page = opened.get(PAGE).content.decode()
    first = {"time_zone": "America/New_York", "currency": "USD", "language": "en", "country": "US"}
    for name, value in first.items():
        assert re.search(rf'name="{name}".*?<option value="{value}"[^>]* selected', page, re.DOTALL)
    needed = ("name", "owner_name", "owner_email", "service_1_name")
    stands_there = {
        **first,
        "working_days": [*"01234"],
        "reply_promise_days": "1",
        "accent": "#1c6a4a",
        "lines": "3",
    }
    opened.post(PAGE, {**stands_there, **{name: TYPED[name] for name in needed}})
    assert Business.objects.get().working_days == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("language", "country"),
    [
        ("es-MX,es;q=0.9", "MX"),
        ("de", "US"),
        ("en-GB", "GB"),
        ("xx-YY,fr-CA;q=0.5", "CA"),
        ("", "US"),
        ("-;q=x", "US"),
    ],
)
def test_the_browsers_language_proposes_the_country(opened: Browser, language: str, country: str) -> None:
    page = opened.get(PAGE, headers={"Accept-Language": language}).content.decode()
    assert f'<option value="{country}" selected' in page


def test_another_country_proposes_the_rest_and_loses_nothing(opened: Browser) -> None:
    answer = opened.post(PAGE, {**TYPED, "country": "ES", "then": "country"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<span id="sign-1" aria-hidden="true">€</span>' in page
    for chosen in ("ES", "Europe/Madrid", "EUR", "es"):
        assert re.search(rf'<option value="{chosen}"[^>]* selected', page)
    for kept in ("Clear Gutters", "Rita Moss", "Gutter cleaning", "180", "#FFEE88"):
        assert f'value="{kept}"' in page
    assert not Business.objects.exists()


def test_add_another_gives_one_more_line_up_to_thirty(opened: Browser) -> None:
    page = opened.post(PAGE, {**TYPED, "then": "line"}).content.decode()
    assert 'name="service_4_name"' in page and 'name="lines" value="4"' in page
    page = opened.post(PAGE, {**TYPED, "lines": "999", "then": "line"}).content.decode()
    assert 'name="service_30_name"' in page and "service_31_name" not in page and "Add another" not in page


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_email_that_is_missing_is_said_to_be_missing(opened: Browser, typed: str) -> None:
    answer = opened.post(PAGE, {**TYPED, "owner_email": typed})
    assert errors(answer) == {"owner_email": "The email is missing. You sign in with it."}


@pytest.mark.parametrize(
    ("field", "typed", "wrong"),
    [
        ("name", " ", "name"),
        ("name", "x" * 10_000, "name"),
        ("owner_name", "", "owner_name"),
        ("owner_name", "x" * 10_000, "owner_name"),
        ("owner_email", "rita", "owner_email"),
        ("owner_email", "x" * 10_000 + "@example.com", "owner_email"),
        ("phone", "none", "phone"),
        ("country", "XX", "country"),
        ("time_zone", "Mars/Base", "time_zone"),
        ("currency", "gold", "currency"),
        ("language", "tlh", "language"),
        ("working_days", [], "working_days"),
        ("working_days", ["9"], "working_days"),
        ("reply_promise_days", "31", "reply_promise_days"),
        ("reply_promise_days", "soon", "reply_promise_days"),
        ("accent", "green", "accent"),
        ("service_1_price", "95,00 €", "service_1_price"),
        ("service_1_price", "1e3", "service_1_price"),
        ("service_1_price", "-5", "service_1_price"),
        ("service_1_price", "9" * 19, "service_1_price"),
        ("service_1_name", "", "service_1_name"),
        ("service_1_name", "x" * 10_000, "service_1_name"),
        ("service_3_price", "20", "service_3_name"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence_at_its_field_and_nothing_typed_is_lost(
    opened: Browser, field: str, typed: Any, wrong: str
) -> None:
    answer = opened.post(PAGE, {**TYPED, field: typed})
    assert answer.status_code == 422
    assert set(errors(answer)) == {wrong}
    assert not Business.objects.exists() and not User.objects.exists()
    again = opened.post(PAGE, TYPED)  # the code was not used up
    assert again["Location"] == OFFICE


def test_a_price_in_another_currency_is_told_which_one(opened: Browser) -> None:
    answer = opened.post(PAGE, {**TYPED, "service_1_price": "95,00 €"})
    assert errors(answer)["service_1_price"] == "Write an amount in US dollars, such as 95.50."
    assert 'value="95,00 €"' in answer.content.decode()


def test_prices_are_read_as_the_country_writes_them() -> None:
    spain = {**TYPED, "country": "ES", "time_zone": "Europe/Madrid", "currency": "EUR", "language": "es",
             "phone": "", "service_1_price": "1.250,50 €"}  # fmt: skip
    browser = Browser(headers={"Accept-Language": "es"})
    holder(new_set_up_code(), browser)
    browser.post(PAGE, spain)
    assert Service.objects.order_by("position")[0].price_minor == 125050
    assert Service.objects.order_by("position")[0].names == {"es": "Gutter cleaning"}


def test_without_any_service_it_asks_for_one(opened: Browser) -> None:
    typed = {name: value for name, value in TYPED.items() if not name.startswith("service")}
    answer = opened.post(PAGE, typed)
    assert errors(answer) == {"service_1_name": "Write at least one service, such as Mowing."}


@pytest.mark.parametrize(("name", "slug"), [("🌿🌿", "business"), ("清洁", "business"), ("Demo", "demo-2")])
def test_any_name_gets_an_address(opened: Browser, name: str, slug: str) -> None:
    assert opened.post(PAGE, {**TYPED, "name": name})["Location"] == f"/{slug}/office/requests"
    assert Business.objects.get().name == name


def test_a_field_that_came_twice_is_no_form_of_ours(opened: Browser) -> None:
    assert opened.post(PAGE, {**TYPED, "name": ["A", "B"]}).status_code == 400
    assert not Business.objects.exists()


@pytest.mark.parametrize("unknown", [{"slug": "mine"}, {"role": "staff"}, {"id": "1"}, {"holds_mail": "1"}])
def test_t24_fields_that_are_not_on_the_page_are_ignored(opened: Browser, unknown: dict[str, str]) -> None:
    assert opened.post(PAGE, {**TYPED, **unknown})["Location"] == OFFICE
    assert not Business.objects.get().holds_mail


def test_pressed_twice_it_makes_one_business(opened: Browser) -> None:
    """Back, and the button once more; or a second press that comes while the first is at work."""
    before = opened.cookies["sessionid"].value
    opened.post(PAGE, TYPED)
    assert opened.post(PAGE, TYPED)["Location"] == "/"
    late = Browser()
    late.cookies["sessionid"] = before
    assert set(errors(late.post(PAGE, TYPED))) == {"code"}
    assert Business.objects.count() == 1


def test_the_loser_of_two_holders_keeps_what_she_typed_and_can_use_another_code() -> None:
    code = new_set_up_code()
    rita, luz = holder(code), holder(code)
    assert rita.post(PAGE, TYPED)["Location"] == OFFICE
    hers = {**TYPED, "name": "Jardines Luna", "owner_email": "luz@example.com"}
    with_logo = luz.post(PAGE, {**hers, "logo": pictures.upload()})
    assert errors(with_logo)["logo"] == "Please choose the picture once more."
    answer = luz.post(PAGE, hers)
    assert (answer.status_code, set(errors(answer))) == (422, {"code"})
    assert "This code was used already" in errors(answer)["code"]
    assert 'value="Jardines Luna"' in answer.content.decode()
    assert signed_in_as(luz) == ""
    answer = luz.post(PAGE, {**hers, "code": new_set_up_code()})
    assert answer["Location"] == "/jardines-luna/office/requests"
    assert Business.objects.count() == 2


def test_a_logo_stays_with_her_who_goes_on_with_another_code() -> None:
    code = new_set_up_code()
    rita, luz = holder(code), holder(code)
    luz.post(PAGE, {**TYPED, "name": "", "logo": pictures.upload()})
    rita.post(PAGE, TYPED)
    hers = {**TYPED, "name": "Jardines Luna", "owner_email": "luz@example.com"}
    assert luz.post(PAGE, hers).status_code == 422
    luz.post(PAGE, {**hers, "code": new_set_up_code()})
    made = Business.objects.get(slug="jardines-luna")
    assert logo_path(made.pk, made.logo_name).is_file()


# The code


def test_a_code_is_read_however_it_is_typed_and_only_its_keyed_hash_is_kept() -> None:
    code = new_set_up_code()
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert type_code(code.lower().replace("-", " ")).status_code == 302
    assert code.replace("-", "") not in str(list(SetUpCode.objects.values()))


def test_a_code_under_another_secret_key_is_no_code(settings: LazySettings) -> None:
    code = new_set_up_code()
    settings.SECRET_KEY = "another-secret-of-more-than-thirty-two-signs"
    assert type_code(code).status_code == 422


def test_wrong_codes_are_refused_in_words_and_after_five_for_a_while() -> None:
    code = new_set_up_code()
    answers = [type_code("AAAA-AAAA") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert (
        errors(answers[0])["code"] == "That code doesn't fit. It stands in the terminal, such as K7Q2-MXWP."
    )
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert "Wait 15 minutes" in errors(answers[-1])["code"]
    assert type_code(code).status_code == 429
    assert type_code(code, peer="203.0.113.2").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert type_code(code).status_code == 302


def test_every_try_is_counted_and_a_thousand_of_all_peers_spend_a_code() -> None:
    code = new_set_up_code()
    type_code("AAAA-AAAA")
    assert SetUpCode.objects.get().tries == 1
    SetUpCode.objects.update(tries=1000)
    assert "too old, or a newer one took its place" in errors(type_code(code))["code"]


@pytest.mark.parametrize("typed", ["", "x" * 30_000, "\x00", "💚💚💚💚", "' OR 1=1", "ＫＫＫＫ"])
def test_no_code_makes_a_fault(typed: str) -> None:
    assert type_code(typed).status_code == 422


def test_a_code_ends_after_a_day_and_a_used_one_says_so(opened: Browser) -> None:
    used = new_set_up_code()
    holder(used).post(PAGE, TYPED)
    assert "its business is there" in errors(type_code(used))["code"]
    old = new_set_up_code()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "too old" in errors(type_code(old))["code"]
        assert opened.get(PAGE)["Location"] == "/set-up"


def test_a_new_start_replaces_the_code_but_not_a_page_that_is_being_filled_in() -> None:
    first = new_set_up_code(replaces_others=True)
    rita = holder(first)
    second = new_set_up_code(replaces_others=True)
    assert type_code(first).status_code == 422
    assert type_code(second).status_code == 302
    assert rita.post(PAGE, TYPED)["Location"] == OFFICE


# Whose account it is


def test_an_address_that_has_a_sign_in_already_is_not_opened_by_a_code(cast: Cast, opened: Browser) -> None:
    answer = opened.post(PAGE, {**TYPED, "owner_email": "dana@example.com"})
    assert answer["Location"] == "/sign-in/code"
    assert signed_in_as(opened) == ""
    second = Business.objects.get(slug="clear-gutters")
    assert Membership.objects.filter(business=second, user=cast.dana, role="owner").exists()
    answer_waiting_sign_ins()
    asking = SignIn.objects.get(email="dana@example.com")
    assert (asking.next_path, Message.objects.get(sign_in=asking).to_address) == (OFFICE, "dana@example.com")


def test_an_owner_who_is_signed_in_sets_up_her_second_business_and_stays_herself(
    cast: Cast, office: Browser
) -> None:
    holder(new_set_up_code(), office)
    answer = office.post(PAGE, {**TYPED, "owner_email": "dana@example.com"}, follow=True)
    assert answer.redirect_chain[-1][0] == OFFICE
    assert signed_in_as(office) == "dana@example.com"
    assert office.get("/greenlawn/office/requests").status_code == 200


def test_someone_who_may_not_sign_in_owns_nothing(opened: Browser) -> None:
    factories.make_user(email="rita@example.com", is_active=False)
    assert set(errors(opened.post(PAGE, TYPED))) == {"owner_email"}
    assert not Business.objects.exists()


# The logo


def test_the_logo_comes_along_and_is_public(opened: Browser) -> None:
    logo = pictures.upload("logo.png", pictures.see_through("PNG"))
    opened.post(PAGE, {**TYPED, "logo": logo})
    made = Business.objects.get()
    assert logo_path(made.pk, made.logo_name).is_file()
    answer = Browser().get("/clear-gutters/logo")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


def test_a_logo_is_kept_while_something_else_is_mended(opened: Browser) -> None:
    answer = opened.post(PAGE, {**TYPED, "name": "", "logo": pictures.upload()})
    assert answer.status_code == 422
    assert "Your logo is here already" in main(answer)
    opened.post(PAGE, TYPED)
    made = Business.objects.get()
    assert logo_path(made.pk, made.logo_name).is_file()


def test_a_logo_can_be_taken_back_before_it_is_used(opened: Browser, data_dir: Path) -> None:
    opened.post(PAGE, {**TYPED, "name": "", "logo": pictures.upload()})
    opened.post(PAGE, {**TYPED, "no_logo": "on"})
    assert Business.objects.get().logo_name == ""
    assert [path for path in (data_dir / "logos").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: pictures.upload("logo.svg", b"<svg></svg>"), "logo.svg is not a photo"),
        (lambda: pictures.upload("half.jpg", pictures.jpeg()[:500]), "half.jpg is damaged"),
        (lambda: pictures.upload("huge.png", pictures.black_png(20_000, 20_000, colour=0)), "million pixels"),
        (lambda: pictures.upload("none.png", b""), "none.png is empty"),
    ],
)  # fmt: skip
def test_a_logo_that_is_none_is_told_and_the_rest_is_kept(
    opened: Browser, file: Callable[[], Any], said: str
) -> None:
    answer = opened.post(PAGE, {**TYPED, "logo": file()})
    assert answer.status_code == 422
    assert said in errors(answer)["logo"]
    assert 'value="Clear Gutters"' in answer.content.decode()
    assert not Business.objects.exists()


def test_without_room_for_pictures_the_rest_can_be_saved(
    opened: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidegate.actions.photos.files.LEAST_FREE_BYTES", 1 << 62)
    answer = opened.post(PAGE, {**TYPED, "logo": pictures.upload()})
    assert "Save the rest without it" in errors(answer)["logo"]
    assert opened.post(PAGE, TYPED)["Location"] == OFFICE


def test_a_logo_that_was_swept_meanwhile_keeps_nobody_from_her_business(
    opened: Browser, data_dir: Path
) -> None:
    opened.post(PAGE, {**TYPED, "name": "", "logo": pictures.upload()})
    for path in (data_dir / "logos").rglob("*.*"):
        path.unlink()
    opened.post(PAGE, TYPED)
    assert Business.objects.get().logo_name == ""
