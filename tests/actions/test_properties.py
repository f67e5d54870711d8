"""A client's addresses."""

from datetime import timedelta

import pytest

from sidegate.actions.errors import Conflict
from sidegate.actions.properties import add_property, archive_property, bring_back_property, change_property
from sidegate.models import Property
from tests import factories
from tests.conftest import Cast


def test_an_address_is_added_and_changed(cast: Cast) -> None:
    lake = add_property(cast.maria, address="3 Lake Road")
    change_property(lake, address="3 Lake Drive", access_notes="Key under the pot")
    stored = Property.objects.get(pk=lake.pk)
    assert (stored.client_id, stored.business_id) == (cast.maria.pk, cast.greenlawn.pk)
    assert (stored.address, stored.access_notes) == ("3 Lake Drive", "Key under the pot")


def test_an_address_with_visits_ahead_is_not_archived(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() + timedelta(days=1))
    with pytest.raises(Conflict, match="visits_ahead"):
        archive_property(cast.palm_court)
    assert Property.objects.active().filter(pk=cast.palm_court.pk).exists()
    visit.status = "cancelled"
    visit.save()
    archive_property(cast.palm_court)
    assert not Property.objects.active().filter(pk=cast.palm_court.pk).exists()
    bring_back_property(cast.palm_court)
    assert Property.objects.active().filter(pk=cast.palm_court.pk).exists()
