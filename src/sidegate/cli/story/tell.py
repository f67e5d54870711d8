"""Tells the whole story into an empty database, in order of time."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter

from django.utils import timezone

from ...actions.booking_requests.plan import series_dates
from ...models import BookingRequest, ClientService, Visit
from ...models.client_service import rhythm
from .agreements import BLUEPOOL_AGREED, GREENLAWN_AGREED, Agreed, agree
from .cast import Cast, gather_bluepool, gather_greenlawn
from .days import Days
from .past import Carried, Past
from .requests import BLUEPOOL, GREENLAWN, GREENLAWN_INVITED, Approved, Declined, Offered, Told

Step = tuple[datetime, Callable[[], None]]
LAST_MINUTE = timedelta(minutes=30)


def tell() -> None:
    """Greenlawn's rows come first, for the demo's start page opens the first business; then all that
    happened, in order of time, for messages are listed by their keys."""
    days_of = partial(Days, now=timezone.now())
    greenlawn, bluepool = gather_greenlawn(days_of), gather_bluepool(days_of)
    steps = [*_steps(greenlawn, GREENLAWN_AGREED, GREENLAWN), *_steps(bluepool, BLUEPOOL_AGREED, BLUEPOOL)]
    steps += _invitations(greenlawn)
    for _moment, step in sorted(steps, key=itemgetter(0)):
        step()


def _steps(cast: Cast, agreed: Sequence[Agreed], told: Sequence[Told]) -> list[Step]:
    for each in agreed:
        agree(cast, each)
    storyteller = _Storyteller(cast)
    return [step for each in told for step in storyteller.steps(each)]


def _invitations(cast: Cast) -> list[Step]:
    past = Past(cast.business, cast.owner)
    invited = [(cast.clients[called], cast.days.moment(ago)) for called, ago in GREENLAWN_INVITED]
    return [(moment, partial(past.invite, client, moment)) for client, moment in invited]


class _Storyteller:
    """Turns each request into its steps: the asking, and the answer."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.days = cast, cast.days
        self.past = Past(cast.business, cast.owner)
        self._asked: dict[int, BookingRequest] = {}

    def steps(self, told: Told) -> list[Step]:
        ago = self.days.overdue(told.asked.clock) if told.is_overdue else told.asked
        asked_at = self.days.moment(ago)
        steps: list[Step] = [(asked_at, partial(self._ask, told, asked_at))]
        if told.answer is not None:
            answered_at = min(asked_at + told.answer.after, self.days.now - LAST_MINUTE)
            steps.append((answered_at, partial(self._answer, told, answered_at)))
        return steps

    def _ask(self, told: Told, at: datetime) -> None:
        client, service = self.cast.clients[told.client], self.cast.services[told.service]
        about = self._about(told)
        first, last = self._window(told, about)
        agreement = self._agreement(told)
        price = told.shown or (agreement.price_minor if agreement else service.price_minor)
        self._asked[id(told)] = self.past.ask(
            client,
            at,
            by=self.cast.user_of(client),
            came_by="" if client.email else "call",
            photos=told.photos,
            property=self.cast.home_of(client),
            service=service,
            kind=told.kind,
            window_start=first,
            window_end=last,
            part_of_day=about.part_of_day if about and told.about_next_visit else told.part_of_day,
            frequency=told.frequency,
            notes=told.notes,
            about_visit=about,
            shown_price_minor=price,
            reply_by=self.days.reply_by(self.days.local_date(at)),
        )

    def _about(self, told: Told) -> Visit | None:
        if told.about_next_visit:
            ahead = self.cast.agreements[told.client, told.service].visits.filter(
                status="scheduled", date__gt=self.days.today
            )
            return ahead.order_by("date")[:1].get()
        return self._last_visit(told) if told.about_last_visit else None

    def _window(self, told: Told, about: Visit | None) -> tuple[date, date]:
        first, last = told.window
        if about is None or not told.about_next_visit:
            return self.days.working(first), self.days.working(last)
        return self.days.working_after(about.date, first), self.days.working_after(about.date, last)

    def _agreement(self, told: Told) -> ClientService | None:
        found = self.cast.agreements.get((told.client, told.service))
        return found if found and found.status == "active" else None

    def _last_visit(self, told: Told) -> Visit:
        """The last one before she wrote of it."""
        agreement = self.cast.agreements[told.client, told.service]
        asked_on = self.days.local_date(self.days.moment(told.asked))
        done = agreement.visits.filter(status="completed", date__lt=asked_on)
        return done.order_by("-date")[:1].get()

    def _answer(self, told: Told, at: datetime) -> None:
        asked, answer = self._asked[id(told)], told.answer
        if isinstance(answer, Approved):
            self.past.approve(asked, at, self._carried(told, asked, answer))
        elif isinstance(answer, Declined):
            self.past.decline(asked, at, answer.reason)
        elif isinstance(answer, Offered):
            self.past.offer(asked, at, [self.days.working(number) for number in answer.on], answer.note)
        else:
            self.past.withdraw(asked, at)

    def _carried(self, told: Told, asked: BookingRequest, answer: Approved) -> Carried:
        agreement = self._agreement(told)
        day = self.days.working(told.window[0] + answer.on)
        frequency = told.frequency if answer.visits > 1 else ""
        days = series_dates(day, frequency) if frequency else (day,)
        return Carried(
            client_service=agreement or self._new_agreement(asked, answer, frequency, days),
            makes=agreement is None,
            days=days,
            is_charged=answer.is_charged,
            note=answer.note,
        )

    def _new_agreement(
        self, asked: BookingRequest, answer: Approved, frequency: str, days: Sequence[date]
    ) -> ClientService:
        is_over = not frequency and days[0] < self.days.today
        return ClientService.objects.create(
            business=self.cast.business,
            client=asked.client,
            property=asked.property,
            service=asked.service,
            price_minor=(asked.service.price_minor or 0) if answer.is_charged else 0,
            start_date=days[0],
            **rhythm(frequency, days[0]),
            status="completed" if is_over else "active",
            booking_request=asked,
        )
