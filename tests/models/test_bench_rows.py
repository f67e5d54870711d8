"""What the bench writes in bulk names every column: a new one is noticed here, and not when someone measures."""

import pytest

from bench.crowd import COLUMNS, same_in_all
from sidegate.cli.seeding.store import Table
from sidegate.models import BookingRequest
from tests.conftest import Cast


@pytest.mark.django_db
def test_the_crowds_requests_are_whole(cast: Cast) -> None:
    Table(BookingRequest, COLUMNS, **same_in_all(cast.greenlawn))
