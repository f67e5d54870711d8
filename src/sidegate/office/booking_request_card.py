"""A request as the office reads it: who, what, when, how long it has waited, and what Approve will do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.translation import ngettext, pgettext

from ..actions.booking_requests import ApprovalPlan, Piece, Planner, PlanWords, RequestFacts, around_the_days
from ..actions.proposals.propose import can_be_offered
from ..models import BookingRequest, Business, DateProposal, Photo
from ..models.compiled import Among, CompiledRows, Given
from ..web.rendering import url
from ..wording import dates, rhythm
from ..wording.languages import choose_language, language_name
from ..wording.phrases import gettext as _
from ..wording.phrases import in_language
from .booking_request_day import DayInWords, DayWords
from .booking_request_reasons import ReadyReason, ReadyReasons

Kind = BookingRequest.Kind
ASKS_FOR_DATE = ("window_passed", "no_day_left", "date_past", "date_too_far", "same_day")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to approve: its sentence, its button, and the fields that its form carries; numbered from 1."""

    number: int
    pieces: list[Piece]
    date_label: str
    telling: str
    moved: str
    button: str
    fingerprint: str
    refusal: str
    as_recurring: bool
    charge: str  # "", "yes" or "no", as the form's field


@dataclass(frozen=True, slots=True)
class Offered:
    """It is the client's turn: the dates that are open, each with its ISO date, and what was said with them."""

    words: str
    days: list[tuple[str, str]]
    part_of_day: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows, all of it in words. `date` is the ISO date now in the plan, empty where none;
    `planned_date` the one that the rules choose, so that a date sent back is known to be the owner's own."""

    reference: str
    client: str
    first_name: str
    client_url: str
    initials: str
    kind_words: str
    came: str  # how it came where the office wrote it down, else empty
    what: str  # the service and where
    service: str
    address: str
    when: str  # the dates, the part of the day, and the visit that it is about
    dates: str
    how_often: str
    about_visit: str
    notes: str
    waited: str  # how long, and whether the reply is due
    tone: str  # of that sign: "", " wait" or " late"
    photos: list[UUID]
    ways: list[Way]
    warnings: list[str]
    refusal: str
    asks_for_date: bool
    set_price_url: str
    planned_date: str
    date: str
    today: str
    reason_label: str
    reason_tip: str
    decline_press: str
    ask_url: str = ""  # to ask the client about dates; empty where that makes no sense
    ask_press: str = ""
    changes_url: str = ""  # to approve with changes; empty where nothing can be changed
    plan_url: str = ""  # to change the plan that they have, instead of adding a visit
    asks_this_date: bool = False  # the date now in the plan is outside those asked for
    offered: Offered | None = None  # what is open to the client
    around: DayInWords | None = None  # of the day that is now in the plan
    problem: str = ""  # what stopped the last press
    typed_note: str = ""
    typed_reason: str = ""
    reason_problem: str = ""
    reasons: tuple[ReadyReason, ...] = ()


class CardMaker:
    """Makes the cards of one page; reads agreements, visits and photos once for all of them."""

    def __init__(self, business: Business, requests: Sequence[RequestFacts]) -> None:
        self.business = business
        self.planner = Planner.for_requests(business, requests)
        self.words = PlanWords(business)
        self._ = in_language(self.words.language)
        self.today = self.planner.today
        self.now = timezone.now()
        self.ready = ReadyReasons()
        # Looked up once: what follows is put behind it (each look costs on fifty cards).
        self.queue = url("office:requests", business=business.slug) + "/"
        self.photos = photos_of(business, [facts.id for facts in requests])
        self.offers = open_offers(business, [facts.id for facts in requests if is_clients_turn(facts)])

    def cards(self, requests: Sequence[RequestFacts], own_date: dt.date | None = None) -> list[Card]:
        """With what stands around the day of each plan, read once for all of them."""
        planned = [(facts, *self._planned(facts, own_date)) for facts in requests]
        chosen = [
            (facts, plans[0].date)
            for facts, plans, _rules_date in planned
            if plans[0].date and not all(plan.refusal for plan in plans)
        ]
        around, words = around_the_days(self.planner.room, chosen), DayWords(self.business, self.words)
        return [
            self._card(
                facts,
                plans,
                rules_date,
                words.of(around[facts.id], facts.client_first_name()) if facts.id in around else None,
            )
            for facts, plans, rules_date in planned
        ]

    def _planned(
        self, facts: RequestFacts, own_date: dt.date | None
    ) -> tuple[list[ApprovalPlan], dt.date | None]:
        """The ways to approve, on the owner's date where she chose another than the rules would; and the date that
        the rules choose."""
        planned = self.planner.ways(facts)
        rules_date = planned[0].date
        if own_date is None or own_date == rules_date:
            return planned, rules_date
        return [self.planner.plan(facts, replace(plan.way, date=own_date)) for plan in planned], rules_date

    def _card(
        self,
        facts: RequestFacts,
        plans: list[ApprovalPlan],
        rules_date: dt.date | None,
        around: DayInWords | None,
    ) -> Card:
        first = plans[0]
        language, country = self.words.language, self.business.country
        hers = choose_language(facts.client_language, self.business.default_language)
        service = facts.service_name(language, self.business.default_language)
        window = dates.brief_window(facts.window_start, facts.window_end, language, country)
        part_of_day, about = rhythm.part_of_day(facts.part_of_day, self._), facts.about_visit_date
        any_time = self._("any time")
        waited, tone = self._waited(facts)
        name = facts.client_first_name()
        return Card(
            reference=facts.reference,
            client=facts.client_name,
            first_name=name,
            client_url=url("office:client", business=self.business.slug, client_id=facts.client_id),
            initials=initials(facts.client_name),
            kind_words=kind_words(facts.kind, facts.frequency),
            came=came_by_words(facts.came_by) if facts.came_by else "",
            what=f"{service} · {facts.address}",
            service=service,
            address=facts.address,
            when=" · ".join(filter(None, (window, part_of_day, self._about(facts.kind, about))))
            if about
            else f"{window} · {part_of_day or any_time}",
            dates=f"{window} · {part_of_day or any_time}",
            how_often=rhythm.how_often(facts.frequency, self._) if facts.frequency else "",
            about_visit=self.words.day(about) if about else "",
            notes=facts.notes,
            waited=waited,
            tone=tone,
            photos=self.photos.get(facts.id, []),
            ways=[
                self._way(number, plan, first.date != rules_date, len(plans) > 1)
                for number, plan in enumerate(plans, start=1)
            ],
            warnings=self._warnings(plans),
            refusal=self.words.refusal(first) if all(plan.refusal for plan in plans) else "",
            asks_for_date=first.refusal in ASKS_FOR_DATE,
            set_price_url=self._set_price_url(facts) if any(p.refusal == "no_price" for p in plans) else "",
            planned_date=rules_date.isoformat() if rules_date else "",
            date=first.date.isoformat() if first.date else "",
            today=self.today.isoformat(),
            reason_label=self._("Reason, as %(name)s will read it") % {"name": name},
            reason_tip=self._reason_tip(name, language_name(hers, read_in=language)),
            decline_press=self._("Decline and tell %(name)s") % {"name": name},
            reasons=self.ready.reasons(facts.kind, hers),
            around=around,
            **self._asking(facts, first, name),
        )

    def _asking(self, facts: RequestFacts, plan: ApprovalPlan, name: str) -> dict[str, Any]:
        """Asking her about dates, where a date mends it; and those that are open to her already."""
        if not can_be_offered(plan):
            return {}
        is_outside = any(warned.code == "outside_window" for warned in plan.warnings)
        offer = self.offers.get(facts.id)
        page = f"{self.queue}{facts.reference}/dates"
        press = self._("Ask %(name)s about this date") if is_outside else self._("Ask %(name)s about dates")
        return {
            **self._changing(facts, plan),
            "ask_url": f"{page}?date={plan.date.isoformat()}" if is_outside and plan.date else page,
            "ask_press": (self._("Offer other dates") if offer and not is_outside else press)
            % {"name": name},
            "asks_this_date": is_outside,
            "offered": self._offered(name, *offer) if offer else None,
        }

    def _changing(self, facts: RequestFacts, plan: ApprovalPlan) -> dict[str, str]:
        page = f"{self.queue}{facts.reference}/changes"
        has_plan = facts.kind == Kind.RECURRING and not plan.makes_client_service
        return {"changes_url": page, "plan_url": f"{page}?plan=1" if has_plan else ""}

    def _offered(self, name: str, days: list[str], part_of_day: str) -> Offered:
        words = self._("%(name)s's turn. You offered:") % {"name": name}
        shown = [(day, self.words.day(dt.date.fromisoformat(day))) for day in days]
        return Offered(words, shown, rhythm.part_of_day(part_of_day, self._))

    def _about(self, kind: str, visit: dt.date) -> str:
        if kind == Kind.SKIP_VISIT:
            return ""  # the window is that day
        day = dates.short_day(visit, self.words.language, self.business.country)
        if kind == Kind.MOVE_VISIT:
            return self._("instead of %(date)s") % {"date": day}
        return self._("about %(date)s") % {"date": day}

    def _reason_tip(self, name: str, language: str) -> str:
        tip = self._("%(name)s reads %(language)s. Even an awkward reason reads better than silence.")
        return tip % {"name": name, "language": language}

    def _way(self, number: int, plan: ApprovalPlan, is_other_date: bool, has_two_ways: bool) -> Way:
        charge = plan.way.charge
        return Way(
            number=number,
            pieces=self.words.pieces(plan),
            date_label=self._date_label(plan),
            telling=self.words.telling(plan),
            moved=self.words.moved(plan),
            button=self._button(plan, is_other_date, has_two_ways),
            fingerprint=plan.fingerprint,
            refusal=self.words.refusal(plan),
            as_recurring=plan.as_recurring,
            charge="" if charge is None else "yes" if charge else "no",
        )

    def _date_label(self, plan: ApprovalPlan) -> str:
        day = self.words.day(plan.date) if plan.date else ""
        return self._("Another day, now %(date)s") % {"date": day}

    def _button(self, plan: ApprovalPlan, is_other_date: bool, has_two_ways: bool) -> str:
        """The words on the button say what it does, on which day where the owner chose it (DESIGN section 6)."""
        press = self._press(plan)
        if not (is_other_date and plan.date):
            return press
        day = self.words.day(plan.date)
        return (
            f"{press}\N{NO-BREAK SPACE}· {day}"
            if has_two_ways
            else self._("Approve for %(date)s") % {"date": day}
        )

    def _press(self, plan: ApprovalPlan) -> str:
        if plan.facts.kind == Kind.ISSUE_REPORT:
            if not plan.is_charged:
                return self._("Approve, no charge")
            return (
                self._("Approve at %(price)s") % {"price": self.words.price(plan)}
                if plan.price_minor
                else self._("Approve")
            )
        if plan.as_recurring:
            return self._("Approve as %(often)s") % {"often": rhythm.adverb(plan.frequency, self._)}
        if plan.facts.kind == Kind.RECURRING and plan.makes_client_service:
            return self._("Approve once")
        return self._("Approve")

    def _warnings(self, plans: Sequence[ApprovalPlan]) -> list[str]:
        """Of all ways, each once, in order."""
        return list(dict.fromkeys(text for plan in plans for text in self.words.warnings(plan)))

    def _waited(self, facts: RequestFacts) -> tuple[str, str]:
        """How long it waits and whether the reply is due, with the tone of that sign."""
        if is_clients_turn(facts):
            return waited(self.now - facts.created_at), ""
        late = (self.today - facts.reply_by).days
        if late > 1:
            day = dates.short_day(facts.reply_by, self.words.language, self.business.country)
            return self._("was due %(date)s") % {"date": day}, " late"
        if late == 1:
            return self._("was due yesterday"), " late"
        since = waited(self.now - facts.created_at)
        if late < 0:
            return since, ""
        due = self._("due today")
        return f"{since} · {due}", " wait"

    def _set_price_url(self, facts: RequestFacts) -> str:
        slug = self.business.slug
        back = url("office:request", business=slug, reference=facts.reference)
        wanted = {"service": facts.service_id, "property": facts.property_id, "next": back}
        page = url("office:new_client_service", business=slug, client_id=facts.client_id)
        return f"{page}?{urlencode(wanted)}"


def photos_of(business: Business, request_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The photos' ids by request, in their order. One statement."""
    found: dict[UUID, list[UUID]] = {}
    for request_id, photo_id in _PHOTOS.rows(business=business.pk, requests=request_ids):
        found.setdefault(request_id, []).append(photo_id)
    return found


_PHOTOS = CompiledRows(
    lambda: (
        Photo.objects.filter(Among("booking_request_id", "requests"), business=Given("business"))
        .order_by("position")
        .values_list("booking_request_id", "id")
    )
)


def is_clients_turn(facts: RequestFacts) -> bool:
    return facts.turn == BookingRequest.Turn.CLIENT


def open_offers(business: Business, request_ids: Sequence[UUID]) -> dict[UUID, tuple[list[str], str]]:
    """The dates that are open to clients, and the part of the day, by request. One statement, none without requests."""
    if not request_ids:
        return {}
    rows = DateProposal.objects.filter(business=business, booking_request__in=request_ids)
    rows = rows.filter(status=DateProposal.Status.OPEN)
    return {
        request_id: (days, part)
        for request_id, days, part in rows.values_list("booking_request_id", "dates", "part_of_day")
    }


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def kind_words(kind: str, frequency: str) -> str:
    if kind == Kind.RECURRING:
        often = rhythm.how_often(frequency)
        return often[:1].upper() + often[1:]
    others = {
        Kind.ISSUE_REPORT: _("Issue"),
        Kind.MOVE_VISIT: pgettext("request", "Move"),
        Kind.SKIP_VISIT: pgettext("request", "Skip"),
    }
    return others.get(Kind(kind)) or _("One-time")


def came_by_words(came_by: str) -> str:
    return {"call": _("By phone"), "text": _("By text"), "in_person": _("In person")}[came_by]


def waited(since: dt.timedelta) -> str:
    """How long it has waited, rounded: "35 min", "19 h", "3 days"."""
    seconds = max(0, since.total_seconds())
    if seconds < 3600:
        return _("%(count)s min") % {"count": max(1, int(seconds // 60))}
    if seconds < 48 * 3600:
        return _("%(count)s h") % {"count": int(seconds // 3600)}
    days = int(seconds // 86400)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
