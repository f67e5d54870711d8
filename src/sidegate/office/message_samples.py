"""A message filled in with an invented example, so that an owner reads her words as a client would."""

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from ..actions.messages import BuiltIn, Draft, Recipient, Words, draft, validate_words
from ..models import Business
from ..wording import dates, rhythm
from ..wording.money import money


def preview(business: Business, key: str, language: str, words: BuiltIn) -> Draft | None:
    """None where the words could not be sent as they stand."""
    if validate_words(key, words.subject, words.text):
        return None
    recipient = Recipient(key="client:example", name="Maria Álvarez", address="", language=language)
    own = Words(business.pk, {(key, language): words})
    with translation.override(language):
        values = _example(business, language)
    return draft(key, words=own, recipient=recipient, values=values)


def _example(business: Business, language: str) -> dict[str, str]:
    """A value for every placeholder, in the language that is active."""
    today, country = business.today(), business.country
    first, last = today + timedelta(days=3), today + timedelta(days=5)
    day = dates.day(first, language, country, today=today)
    return {
        "business": business.name,
        "business_phone": business.phone,
        "reference": "K7Q-2MX",
        "client": "Maria",
        "service": _("Mowing"),
        "address": "12 Palm Court",
        "link": "https://…",
        "invited_by": "Dana Reyes",
        "kind": _("One-time visit"),
        "window": dates.window(first, last, language, country),
        "part_of_day": rhythm.part_of_day("morning"),
        "how_often": "",
        "notes": _("The grass is high after the rain."),
        "reply_by": dates.day(today + timedelta(days=1), language, country, today=today),
        "price": money(9500, business.currency, language, country),
        "date": day,
        "dates": " · ".join(dates.short_day(d, language, country) for d in (first, last)),
        "days": "\n".join(dates.day(d, language, country, today=today) for d in (first, last)),
        "warning": _("%(date)s is full already.") % {"date": day},
        "old_date": dates.day(last, language, country, today=today),
        "note": _("See you then!"),
        "reason": _("Those days are full."),
        "count": "2",
        "requests": _("Maria Álvarez, Mowing, promised by today: https://…"),
    }
