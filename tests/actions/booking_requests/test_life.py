"""The whole life of requests, by both sides and in any order: the product never leaves the model (life_model.py).

Each act is tried in each state. Where the model says no, the product says the same and nothing has changed.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sidegate.actions import visits
from sidegate.actions.booking_requests import (
    Ask,
    Choices,
    Decision,
    approve_booking_request,
    decline_booking_request,
    edit_booking_request,
    plan_approvals,
    reopen_booking_request,
    submit_booking_request,
    undo_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.errors import Refused
from sidegate.actions.invariants import violations
from sidegate.actions.proposals.answer import refuse_dates, take_date
from sidegate.actions.proposals.lapsing import end_lapsed_proposals
from sidegate.actions.proposals.propose import Offer, propose_dates, ways_to_offer
from sidegate.models import (
    BookingRequest,
    Client,
    ClientService,
    DateProposal,
    Event,
    Message,
    Service,
    User,
    Visit,
)
from tests import factories

from .life_model import OF_A_VISIT, Letter, Model, ModelRequest, ModelVisit

BEGINNING = "2026-03-02T15:00:00Z"  # a Monday, ten in the morning in New York
MOST_REQUESTS = 6
LANGUAGES = {"maria": "es", "omar": "en"}
WHICH = st.integers(0, 20)
MOSTLY = 16
SECONDS, A_MINUTE = timedelta(seconds=5), timedelta(seconds=61)
AHEAD = st.integers(0, 14)
TABLES = (BookingRequest, Visit, ClientService, DateProposal, Message, Event)


class Life(RuleBasedStateMachine):
    """Maria has a weekly service with visits ahead, Omar has none; Dana is the office."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = transaction.atomic()
        self.rows._from_testcase = True  # as Django's own tests begin: what is durable may run within
        self.rows.__enter__()
        self.traveller = time_machine.travel(BEGINNING, tick=False)
        self.clock = self.traveller.start()
        self.business = factories.make_business(slug=f"life-{factories.next_number()}", undo_seconds=60)
        self.dana = factories.make_member(business=self.business).user
        self.mowing = factories.make_service(business=self.business)
        self.people: dict[str, tuple[Client, User, Any]] = {}
        self.model = Model(timezone.now(), self.business.today())

    @initialize()
    def people_and_visits(self) -> None:
        for name, language in LANGUAGES.items():
            client = factories.make_client(business=self.business, name=name.title(), language=language)
            home = factories.make_property(client=client)
            self.people[name] = client, factories.make_portal_user(client=client).user, home
        maria, _user, home = self.people["maria"]
        agreed = factories.make_client_service(client=maria, property=home, service=self.mowing)
        for ahead in (1, 3, 8):
            made = factories.make_visit(client_service=agreed, date=self.day(ahead))
            self.model.visits.append(ModelVisit(made.pk, "maria", agreed.pk, made.date))
        for name in LANGUAGES:
            self.submit(name, "one_time", 2)

    def teardown(self) -> None:
        try:
            assert violations() == []
        finally:
            self.traveller.stop()
            transaction.set_rollback(True)
            self.rows.__exit__(None, None, None)

    # What the acts stand on

    def day(self, ahead: int) -> date:
        return self.model.today + timedelta(days=ahead)

    def one(self, which: int, fitting: Callable[[ModelRequest], object]) -> ModelRequest:
        """Mostly one that is in a fitting state, sometimes any."""
        fit = [request for request in self.model.requests if fitting(request)]
        among = fit if fit and which < MOSTLY else self.model.requests
        return among[which % len(among)]

    def is_pending(self, request: ModelRequest) -> bool:
        return request.is_pending

    def is_offered(self, request: ModelRequest) -> bool:
        return bool(request.offer)

    def is_undoable(self, request: ModelRequest) -> bool:
        return not request.is_pending and self._is_open(request)

    def is_settled(self, request: ModelRequest) -> bool:
        return request.status in ("approved", "declined") and not self._is_open(request)

    def row(self, request: ModelRequest) -> BookingRequest:
        return BookingRequest.objects.select_related("business").get(pk=request.key)

    def snapshot(self) -> list[Any]:
        return [
            list(table._default_manager.filter(business=self.business).order_by("pk").values())
            for table in TABLES
        ]

    def tries(self, act: Callable[[], Any], expected: str) -> Any:
        """The act's answer; None where it was refused, as expected, with nothing changed."""
        before = self.snapshot() if expected else []
        try:
            answer = act()
        except Refused as refused:
            assert name_of(refused) == expected, (name_of(refused), expected)
            assert self.snapshot() == before
            return None
        assert expected == "", f"done, though {expected}"
        return answer if answer is not None else True

    def ask(self, name: str, kind: str, ahead: int, visit: UUID | None = None) -> Ask:
        first = self.business.calendar().next_working(self.day(max(ahead, 1)))
        assert first
        _client, _user, home = self.people[name]
        return Ask(
            kind=kind,
            property_id=home.pk,
            service_id=self.mowing.pk,
            window_start=first,
            window_end=first + timedelta(days=4),
            frequency="biweekly" if kind == "recurring" else "",
            about_visit_id=visit,
        )

    # The client's acts

    @precondition(lambda self: len(self.model.requests) < MOST_REQUESTS)
    @rule(
        name=st.sampled_from(sorted(LANGUAGES)),
        kind=st.sampled_from(("one_time", "recurring", "issue_report")),
        ahead=AHEAD,
    )
    def submit(self, name: str, kind: str, ahead: int) -> None:
        self._submit(name, self.ask(name, kind, ahead), "booking.received", None)

    @precondition(lambda self: len(self.model.requests) < MOST_REQUESTS and self._can_be_asked_about())
    @rule(kind=st.sampled_from(OF_A_VISIT), which=WHICH, ahead=AHEAD)
    def ask_about_a_visit(self, kind: str, which: int, ahead: int) -> None:
        found = self._can_be_asked_about()
        visit = found[which % len(found)]
        ask = self.ask(visit.client, kind, ahead, visit.key)
        self._submit(visit.client, ask, "booking.visit_received", visit)

    def _can_be_asked_about(self) -> list[ModelVisit]:
        """Of a settled decision, and not asked about already."""
        busy = [r.about for r in self.model.requests if r.kind in OF_A_VISIT and self._is_open(r)]
        unsettled = {r.key for r in self.model.requests if not r.is_pending and self._is_open(r)}
        began = {r.began for r in self.model.requests if r.began and self._is_open(r)}
        return [
            visit
            for visit in self.model.scheduled()
            if visit.day >= self.model.today and visit not in busy
            and visit.answers not in unsettled and visit.agreement not in began
        ]  # fmt: skip

    def _is_open(self, request: ModelRequest) -> bool:
        return request.is_pending or bool(request.undo_until and request.undo_until > self.model.now)

    def _submit(self, name: str, ask: Ask, letter: str, about: ModelVisit | None) -> None:
        client, user, _home = self.people[name]
        made = submit_booking_request(
            business=self.business, client=client, by=user, ask=ask, token=str(factories.next_number())
        ).booking_request
        letters = [Letter(letter, self.model.now)]
        self.model.requests.append(
            ModelRequest(
                made.pk, name, ask.kind, letters, about=about, asked_day=about.day if about else None
            )
        )

    @precondition(lambda self: self.model.requests)
    @rule(which=WHICH, ahead=AHEAD, is_stale=st.booleans())
    def edit(self, which: int, ahead: int, is_stale: bool) -> None:
        request = self.one(which, self.is_pending)
        client, user, _home = self.people[request.client]
        row = self.row(request)
        ask = self.ask(request.client, request.kind, ahead, request.about.key if request.about else None)
        if request.kind == "move_visit" and request.about and ask.window_start == request.about.day:
            return  # of two days, hers among them: that is asking's own test
        act = lambda: edit_booking_request(  # noqa: E731
            row, by=user, client=client, ask=ask, version=row.version - is_stale
        )
        if self.tries(act, self.model.of_editing(request, is_stale=is_stale)):
            self.model.end_offer(request)
            request.asked_day = request.about.day if request.about else None

    @precondition(lambda self: self.model.requests)
    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        request = self.one(which, self.is_pending)
        user = self.people[request.client][1]
        act = lambda: withdraw_booking_request(self.row(request), by=user)  # noqa: E731
        if self.tries(act, self.model.while_pending(request)):
            self.model.end_offer(request)
            request.status = "withdrawn"

    @precondition(lambda self: any(request.proposal for request in self.model.requests))
    @rule(which=WHICH, offered=st.integers(0, 3))
    def take(self, which: int, offered: int) -> None:
        """Any of the days, or one that was never offered."""
        request = self.one(which, self.is_offered)
        if request.proposal is None:
            return
        proposal = DateProposal.objects.get(pk=request.proposal)
        days = [date.fromisoformat(day) for day in proposal.dates]
        day = days[offered] if offered < len(days) else self.day(100)
        user = self.people[request.client][1]
        expected = self.model.of_taking(request, day)
        act = lambda: take_date(self.row(request), by=user, proposal_id=proposal.pk, day=day)  # noqa: E731
        if expected:
            self.tries(act, expected)
        else:
            self._takes(request, act, day)

    def _takes(self, request: ModelRequest, act: Callable[[], Decision], day: date) -> None:
        """Or gives it back to the office: that only where something happened since the dates were offered."""
        try:
            decision = act()
        except Refused as refused:
            assert name_of(refused) == "DatesClosed changed" and request.is_disturbed
            self.model.end_offer(request)
        else:
            assert not self.model.costs_otherwise(request)
            self._approved(request, day, decision, can_undo=False)

    @precondition(lambda self: any(request.proposal for request in self.model.requests))
    @rule(which=WHICH)
    def none_of_them_fits(self, which: int) -> None:
        request = self.one(which, self.is_offered)
        if request.proposal is None:
            return
        user, key = self.people[request.client][1], request.proposal
        act = lambda: refuse_dates(self.row(request), by=user, proposal_id=key, answer="No.")  # noqa: E731
        if self.tries(act, self.model.of_answering(request)):
            self.model.end_offer(request)
            request.is_refused = True

    # The office's acts

    @precondition(lambda self: self.model.requests)
    @rule(
        which=WHICH, ahead=AHEAD, as_recurring=st.booleans(), charge=st.sampled_from((None, True, False)),
        as_shown=st.booleans(),
    )  # fmt: skip
    def approve(
        self, which: int, ahead: int, as_recurring: bool, charge: bool | None, as_shown: bool
    ) -> None:
        request, day = self.one(which, self.is_pending), self.day(ahead)
        if request.kind == "skip_visit" and request.about:
            day = request.about.day
        choices = Choices(date=day, as_recurring=as_recurring, charge=charge)
        row = self.row(request)
        shown = plan_approvals([row], choices=choices)[0].fingerprint if as_shown else None
        act = lambda: approve_booking_request(row, by=self.dana, choices=choices, shown_plan=shown)  # noqa: E731
        if decision := self.tries(act, self.model.of_approving(request, day)):
            self._approved(request, day, decision, as_recurring=as_recurring)

    def _approved(
        self,
        request: ModelRequest,
        day: date,
        decision: Decision,
        *,
        as_recurring: bool = False,
        can_undo: bool = True,
    ) -> None:
        self.model.decide(request, "approved", can_undo=can_undo)
        if request.kind in OF_A_VISIT:
            self.model.change_visit(request, day)
            return
        agreement, made = (
            UUID(decision.data["client_service"]),
            [UUID(key) for key in decision.data["visits"]],
        )
        request.began = agreement if decision.data["makes_client_service"] else None
        is_series = request.kind == "recurring" and as_recurring and request.began
        assert len(made) == (2 if is_series else 1)
        for number, key in enumerate(made):
            visit = ModelVisit(key, request.client, agreement, day + number * timedelta(weeks=2))
            visit.answers = None if number else request.key
            self.model.visits.append(visit)
            request.made.append(visit)

    @precondition(lambda self: self._whose_plan_may_change())
    @rule(which=WHICH, ahead=AHEAD, price=st.sampled_from((None, 7000)))
    def change_the_plan(self, which: int, ahead: int, price: int | None) -> None:
        found = self._whose_plan_may_change()
        request = found[which % len(found)]
        choices = Choices(date=self.day(ahead), changes_plan=True, price_minor=price)
        approve_booking_request(self.row(request), by=self.dana, choices=choices)
        request.has_changed_plan = True
        self.model.decide(request, "approved")

    def _whose_plan_may_change(self) -> list[ModelRequest]:
        """Maria's, one at a time: what follows upon another is the test of changing plans."""
        hers = [request for request in self.model.requests if request.client == "maria"]
        stands = any(request.has_changed_plan for request in hers)
        return [] if stands else [r for r in hers if r.is_pending and r.kind == "recurring"]

    @precondition(lambda self: self.model.requests)
    @rule(which=WHICH, reason=st.sampled_from(("", "Full.")))
    def decline(self, which: int, reason: str) -> None:
        request = self.one(which, self.is_pending)
        act = lambda: decline_booking_request(self.row(request), by=self.dana, reason=reason)  # noqa: E731
        if self.tries(act, self.model.while_pending(request)):
            self.model.decide(request, "declined")

    @precondition(lambda self: any(not request.is_pending for request in self.model.requests))
    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        request = self.one(which, self.is_undoable)
        act = lambda: undo_booking_request(self.row(request), by=self.dana)  # noqa: E731
        if self.tries(act, self.model.of_undoing(request)):
            self.model.undo(request)

    @precondition(lambda self: self.model.requests)
    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        request = self.one(which, self.is_settled)
        act = lambda: reopen_booking_request(self.row(request), by=self.dana)  # noqa: E731
        if self.tries(act, self.model.of_reopening(request)):
            self.model.reopen(request)

    @precondition(lambda self: self.model.requests)
    @rule(which=WHICH, ahead=AHEAD, count=st.integers(1, 3))
    def offer_dates(self, which: int, ahead: int, count: int) -> None:
        request = self.one(which, self.is_pending)
        days = tuple(self.day(ahead + number) for number in range(count))

        def act() -> DateProposal:
            way = ways_to_offer(self.row(request))[0].fingerprint_less_date
            return propose_dates(self.row(request), by=self.dana, offer=Offer(days, way, heeded=True))

        proposal = self.tries(act, self.model.of_offering(request, days))
        if proposal and request.offer != days:
            request.offer, request.proposal = days, proposal.pk
            request.is_refused = request.is_disturbed = False
            request.offered_at = self.model.price
            request.letters.append(Letter("booking.proposed", self.model.now))

    @rule(price=st.sampled_from((9500, 12000)))
    def another_price(self, price: int) -> None:
        Service.objects.filter(pk=self.mowing.pk).update(price_minor=price)
        self.model.price = price
        self.model.disturb()

    @precondition(lambda self: any(self.model.scheduled()))
    @rule(which=WHICH, act=st.sampled_from(("complete", "cancel", "move")), ahead=st.integers(0, 14))
    def settle_a_visit(self, which: int, act: str, ahead: int) -> None:
        found = list(self.model.scheduled())
        found = [visit for visit in found if visit.answers and which < MOSTLY] or found
        visit, day = found[which % len(found)], self.day(ahead)
        row = Visit.objects.select_related(
            "client_service__business", "client_service__client", "client_service__property",
            "client_service__service", "client_service__booking_request", "booking_request",
        ).get(pk=visit.key)  # fmt: skip
        if act == "complete":
            expected = "Conflict still_ahead" if visit.day > self.model.today else ""
            if not self.tries(
                lambda: visits.complete_visit(row, by=self.dana, version=row.version), expected
            ):
                return
            visit.status = "completed"
        elif act == "cancel":
            visits.cancel_visit(row, by=self.dana, version=row.version)
            visit.status = "cancelled"
        elif day != visit.day:
            changes = visits.VisitChanges(
                date=day, part_of_day="any", technician=None, is_charged=row.is_charged
            )
            visits.change_visit(row, by=self.dana, version=row.version, changes=changes)
            visit.day = day
        else:
            return
        visit.is_touched = True
        self.model.disturb(visit.client)

    # Time

    @rule(time=st.sampled_from((SECONDS, A_MINUTE, A_MINUTE, timedelta(days=1), timedelta(days=3))))
    def time_passes(self, time: timedelta) -> None:
        self._pass(time)
        if time.days:
            end_lapsed_proposals()
            visits.extend_schedules()

    def _pass(self, time: timedelta) -> None:
        self.clock.shift(time)
        now = timezone.now()
        due = Message.objects.filter(business=self.business, status="queued", next_try__lte=now)
        due.update(status="sent", sent_at=now)
        self.model.pass_time(now, now.astimezone(ZoneInfo(self.business.time_zone)).date())

    # What holds after every act

    @invariant()
    def every_request_is_as_the_model_says(self) -> None:
        for request in self.model.requests:
            row = self.row(request)
            assert (row.status, row.turn, row.decision_no) == (
                request.status,
                request.turn,
                request.decisions,
            )
            open_dates = DateProposal.objects.filter(booking_request=row, status="open")
            assert [tuple(proposal.dates) for proposal in open_dates] == [
                tuple(day.isoformat() for day in request.offer) for _one in (1,) if request.offer
            ]

    @invariant()
    def every_visit_is_as_the_model_says(self) -> None:
        rows = Visit.objects.filter(business=self.business)
        stored = {visit.pk: (visit.date, visit.status, visit.booking_request_id) for visit in rows}
        known = {visit.key: (visit.day, visit.status, visit.answers) for visit in self.model.visits}
        assert {key: stored.get(key) for key in known} == known
        # Others may only come from the rhythm that an approval began.
        assert all(stored[key][2] is None for key in stored.keys() - known.keys())

    @invariant()
    def every_client_reads_what_the_model_says_in_her_language(self) -> None:
        for request in self.model.requests:
            rows = Message.objects.filter(booking_request=request.key, recipient__startswith="client:")
            sent = rows.filter(key__startswith="booking.").values_list("key", "language", "status")
            expected = Counter(
                (letter.key, LANGUAGES[request.client], letter.has_left) for letter in request.letters
            )
            assert Counter((key, language, status == "sent") for key, language, status in sent) == expected

    @invariant()
    def the_badge_is_right(self) -> None:
        waiting = BookingRequest.objects.filter(business=self.business).pending().counted_up_to_cap()
        assert waiting == sum(request.is_pending for request in self.model.requests)


def name_of(refused: Refused) -> str:
    plan = getattr(refused, "plan", None)
    code = getattr(refused, "code", "") or (plan.refusal if plan else "")
    return f"{type(refused).__name__} {code}".strip()


def how_long() -> settings:
    """The same walks at every run, and the first that fails as it is; `LIFE_EXAMPLES=2000` walks that many, other ones
    each time, and looks for the shortest that fails."""
    wanted = os.environ.get("LIFE_EXAMPLES")
    shortest = {} if wanted else {"phases": (Phase.generate,)}
    return settings(
        **shortest,
        max_examples=int(wanted or 40),
        stateful_step_count=40,
        derandomize=not wanted,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )


@pytest.mark.django_db
def test_the_product_never_leaves_the_model() -> None:
    run_state_machine_as_test(Life, settings=how_long())
