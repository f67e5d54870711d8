"""Statements compiled once do what Django's own do, run after run and whatever the values."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import DateField, F
from pytest_django import DjangoAssertNumQueries

from sidegate.models import Client, Membership, Property, Visit
from sidegate.models.booking_request import badge_count
from sidegate.models.client import take_client
from sidegate.models.compiled import (
    Among,
    CompiledFirst,
    CompiledInsert,
    CompiledRows,
    CompiledUpdate,
    Given,
)
from tests import factories
from tests.conftest import Cast

FROM_A_DAY = CompiledRows(
    lambda: (
        Visit.objects.filter(client_service=Given("agreement"), date__gte=Given("day", DateField()))
        .order_by("date")
        .values_list("id", "date", "business__working_days")
    )
)


def test_rows_are_those_that_django_finds_with_the_values_given(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    first, second = (factories.make_visit(client_service=agreed, date=date(2026, 3, day)) for day in (3, 10))
    found = FROM_A_DAY.rows(agreement=agreed.pk, day=date(2026, 3, 1))
    assert found == [(v.pk, v.date, [0, 1, 2, 3, 4]) for v in (first, second)]
    assert [row[0] for row in FROM_A_DAY.rows(agreement=agreed.pk, day=date(2026, 3, 4))] == [second.pk]
    assert FROM_A_DAY.rows(agreement=uuid4(), day=date(2026, 3, 1)) == []


AMONG = CompiledRows(
    lambda: (
        Visit.objects.filter(Among("client_service_id", "agreements"), date__gte=Given("day", DateField()))
        .order_by("date")
        .values_list("id", flat=True)
    )
)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_one_statement_serves_any_number_of_keys(cast: Cast, count: int) -> None:
    agreed = [
        factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
        for _ in range(4)
    ]
    visits = [factories.make_visit(client_service=each, date=date(2026, 3, 10)) for each in agreed]
    found = AMONG.rows(agreements=[each.pk for each in agreed[:count]], day=date(2026, 3, 1))
    assert {key for (key,) in found} == {visit.pk for visit in visits[:count]}
    assert AMONG.rows(agreements=[uuid4()], day=date(2026, 3, 1)) == []


MEMBER = CompiledFirst(Membership, lambda: Membership.objects.filter(pk=Given("pk")), "business", "user")


def test_a_first_row_comes_whole_with_the_rows_it_points_to(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expected = Membership.objects.select_related("business", "user").get(user=cast.dana)
    MEMBER.first(pk=uuid4())
    with django_assert_num_queries(1):
        found = MEMBER.first(pk=expected.pk)
        assert found is not None
        pairs = ((found, expected), (found.business, expected.business), (found.user, expected.user))
        for ours, theirs in pairs:
            fields = [field.attname for field in theirs._meta.concrete_fields]
            assert [getattr(ours, f) for f in fields] == [getattr(theirs, f) for f in fields]
            assert not ours._state.adding
    assert MEMBER.first(pk=uuid4()) is None


def test_an_update_changes_the_rows_it_names_and_says_how_many(cast: Cast) -> None:
    rename = CompiledUpdate(
        lambda: Client.objects.filter(pk=Given("pk")), "name", decision_count=F("decision_count") + 1
    )
    assert rename.run(pk=cast.maria.pk, name="Maria O'Álvarez %s") == 1
    assert rename.run(pk=uuid4(), name="Nobody") == 0
    cast.maria.refresh_from_db()
    assert (cast.maria.name, cast.maria.decision_count) == ("Maria O'Álvarez %s", 1)
    assert Client.objects.filter(name=cast.omar.name).count() == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_insert_stores_rows_whole(cast: Cast, count: int) -> None:
    insert = CompiledInsert(Property)
    made = [
        Property(business=cast.greenlawn, client=cast.maria, address=f"{n} Lake Road") for n in range(count)
    ]
    insert.run(made)
    assert set(Property.objects.filter(address__endswith="Lake Road")) == set(made)
    assert not any(place._state.adding for place in made)


def test_an_insert_of_what_is_there_already_is_refused(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CompiledInsert(Property).run([cast.palm_court])


def test_a_client_is_taken_by_her_key_alone(cast: Cast) -> None:
    assert take_client(cast.maria.pk) is True
    assert take_client(uuid4()) is False
    cast.omar.refresh_from_db()
    assert cast.omar.decision_count == 0


def test_the_badge_counts_what_waits_in_the_business_up_to_its_cap(cast: Cast) -> None:
    for _ in range(3):
        factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, status="withdrawn"
    )
    assert (badge_count(cast.greenlawn.pk), badge_count(cast.bluepool.pk)) == (3, 0)
