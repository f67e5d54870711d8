"""Two people on one visit, one email, one agreement in the same instant, whichever database."""

from datetime import timedelta

import pytest

from sidegate.actions.client_services import cancel
from sidegate.actions.clients import ClientDetails, add_client
from sidegate.actions.errors import Conflict, InvalidInput
from sidegate.actions.settings import close_days
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit, complete_visit, put_on_schedule
from sidegate.models import Business, Client, ClientService, Event, Message, Visit
from tests import factories
from tests.conftest import Cast

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 30
WITH_ALL = (
    "client_service__business",
    "client_service__client",
    "client_service__property",
    "client_service__service",
)


def fresh(visit: Visit) -> Visit:
    return Visit.objects.select_related(*WITH_ALL, "booking_request").get(pk=visit.pk)


def agreement(cast: Cast, **fields: str) -> ClientService:
    made = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, **fields
    )
    return ClientService.objects.select_related("business", "client", "property", "service").get(pk=made.pk)


def test_one_of_moving_cancelling_and_completing_a_visit_wins_and_tells_once(cast: Cast) -> None:
    today = cast.greenlawn.today()
    another = VisitChanges(today + timedelta(days=300), "any", None, True)
    for _round in range(ROUNDS):
        visit = factories.make_visit(client_service=agreement(cast, frequency=""), date=today)
        answers = at_once(
            [
                lambda v=visit: cancel_visit(fresh(v), by=cast.dana, version=0),
                lambda v=visit: complete_visit(fresh(v), by=cast.dana, version=0),
                lambda v=visit: change_visit(fresh(v), another, by=cast.dana, version=0),
            ]
        )
        assert sum(isinstance(answer, Conflict) for answer in answers) == 2
        events = list(Event.objects.filter(visit=visit))
        assert len(events) == 1
        spoken = events[0].verb != Event.Verb.VISIT_COMPLETED
        assert Message.objects.filter(event__visit=visit).count() == spoken
        ended = {"visit_moved": "active", "visit_cancelled": "cancelled", "visit_completed": "completed"}
        assert ClientService.objects.get(visits=visit).status == ended[events[0].verb]


def test_one_email_typed_twice_at_once_is_one_client(cast: Cast) -> None:
    for number in range(ROUNDS):
        details = ClientDetails(name="Rosa", email=f"rosa{number}@example.com")
        answers = at_once([lambda d=details: add_client(cast.greenlawn, d)] * 2)
        assert sum(isinstance(answer, InvalidInput) for answer in answers) == 1
        assert Client.objects.filter(email=details.email).count() == 1


def test_put_on_the_schedule_twice_at_once_each_visit_is_made_once(cast: Cast) -> None:
    for _round in range(ROUNDS):
        weekly = agreement(cast)
        at_once([lambda a=weekly: put_on_schedule(a, by=cast.dana)] * 2)
        dates = list(weekly.visits.values_list("occurrence_date", flat=True))
        assert len(dates) == len(set(dates)) == 4


def test_a_visit_added_while_its_service_ends_is_not_left_behind(cast: Cast) -> None:
    for _round in range(ROUNDS):
        weekly = agreement(cast)
        at_once(
            [
                lambda a=weekly: put_on_schedule(a, by=cast.dana),
                lambda a=weekly: cancel(a, by=cast.dana, clears_schedule=True),
            ]
        )
        weekly.refresh_from_db()
        ahead = weekly.visits.filter(status="scheduled").exists()
        assert (weekly.status, ahead) in {("cancelled", False), ("active", True)}


def test_days_closed_by_two_people_at_once_are_both_closed(cast: Cast) -> None:
    today = cast.greenlawn.today()
    first, second = today + timedelta(days=300), today + timedelta(days=301)
    at_once([lambda d=day: close_days(cast.greenlawn, first=d, last=d) for day in (first, second)])
    assert Business.objects.get(pk=cast.greenlawn.pk).closed_dates == [str(first), str(second)]
