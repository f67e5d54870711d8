"""A request as the office reads it: who, what, when, how long it has waited, and what Approve will do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions.booking_requests import ApprovalPlan, Choices, Piece, Planner, PlanWords, RequestFacts
from ..models import BookingRequest, Business, Photo
from ..web.rendering import url
from ..wording import dates, rhythm
from ..wording.languages import choose_language, language_name

Kind = BookingRequest.Kind
ASKS_FOR_DATE = ("window_passed", "no_day_left", "date_past", "date_too_far")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to approve: its sentence, its button, and the fields that its form carries."""

    pieces: list[Piece]
    telling: str
    moved: str
    button: str
    fingerprint: str
    refusal: str
    as_recurring: bool
    charge: str  # "", "yes" or "no", as the form's field


@dataclass(frozen=True, slots=True)
class ReadyReason:
    """A ready-made reason: in the owner's language, and as the client will read it."""

    mine: str
    hers: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows, all of it in words. `date` is the ISO date now in the plan, empty where none;
    `planned_date` the one that the rules choose, so that a date sent back is known to be the owner's own."""

    id: UUID
    reference: str
    client: str
    first_name: str
    client_url: str
    initials: str
    kind: str
    kind_words: str
    service: str
    address: str
    window: str
    part_of_day: str
    how_often: str
    about_visit: str
    notes: str
    waited: str
    due: str
    due_state: str  # "", "today" or "overdue"
    photos: list[UUID]
    ways: list[Way]
    warnings: list[str]
    refusal: str
    asks_for_date: bool
    set_price_url: str
    planned_date: str
    date: str
    today: str
    date_words: str
    is_other_date: bool
    client_language: str
    telling: str = ""
    problem: str = ""  # what stopped the last press
    typed_reason: str = ""
    reasons: list[ReadyReason] = field(default_factory=list)


class CardMaker:
    """Makes the cards of one page; reads agreements, visits and photos once for all of them."""

    def __init__(self, business: Business, requests: Sequence[RequestFacts]) -> None:
        self.business = business
        self.planner = Planner.for_requests(business, requests)
        self.words = PlanWords(business)
        self.today = self.planner.today
        self.now = timezone.now()
        self.reasons: dict[tuple[bool, str], list[ReadyReason]] = {}
        self.photos = photos_of(business, [facts.id for facts in requests])

    def card(self, facts: RequestFacts, own_date: dt.date | None = None) -> Card:
        planned = self.planner.ways(facts)
        plans, is_other_date = self._on_date(planned, facts, own_date)
        first = plans[0]
        language, country = self.words.language, self.business.country
        hers = choose_language(facts.client_language, self.business.default_language)
        due, due_state = self._due(facts.reply_by)
        return Card(
            id=facts.id,
            reference=facts.reference,
            client=facts.client_name,
            first_name=facts.client_first_name(),
            client_url=url("office:client", business=self.business.slug, client_id=facts.client_id),
            initials=initials(facts.client_name),
            kind=facts.kind,
            kind_words=kind_words(facts.kind, facts.frequency),
            service=facts.service_name(language, self.business.default_language),
            address=facts.address,
            window=dates.window(facts.window_start, facts.window_end, language, country),
            part_of_day=rhythm.part_of_day(facts.part_of_day) or _("any time"),
            how_often=rhythm.how_often(facts.frequency) if facts.frequency else "",
            about_visit=self.words.day(facts.about_visit_date) if facts.about_visit_date else "",
            notes=facts.notes,
            waited=waited(self.now - facts.created_at),
            due=due,
            due_state=due_state,
            photos=self.photos.get(facts.id, []),
            ways=[self._way(plan, is_other_date) for plan in plans],
            warnings=self._warnings(plans),
            refusal=self.words.refusal(first) if all(plan.refusal for plan in plans) else "",
            asks_for_date=first.refusal in ASKS_FOR_DATE,
            set_price_url=self._set_price_url(facts) if any(p.refusal == "no_price" for p in plans) else "",
            planned_date=planned[0].date.isoformat() if planned[0].date else "",
            date=first.date.isoformat() if first.date else "",
            today=self.today.isoformat(),
            date_words=self.words.day(first.date) if first.date else "",
            is_other_date=is_other_date,
            client_language=language_name(hers, read_in=language),
            telling=self.words.telling(first),
            reasons=self._reasons(facts.kind, hers),
        )

    def _reasons(self, kind: str, hers: str) -> list[ReadyReason]:
        is_report = kind == Kind.ISSUE_REPORT
        if (is_report, hers) not in self.reasons:
            self.reasons[is_report, hers] = ready_reasons(kind, hers)
        return self.reasons[is_report, hers]

    def _on_date(
        self, planned: list[ApprovalPlan], facts: RequestFacts, own_date: dt.date | None
    ) -> tuple[list[ApprovalPlan], bool]:
        """The ways to approve, on the owner's date where she chose another than the rules would."""
        if own_date is None or own_date == planned[0].date:
            return planned, False
        return [self.planner.plan(facts, replace(chosen(plan), date=own_date)) for plan in planned], True

    def _way(self, plan: ApprovalPlan, is_other_date: bool) -> Way:
        charge = chosen(plan).charge
        return Way(
            pieces=self.words.pieces(plan),
            telling=self.words.telling(plan),
            moved=self.words.moved(plan),
            button=self._button(plan, is_other_date),
            fingerprint=plan.fingerprint,
            refusal=self.words.refusal(plan),
            as_recurring=plan.as_recurring,
            charge="" if charge is None else "yes" if charge else "no",
        )

    def _button(self, plan: ApprovalPlan, is_other_date: bool) -> str:
        """The words on the button say what it does (DESIGN section 6)."""
        if plan.facts.kind == Kind.ISSUE_REPORT:
            if not plan.is_charged:
                return _("Approve, no charge")
            return (
                _("Approve at %(price)s") % {"price": self.words.price(plan)}
                if plan.price_minor
                else _("Approve")
            )
        if plan.as_recurring:
            return _("Approve as %(often)s") % {"often": rhythm.adverb(plan.frequency)}
        if plan.facts.kind == Kind.RECURRING and plan.makes_client_service:
            return _("Approve once")
        if is_other_date and plan.date:
            return _("Approve for %(date)s") % {"date": self.words.day(plan.date)}
        return _("Approve")

    def _warnings(self, plans: Sequence[ApprovalPlan]) -> list[str]:
        """Of all ways, each once, in order."""
        return list(dict.fromkeys(text for plan in plans for text in self.words.warnings(plan)))

    def _due(self, reply_by: dt.date) -> tuple[str, str]:
        days = (self.today - reply_by).days
        if days == 0:
            return _("due today"), "today"
        if days == 1:
            return _("was due yesterday"), "overdue"
        if days > 1:
            day = dates.short_day(reply_by, self.words.language, self.business.country)
            return _("was due %(date)s") % {"date": day}, "overdue"
        return "", ""

    def _set_price_url(self, facts: RequestFacts) -> str:
        slug = self.business.slug
        back = url("office:request", business=slug, reference=facts.reference)
        wanted = {"service": facts.service_id, "property": facts.property_id, "next": back}
        page = url("office:new_client_service", business=slug, client_id=facts.client_id)
        return f"{page}?{urlencode(wanted)}"


def chosen(plan: ApprovalPlan) -> Choices:
    """The choices that this way of approving stands for; only an issue report asks about charging."""
    asks_charge = plan.facts.kind == Kind.ISSUE_REPORT
    return Choices(as_recurring=plan.as_recurring, charge=plan.is_charged if asks_charge else None)


def photos_of(business: Business, request_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The photos' ids by request, in their order. One statement."""
    rows = Photo.objects.filter(business=business, booking_request_id__in=request_ids).order_by("position")
    found: dict[UUID, list[UUID]] = {}
    for request_id, photo_id in rows.values_list("booking_request_id", "id"):
        found.setdefault(request_id, []).append(photo_id)
    return found


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def kind_words(kind: str, frequency: str) -> str:
    if kind == Kind.RECURRING:
        often = rhythm.how_often(frequency)
        return often[:1].upper() + often[1:]
    return _("Issue") if kind == Kind.ISSUE_REPORT else _("One-time")


def waited(since: dt.timedelta) -> str:
    """How long it has waited, rounded: "35 min", "19 h", "3 days"."""
    seconds = max(0, since.total_seconds())
    if seconds < 3600:
        return _("%(count)s min") % {"count": max(1, int(seconds // 60))}
    if seconds < 48 * 3600:
        return _("%(count)s h") % {"count": int(seconds // 3600)}
    days = int(seconds // 86400)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def reason_texts(kind: str) -> list[str]:
    """Ready-made reasons, in the language that is active."""
    if kind == Kind.ISSUE_REPORT:
        return [
            _("This is how it should look: it needs a little time."),
            _("We looked at it, and we'll watch it on your next visit."),
            _("This isn't something we do."),
        ]
    return [
        _("Those days are full."),
        _("We don't work on those days."),
        _("The weather won't allow it."),
        _("This isn't something we do."),
    ]


def ready_reasons(kind: str, hers: str) -> list[ReadyReason]:
    mine = reason_texts(kind)
    with translation.override(hers):
        return [ReadyReason(text, other) for text, other in zip(mine, reason_texts(kind), strict=True)]
