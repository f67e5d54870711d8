"""The messages of a request: what each says, rendered before the transaction that stores them."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from babel.lists import format_list
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ...models import BookingRequest, Business, Membership
from ...wording import dates, rhythm
from ...wording.languages import choose_language, locale_of
from ...wording.money import money
from ..messages import Draft, Recipient, Words, draft, own_words
from ..visits import InCalendar
from .approval_plan import ApprovalPlan, PlanChange
from .facts import RequestFacts


class Letters:
    """Writes for one request; reads the business's own words for the keys once (one statement)."""

    def __init__(self, business: Business, facts: RequestFacts, *keys: str) -> None:
        self.business, self.facts = business, facts
        self.today = business.today()
        self.words: Words = own_words(business.pk, keys)

    def to_client(self, key: str, **values: str | date | int | None) -> Draft:
        """A message to the client in her language; every value that is a date or an amount is put in words."""
        recipient = self.facts.recipient(self.business.default_language)
        link = client_link(self.business, self.facts.reference)
        return self._draft(key, recipient, self.facts.client_first_name(), link, values)

    def to_office(
        self, key: str, members: Sequence[Recipient], **values: str | date | int | None
    ) -> list[Draft]:
        """One message to each member of the office, each in her own language."""
        link = office_link(self.business, self.facts.reference)
        return [self._draft(key, member, self.facts.client_name, link, values) for member in members]

    def _draft(
        self,
        key: str,
        recipient: Recipient,
        client: str,
        link: str,
        values: Mapping[str, str | date | int | None],
    ) -> Draft:
        with translation.override(recipient.language):
            said = {**self._about_request(recipient.language), "client": client, "link": link}
            said |= {name: self._in_words(value, recipient.language) for name, value in values.items()}
        return draft(key, words=self.words, recipient=recipient, values=said)

    def _about_request(self, language: str) -> dict[str, str]:
        facts, business = self.facts, self.business
        return {
            "business": business.name,
            "business_phone": business.phone,
            "reference": facts.reference,
            "service": facts.service_name(language, business.default_language),
            "address": facts.address,
            "kind": self._kind(language),
            "window": dates.window(facts.window_start, facts.window_end, language, business.country),
            "part_of_day": rhythm.part_of_day(facts.part_of_day),
            "how_often": rhythm.how_often(facts.frequency) if facts.frequency else "",
            "notes": facts.notes,
        }

    def _kind(self, language: str) -> str:
        """With the visit that it asks to move or to skip."""
        patterns = {
            "move_visit": _("Move the visit of %(date)s"),
            "skip_visit": _("Skip the visit of %(date)s"),
        }
        if self.facts.kind not in patterns or self.facts.about_visit_date is None:
            return kind_words(self.facts.kind)
        return patterns[self.facts.kind] % {"date": self._in_words(self.facts.about_visit_date, language)}

    def _in_words(self, value: str | date | int | None, language: str) -> str:
        """Dates and amounts in words; a word given lazily is read in the language now active."""
        if value is None:
            return ""
        if isinstance(value, date):
            return dates.day(value, language, self.business.country, today=self.today)
        if isinstance(value, int):
            return money(value, self.business.currency, language, self.business.country)
        return str(value)

    def approved(self, plan: ApprovalPlan, note: str, next_days: Sequence[date] = ()) -> Draft:
        """States the date that was scheduled and the price that holds (rules 10, 22); of a changed plan the days it
        has next."""
        if plan.visit:
            return self._visit_changed(plan, note)
        if plan.change:
            return self._plan_changed(plan, plan.change, note, next_days)
        at = self._hours(plan.arrives_from, plan.arrives_until, plan.language)
        return self.to_client(
            "booking.approved", date=plan.date, note=note, **at, **self.terms(plan, plan.language)
        )

    def _hours(self, first: time | None, last: time | None, language: str) -> dict[str, str]:
        """In place of the part of the day; empty where no hours were settled."""
        if first is None or last is None:
            return {}
        return {"part_of_day": dates.times(first, last, language, self.business.country)}

    def _plan_changed(
        self, plan: ApprovalPlan, change: PlanChange, note: str, next_days: Sequence[date]
    ) -> Draft:
        """The old rhythm beside the new one, and the price from then on."""
        language, country = plan.language, self.business.country
        with translation.override(language):
            name = self.facts.service_name(language, self.business.default_language)
            name = rhythm.agreement_name(name, change.was["frequency"])
            old, new = (rhythm.in_words(one, language) for one in (change.old_recurrence, change.recurrence))
        short = [dates.short_day(day, language, country) for day in next_days]
        return self.to_client(
            "booking.plan_changed",
            service=name,
            old_rhythm=old,
            rhythm=new,
            date=change.since,
            dates=format_list(short, locale=locale_of(language, country)),
            price=plan.price_minor,
            note=note,
            **self._hours(plan.arrives_from, plan.arrives_until, language),
        )

    def terms(self, plan: ApprovalPlan, language: str) -> dict[str, str]:
        """What holds whichever the day, in words: which service, how often, at which price; none to move a visit."""
        with translation.override(language):
            price = _("no charge") if not plan.is_charged else self._in_words(plan.price_minor, language)
            how_often = rhythm.how_often(plan.frequency) if plan.as_recurring else ""
            service = self.facts.service_name(language, self.business.default_language)
            service = rhythm.agreement_name(service, plan.frequency)
        return {"price": "" if plan.visit else price, "how_often": how_often, "service": service}

    def _visit_changed(self, plan: ApprovalPlan, note: str) -> Draft:
        """Of a moved visit the new day and the old one; of a skipped one its day."""
        with translation.override(plan.language):
            service = self.facts.service_name(plan.language, self.business.default_language)
            service = rhythm.agreement_name(service, plan.frequency)
        moved = plan.visit
        at = self._hours(moved.arrives_from, moved.arrives_until, plan.language) if moved else {}
        return self.to_client(
            key_of_approval(plan),
            **at,
            date=plan.date,
            old_date=self.facts.about_visit_date,
            note=note,
            service=service,
        )

    def in_calendar(self, plan: ApprovalPlan) -> InCalendar:
        """How the visits of the plan stand in her calendar."""
        with translation.override(plan.language):
            name = self.facts.service_name(plan.language, self.business.default_language)
            name = rhythm.agreement_name(name, plan.frequency)
        return InCalendar(self.business, name, self.facts.address, plan.language)

    def declined(self, reason: str) -> Draft:
        """To a client an issue report is answered, a visit of hers stays as it is, anything else cannot be done this
        time (rule 17)."""
        return self.to_client(key_of_decline(self.facts), reason=reason, date=self.facts.about_visit_date)


def key_of_approval(plan: ApprovalPlan) -> str:
    changes = {
        "visit_moved": "booking.moved",
        "visit_skipped": "booking.skipped",
        "plan_changed": "booking.plan_changed",
    }
    return changes.get(plan.outcome, "booking.approved")


def key_of_decline(facts: RequestFacts) -> str:
    if facts.kind in BookingRequest.OF_A_VISIT:
        return "booking.kept"
    return "booking.answered" if facts.kind == "issue_report" else "booking.declined"


def kind_words(kind: str) -> str:
    return {
        "one_time": _("One-time visit"),
        "recurring": _("Recurring service"),
        "issue_report": _("Issue report"),
        "move_visit": _("Move a visit"),
        "skip_visit": _("Skip a visit"),
    }[kind]


def office_members(business: Business) -> list[Recipient]:
    """The people of the office who are told of requests. One statement."""
    rows = Membership.objects.filter(business=business, is_active=True, user__is_active=True)
    rows = rows.exclude(role=Membership.Role.TECHNICIAN).order_by("id")
    return [
        Recipient(
            key=f"user:{user_id}",
            name=name,
            address=email,
            language=choose_language(language, business.default_language),
        )
        for user_id, name, email, language in rows.values_list(
            "user_id", "user__name", "user__email", "user__language"
        )
    ]


def client_link(business: Business, reference: str) -> str:
    return f"{settings.SIDEGATE_BASE_URL}/{business.slug}/requests/{reference}"


def office_link(business: Business, reference: str) -> str:
    return f"{settings.SIDEGATE_BASE_URL}/{business.slug}/office/requests/{reference}"
