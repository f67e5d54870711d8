"""A new business has an address of its own, what its country proposes, and an owner who gets in."""

import pytest

from sidegate.actions.businesses import NewBusiness, main_time_zone, new_business
from sidegate.actions.errors import InvalidInput
from sidegate.models import Business, Membership, User
from sidegate.models.business import RESERVED_ADDRESSES
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def made(name: str = "Clear Gutters", owner_email: str = "Rita@Example.com", **typed: str) -> Business:
    business, _owner = new_business(NewBusiness(name=name, owner_email=owner_email, **typed))
    return business


def refused(**typed: str) -> dict[str, str]:
    fields = {"name": "Clear Gutters", "owner_email": "rita@example.com", **typed}
    with pytest.raises(InvalidInput) as refusal:
        new_business(NewBusiness(**fields))
    assert not Business.objects.exists() and not User.objects.exists()
    return dict(refusal.value.errors)


def test_a_new_business_has_its_owner_and_what_its_country_proposes() -> None:
    business, owner = new_business(NewBusiness(name="  Clear  Gutters ", owner_email="Rita@Example.com"))
    assert (business.slug, business.name) == ("clear-gutters", "Clear Gutters")
    assert (business.country, business.time_zone) == ("US", "America/New_York")
    assert (business.currency, business.default_language) == ("USD", "en")
    assert (owner.email, owner.language) == ("rita@example.com", "en")
    assert not owner.has_usable_password()
    membership = Membership.objects.get()
    assert (membership.business, membership.user, membership.role) == (business, owner, "owner")


@pytest.mark.parametrize(
    ("country", "proposed"),
    [
        ("mx", ("America/Mexico_City", "MXN", "es")),
        ("ES", ("Europe/Madrid", "EUR", "es")),
        ("GB", ("Europe/London", "GBP", "en")),
        ("CO", ("America/Bogota", "COP", "es")),
        ("FR", ("Europe/Paris", "EUR", "en")),
    ],
)
def test_the_country_proposes_zone_currency_and_language(
    country: str, proposed: tuple[str, str, str]
) -> None:
    business = made(country=country)
    assert (business.time_zone, business.currency, business.default_language) == proposed


def test_what_is_said_goes_before_what_the_country_proposes() -> None:
    business = made(time_zone="America/Denver", language="es", currency="eur", address="gutters")
    assert (business.time_zone, business.default_language) == ("America/Denver", "es")
    assert (business.currency, business.slug) == ("EUR", "gutters")


def test_an_address_that_is_taken_gets_a_number() -> None:
    assert [made(owner_email=f"r{n}@example.com").slug for n in range(3)] == [
        "clear-gutters",
        "clear-gutters-2",
        "clear-gutters-3",
    ]


@pytest.mark.parametrize("word", sorted(RESERVED_ADDRESSES))
def test_no_business_takes_a_word_of_ours(word: str) -> None:
    assert made(name=word.title()).slug == f"{word}-2"


def test_accents_leave_the_address_and_stay_in_the_name() -> None:
    business = made(name="Júlia’s Jardín")
    assert (business.slug, business.name) == ("julias-jardin", "Júlia’s Jardín")


def test_someone_known_owns_a_second_business_as_herself(cast: Cast) -> None:
    second, owner = new_business(NewBusiness(name="Second", owner_email="DANA@example.com", owner_name="D"))
    assert owner == cast.dana and owner.name == "Dana Reyes"
    assert set(cast.dana.memberships.values_list("business__slug", flat=True)) == {"greenlawn", second.slug}


def test_someone_who_may_not_sign_in_owns_nothing() -> None:
    factories.make_user(email="rita@example.com", is_active=False)
    with pytest.raises(InvalidInput) as refusal:
        made()
    assert refusal.value.errors == {"owner": "rita@example.com belongs to someone who may not sign in."}


@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ("name", " \n", "name"),
        ("name", "x" * 121, "name"),
        ("name", "清洁", "address"),
        ("owner_email", "rita", "owner"),
        ("owner_email", "", "owner"),
        ("country", "Texas", "country"),
        ("country", "XX", "country"),
        ("country", "FM", "time_zone"),
        ("time_zone", "Mars/Base", "time_zone"),
        ("time_zone", "../etc", "time_zone"),
        ("currency", "gold", "currency"),
        ("language", "tlh", "language"),
        ("address", "sign-in", "address"),
        ("address", "Has Space", "address"),
    ],
)
def test_what_cannot_be_taken_gets_one_sentence_and_leaves_nothing(field: str, typed: str, key: str) -> None:
    assert set(refused(**{field: typed})) == {key}


def test_everything_wrong_is_said_at_once() -> None:
    assert set(refused(name="", owner_email="x", country="??")) == {"name", "owner", "country"}


def test_a_chosen_address_that_is_taken_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        made(address="greenlawn")
    assert refusal.value.errors == {"address": "The address greenlawn is taken."}


def test_where_most_people_live() -> None:
    assert [main_time_zone(c) for c in ("US", "IT", "FM")] == ["America/New_York", "Europe/Rome", ""]
