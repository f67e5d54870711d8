"""What an owner settles, and what is refused because of what is stored already."""

from datetime import date, timedelta

import pytest

from sidegate.actions.errors import InvalidInput
from sidegate.actions.message_templates import change_words, reset_words
from sidegate.actions.settings import change_business, close_days, hold_mail, open_day, release_mail
from sidegate.actions.visits import cancel_visit
from sidegate.models import Business, Message, MessageTemplate
from tests import factories
from tests.conftest import Cast


def stored(business: Business) -> Business:
    return Business.objects.get(pk=business.pk)


def test_settings_are_written_one_group_at_a_time(cast: Cast) -> None:
    change_business(cast.greenlawn, {"name": "Greenlawn & Co", "lead_days": 2})
    now = stored(cast.greenlawn)
    assert (now.name, now.lead_days, now.reply_promise_days) == ("Greenlawn & Co", 2, 1)


def test_only_settings_are_written(cast: Cast) -> None:
    with pytest.raises(ValueError, match="slug"):
        change_business(cast.greenlawn, {"slug": "bluepool"})


def test_the_currency_stays_once_something_has_a_price(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_business(cast.greenlawn, {"currency": "EUR", "name": "New"})
    assert set(refused.value.errors) == {"currency"}
    assert (stored(cast.greenlawn).currency, stored(cast.greenlawn).name) == ("USD", "Greenlawn")
    change_business(cast.bluepool, {"currency": "EUR"})
    assert stored(cast.bluepool).currency == "EUR"


def test_closed_days_are_kept_in_order_and_taken_back(cast: Cast) -> None:
    first = cast.greenlawn.today() + timedelta(days=10)
    close_days(cast.greenlawn, first=first, last=first + timedelta(days=1))
    close_days(cast.greenlawn, first=first - timedelta(days=5), last=first - timedelta(days=5))
    open_day(cast.greenlawn, first)
    expected = [first - timedelta(days=5), first + timedelta(days=1)]
    assert stored(cast.greenlawn).closed_dates == [day.isoformat() for day in expected]
    assert not stored(cast.greenlawn).calendar().is_working(expected[1])


@pytest.mark.parametrize("days", [-1, 60])
def test_closed_days_out_of_order_or_too_many_are_refused(cast: Cast, days: int) -> None:
    first = date(2026, 12, 24)
    with pytest.raises(InvalidInput) as refused:
        close_days(cast.greenlawn, first=first, last=first + timedelta(days=days))
    assert set(refused.value.errors) == {"last"}
    assert stored(cast.greenlawn).closed_dates == []


def test_held_mail_waits_until_it_is_released(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    hold_mail(cast.greenlawn)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    visit.client_service.business = cast.greenlawn
    cancel_visit(visit, by=cast.dana, version=0)
    assert Message.objects.get().status == "held"
    assert release_mail(cast.greenlawn) == 1
    assert Message.objects.get().status == "queued"
    assert not stored(cast.greenlawn).holds_mail


def test_own_words_are_checked_stored_once_and_given_up(cast: Cast) -> None:
    change_words(
        cast.greenlawn, key="visit.moved", language="es", subject="Nuevo día", text="Hola, {client}: {date}"
    )
    change_words(
        cast.greenlawn, key="visit.moved", language="es", subject="Otro día", text="Hola, {client}: {date}"
    )
    assert list(MessageTemplate.objects.values_list("subject", flat=True)) == ["Otro día"]
    with pytest.raises(InvalidInput) as refused:
        change_words(cast.greenlawn, key="visit.moved", language="es", subject="S", text="{client.password}")
    assert "text" in refused.value.errors
    reset_words(cast.bluepool, key="visit.moved", language="es")
    assert MessageTemplate.objects.count() == 1
    reset_words(cast.greenlawn, key="visit.moved", language="es")
    assert not MessageTemplate.objects.exists()
