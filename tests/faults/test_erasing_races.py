"""A client is erased while something else is done to her: one of both, nothing of her left, no deadlock."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from sidegate.actions.booking_requests import (
    Ask,
    decline_booking_request,
    submit_booking_request,
    undo_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.clients import ClientDetails, change_client, let_in
from sidegate.actions.erasing import erase_client
from sidegate.actions.errors import Refused
from sidegate.actions.invariants import violations
from sidegate.actions.properties import add_property, change_property
from sidegate.actions.team import invite_member
from sidegate.models import BookingRequest, Business, Client, Message, Property, User
from tests import factories
from tests.conftest import Cast

from .test_races import at_once, fresh

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25
Act = Callable[[Cast, Client], Callable[[], Any]]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> None:
    settings.SIDEGATE_DATA_DIR = tmp_path


def a_client(cast: Cast, number: int) -> Client:
    """Ready to be erased; her words all hold "zenobia"."""
    made = factories.make_client(
        business=cast.greenlawn, name="Zenobia", email=f"zenobia{number}@example.com", notes="zenobia"
    )
    factories.make_portal_user(client=made)
    factories.make_property(client=made, address="1 Zenobia Street")
    return again(made)


def again(client: Client) -> Client:
    return Client.objects.select_related("business").get(pk=client.pk)


def submits(cast: Cast, client: Client) -> Callable[[], Any]:
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 3)
    place, user = client.properties.get(), client.portal_users.get().user
    ask = Ask("one_time", place.pk, cast.mowing.pk, day, day + timedelta(days=3), notes="zenobia")
    return lambda: submit_booking_request(business=cast.greenlawn, client=client, by=user, ask=ask, token="t")


def changes(cast: Cast, client: Client) -> Callable[[], Any]:
    details = ClientDetails(name="Zenobia II", email=f"new-{client.email}", notes="zenobia")
    return lambda: change_client(client, details)


def lets_in(cast: Cast, client: Client) -> Callable[[], Any]:
    return lambda: let_in(client, email=f"friend-{client.email}", name="Zenobia's friend")


def adds_an_address(cast: Cast, client: Client) -> Callable[[], Any]:
    return lambda: add_property(client, address="2 Zenobia Street")


def changes_an_address(cast: Cast, client: Client) -> Callable[[], Any]:
    place = Property.objects.select_related("client__business").get(client=client)
    return lambda: change_property(place, address="3 Zenobia Street", access_notes="zenobia")


def undoes(cast: Cast, client: Client) -> Callable[[], Any]:
    asked = declined(cast, client)
    return lambda: undo_booking_request(fresh(asked), by=cast.dana)


def withdraws(cast: Cast, client: Client) -> Callable[[], Any]:
    asked = factories.make_booking_request(
        client=client, property=client.properties.get(), service=cast.mowing, notes="zenobia"
    )
    return lambda: withdraw_booking_request(fresh(asked), by=cast.dana)


def declined(cast: Cast, client: Client) -> BookingRequest:
    """It can still be undone."""
    Business.objects.filter(pk=cast.greenlawn.pk).update(undo_seconds=60)
    asked = factories.make_booking_request(
        client=client, property=client.properties.get(), service=cast.mowing, notes="zenobia"
    )
    decline_booking_request(fresh(asked), by=cast.dana, reason="zenobia")
    return asked


@pytest.mark.parametrize(
    "act",
    [submits, changes, lets_in, adds_an_address, changes_an_address, undoes, withdraws],
    ids=lambda act: act.__name__,
)
def test_nothing_is_left_of_who_was_erased_meanwhile(cast: Cast, act: Act) -> None:
    for number in range(ROUNDS):
        client = a_client(cast, number)
        other = act(cast, client)
        at_once([lambda c=client: erase_client(again(c), by=cast.dana), other])
        stored = again(client)
        assert not stored.erased_at or words_of(stored) == set()
    assert violations() == []


def words_of(client: Client) -> set[str]:
    """Where "zenobia" still stands."""
    rows = {
        "client": [Client.objects.filter(pk=client.pk).values().get()],
        "addresses": Property.objects.filter(client=client).values(),
        "requests": BookingRequest.objects.filter(client=client).values(),
        "messages": Message.objects.filter(recipient=f"client:{client.pk}").values(),
        "people": User.objects.filter(portal_users__client=client).values(),
    }
    return {name for name, found in rows.items() if "zenobia" in str(list(found)).casefold()}


def test_a_form_pressed_twice_while_its_client_is_erased_is_one_request_or_none(cast: Cast) -> None:
    """Found by its token alone, the second form waited for the erasing, and the erasing for the second form."""
    for number in range(ROUNDS):
        client = a_client(cast, number)
        logs = calls(cast, client)
        erased, *logged = at_once([lambda c=client: erase_client(again(c), by=cast.dana), logs, logs])
        made = BookingRequest.objects.filter(client=client).count()
        assert made == (1 if isinstance(erased, Refused) else 0), (erased, logged)
    assert violations() == []


def calls(cast: Cast, client: Client) -> Callable[[], Any]:
    """What she asked on the phone, as the office writes it down."""
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 3)
    ask = Ask("one_time", client.properties.get().pk, cast.mowing.pk, day, day + timedelta(days=3))
    return lambda: submit_booking_request(
        business=cast.greenlawn, client=again(client), by=cast.dana, ask=ask, token="t", came_by="call"
    )


def test_erased_by_two_at_once_is_erased_once(cast: Cast) -> None:
    for number in range(ROUNDS):
        client = a_client(cast, number)
        answers = at_once([lambda c=client: erase_client(again(c), by=cast.dana)] * 2)
        assert sum(isinstance(answer, Refused) for answer in answers) == 1


def test_whoever_is_invited_to_an_office_at_that_moment_keeps_her_sign_in_or_gets_a_new_one(
    cast: Cast,
) -> None:
    for number in range(ROUNDS):
        client = a_client(cast, number)
        email = client.email
        at_once(
            [
                lambda c=client: erase_client(again(c), by=cast.dana),
                lambda e=email: invite_member(
                    cast.greenlawn, by=cast.dana, email=e, name="Zenobia", role="staff"
                ),
            ]
        )
        invited = User.objects.get(email=email)
        assert (invited.is_active, invited.memberships.count()) == (True, 1)
