"""The cast, ready to act (see tests/factories.py), and a signed-in way to each room."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from sidegate.models import Business, Client, Property, Service, User

from . import factories


@dataclass
class Cast:
    """Greenlawn and Bluepool with their people; rows beyond these a test makes itself."""

    greenlawn: Business
    dana: User
    maria: Client
    maria_user: User
    palm_court: Property
    mowing: Service
    omar: Client
    omar_user: User
    cedar_row: Property
    bluepool: Business
    bea: User
    bluepool_client: Client
    bluepool_client_user: User


@pytest.fixture
def cast(db: None) -> Cast:
    greenlawn = factories.make_business()
    bluepool = factories.make_business(slug="bluepool", name="Bluepool")
    maria = factories.make_client(business=greenlawn, email="maria@example.com")
    omar = factories.make_client(
        business=greenlawn, name="Omar Brooks", language="en", email="omar@example.com"
    )
    swimmer = factories.make_client(
        business=bluepool, name="Sam Waters", language="en", email="sam@example.com"
    )
    return Cast(
        greenlawn=greenlawn,
        dana=factories.make_member(business=greenlawn, email="dana@example.com").user,
        maria=maria,
        maria_user=factories.make_portal_user(client=maria).user,
        palm_court=factories.make_property(client=maria),
        mowing=factories.make_service(business=greenlawn),
        omar=omar,
        omar_user=factories.make_portal_user(client=omar).user,
        cedar_row=factories.make_property(client=omar, address="8 Cedar Row"),
        bluepool=bluepool,
        bea=factories.make_member(business=bluepool, email="bea@example.com", name="Bea Lin").user,
        bluepool_client=swimmer,
        bluepool_client_user=factories.make_portal_user(client=swimmer).user,
    )


@pytest.fixture
def signed_in() -> Callable[[User], Browser]:
    """`signed_in(user)` is a browser in which that person has signed in."""

    def sign_in(user: User) -> Browser:
        browser = Browser()
        browser.force_login(user, backend="sidegate.web.sessions.People")
        return browser

    return sign_in


@pytest.fixture
def office(cast: Cast, signed_in: Callable[[User], Browser]) -> Browser:
    """Dana's browser."""
    return signed_in(cast.dana)


@pytest.fixture
def portal(cast: Cast, signed_in: Callable[[User], Browser]) -> Browser:
    """Maria's browser."""
    return signed_in(cast.maria_user)
