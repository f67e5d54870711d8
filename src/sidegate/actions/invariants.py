"""What must hold of the stored rows at any moment (DESIGN section 4), each rule as set-based queries.

Asked by `sidegate doctor`, and at the end of every fault test. What a constraint of a table already
forbids (a second visit for one request, a decision without its person, "sent" without a time) is not
asked again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.fields.json import KT
from django.utils import timezone

from ..models import BookingRequest, Business, ClientService, DateProposal, Event, Message, Visit
from ..models.base import BusinessRow
from ..models.booking_request import BADGE_CAP
from . import logos, photos

EXAMPLES = 5
# A lease that has just run out is not yet abandoned: a worker takes the message up again within seconds.
LEASE_GRACE = timedelta(minutes=1)
Outcome = BookingRequest.Outcome
OF_A_VISIT = (Outcome.VISIT_MOVED, Outcome.VISIT_SKIPPED)
ADDS_NONE = (*OF_A_VISIT, Outcome.PLAN_CHANGED)
DECIDED = (BookingRequest.Status.APPROVED, BookingRequest.Status.DECLINED)


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows break a rule, and the first few of them in words."""

    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence that holds, under its number in the design, and the search for what breaks it."""

    number: str
    sentence: str
    search: Callable[[], Found]


@dataclass(frozen=True, slots=True)
class Violation:
    rule: Rule
    found: Found

    def __str__(self) -> str:
        return f"{self.rule.number} broken {self.found.count}×: {self.rule.sentence} {self.found.examples}"


def violations() -> list[Violation]:
    """Every rule that is broken now; empty where all is well."""
    return [Violation(rule, found) for rule, found in check_rules() if found.count]


def check_rules() -> Iterator[tuple[Rule, Found]]:
    """Each rule with what breaks it, one after the other: the searches take seconds on a large table."""
    for rule in RULES:
        yield rule, rule.search()


def _rows(queryset: models.QuerySet[Any]) -> Found:
    count = queryset.order_by().count()
    return Found(count, tuple(_label(row) for row in queryset.order_by("pk")[:EXAMPLES]) if count else ())


def _label(row: models.Model) -> str:
    if isinstance(row, BookingRequest):
        return f"{row.business.slug} {row.reference}"
    return f"{row._meta.verbose_name} {row.pk}"


def _listed(labels: Iterable[str]) -> Found:
    listing = iter(labels)
    examples = tuple(islice(listing, EXAMPLES))
    return Found(len(examples) + sum(1 for _ in listing), examples)


def _approved_without_visit() -> Found:
    return _rows(BookingRequest.objects.filter(outcome=Outcome.VISIT_ADDED, visit=None))


def _approved_with_two_outcomes() -> Found:
    """What changes a visit adds none."""
    changes = BookingRequest.objects.filter(outcome__in=ADDS_NONE, visit__isnull=False)
    return _rows(changes)


def _outcome_of_another_kind() -> Found:
    """A request to move or to skip is approved by that, and nothing else is; only one for a recurring service changes a
    plan."""
    approved = BookingRequest.objects.filter(status=BookingRequest.Status.APPROVED)
    moved = Q(kind=BookingRequest.Kind.MOVE_VISIT, outcome=Outcome.VISIT_MOVED)
    skipped = Q(kind=BookingRequest.Kind.SKIP_VISIT, outcome=Outcome.VISIT_SKIPPED)
    plan = Q(kind=BookingRequest.Kind.RECURRING, outcome=Outcome.PLAN_CHANGED)
    others = ~Q(kind__in=BookingRequest.OF_A_VISIT) & ~Q(outcome__in=ADDS_NONE)
    return _rows(approved.exclude(moved | skipped | plan | others))


def _change_of_another_visit() -> Found:
    """A move or a skip that its Event does not know, or of a visit that is not the request's."""
    known = Event.objects.annotate(said=KT("data__outcome")).filter(
        booking_request=OuterRef("pk"),
        decision_no=OuterRef("decision_no"),
        visit=OuterRef("about_visit"),
        said=OuterRef("outcome"),
    )
    changes = BookingRequest.objects.filter(outcome__in=OF_A_VISIT, about_visit__isnull=False)
    return _rows(changes.filter(~Exists(known)))


def _change_of_no_plan() -> Found:
    """A changed plan that its Event does not know."""
    known = Event.objects.annotate(was=KT("data__plan_was"), said=KT("data__outcome")).filter(
        booking_request=OuterRef("pk"),
        decision_no=OuterRef("decision_no"),
        was__isnull=False,
        said=OuterRef("outcome"),
    )
    return _rows(BookingRequest.objects.filter(~Exists(known), outcome=Outcome.PLAN_CHANGED))


def _visit_of_another_agreement() -> Found:
    linked = Visit.objects.filter(booking_request__isnull=False)
    return _rows(
        linked.exclude(
            client_service__client=F("booking_request__client"),
            client_service__property=F("booking_request__property"),
            client_service__service=F("booking_request__service"),
        )
    )


def _asked_about_anothers_visit() -> Found:
    asked = BookingRequest.objects.filter(kind__in=BookingRequest.OF_A_VISIT, about_visit__isnull=False)
    return _rows(
        asked.exclude(
            about_visit__client_service__client=F("client"),
            about_visit__client_service__property=F("property"),
            about_visit__client_service__service=F("service"),
        )
    )


def _undoing_of(booking_request: str, number: str) -> Exists:
    return Exists(Event.objects.filter(booking_request=OuterRef(booking_request), undoes_no=OuterRef(number)))


def _decided_without_event() -> Found:
    decision = Event.objects.filter(
        booking_request=OuterRef("pk"), decision_no=OuterRef("decision_no"), verb=OuterRef("status")
    )
    return _rows(BookingRequest.objects.filter(~Exists(decision), status__in=DECIDED))


def _decided_though_undone() -> Found:
    return _rows(BookingRequest.objects.filter(_undoing_of("pk", "decision_no"), status__in=DECIDED))


def _decision_without_message() -> Found:
    standing = Event.objects.filter(
        decision_no=F("booking_request__decision_no"), booking_request__status__in=DECIDED
    )
    return _rows(standing.filter(~Exists(Message.objects.filter(event=OuterRef("pk")))))


def _undecided_with_standing_decision() -> Found:
    undecided = BookingRequest.objects.filter(decision_no__gt=0).exclude(status__in=DECIDED)
    return _rows(undecided.filter(~_undoing_of("pk", "decision_no")))


def _decision_ahead_of_request() -> Found:
    return _rows(Event.objects.filter(decision_no__gt=F("booking_request__decision_no")))


def _undone_but_leaving() -> Found:
    undone = _undoing_of("event__booking_request", "event__decision_no")
    return _rows(Message.objects.waiting().filter(undone, event__decision_no__isnull=False))


def _visit_of_undecided() -> Found:
    linked = Visit.objects.filter(booking_request__isnull=False)
    return _rows(linked.exclude(booking_request__status=BookingRequest.Status.APPROVED))


def _agreement_without_visit() -> Found:
    return _rows(ClientService.objects.filter(booking_request__isnull=False, frequency="", visits=None))


def _photo_without_file() -> Found:
    return _listed(f"photo {photo.pk}" for photo in photos.photos_without_files())


def _file_without_photo() -> Found:
    return _listed(path.name for path in photos.orphans(timezone.now()))


def _logo_without_file() -> Found:
    return _listed(business.slug for business in logos.businesses_without_logo_file())


def _file_without_logo() -> Found:
    return _listed(path.name for path in logos.orphan_logos(timezone.now()))


def _badge_is_wrong() -> Found:
    """Looks again before it accuses: a decision may fall between the two counts."""
    wrong = _wrong_badges(Business.objects.all())
    for _again in range(2):
        if wrong:
            wrong = _wrong_badges(Business.objects.filter(slug__in=wrong))
    return _listed(wrong)


def _wrong_badges(businesses: models.QuerySet[Business]) -> list[str]:
    rows = BookingRequest.objects.filter(business__in=businesses, status=BookingRequest.Status.PENDING)
    waiting = dict(rows.order_by().values_list("business").annotate(Count("pk")))
    return [
        business.slug
        for business in businesses.order_by("slug")
        if min(waiting.get(business.pk, 0), BADGE_CAP + 1)
        != BookingRequest.objects.filter(business=business).pending().counted_up_to_cap()
    ]


def _abandoned_while_sending() -> Found:
    late = timezone.now() - LEASE_GRACE
    return _rows(Message.objects.filter(status=Message.Status.SENDING, lease_until__lt=late))


def _request_without_beginning() -> Found:
    submitted = Event.objects.filter(booking_request=OuterRef("pk"), verb=Event.Verb.SUBMITTED)
    return _rows(BookingRequest.objects.filter(~Exists(submitted)))


def _waiting_with_rests_of_a_decision() -> Found:
    rests = Q(undo_until__isnull=False) | ~Q(reason="") | ~Q(personal_line="")
    return _rows(BookingRequest.objects.pending().filter(rests))


def _turn_without_dates() -> Found:
    """It is the client's turn where dates are open to her, and nowhere else."""
    is_open = Exists(
        DateProposal.objects.filter(booking_request=OuterRef("pk"), status=DateProposal.Status.OPEN)
    )
    hers = Q(turn=BookingRequest.Turn.CLIENT)
    return _rows(BookingRequest.objects.filter((hers & ~is_open) | (~hers & is_open)))


def _message_without_cause() -> Found:
    return _rows(Message.objects.filter(event=None, sign_in=None))


def _points_to_nothing() -> Found:
    """PostgreSQL keeps its foreign keys itself; SQLite does only where each connection asked for it."""
    if connection.vendor != "sqlite":
        return Found()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        return _listed(f"{table} row {row} → {target}" for table, row, target, _key in cursor)


def _crosses_businesses() -> Found:
    return _together(_rows(rows) for rows in _foreign_rows())


def _together(parts: Iterable[Found]) -> Found:
    found = list(parts)
    examples = [example for part in found for example in part.examples]
    return Found(sum(part.count for part in found), tuple(examples[:EXAMPLES]))


def _foreign_rows() -> Iterator[models.QuerySet[Any]]:
    """For every foreign key between two tables below Business: rows whose parent is another business's."""
    for model in apps.get_app_config("sidegate").get_models():
        for field in model._meta.concrete_fields if issubclass(model, BusinessRow) else ():
            target = field.related_model
            if isinstance(target, type) and issubclass(target, BusinessRow):
                parent = f"{field.name}__business"
                with_parent = model._default_manager.filter(**{f"{field.name}__isnull": False})
                yield with_parent.exclude(**{parent: F("business")})


def _crosses_clients() -> Found:
    placed: tuple[type[BookingRequest | ClientService], ...] = (BookingRequest, ClientService)
    return _together(_rows(model._default_manager.exclude(property__client=F("client"))) for model in placed)


RULES = (
    Rule("I1", "An approved request has exactly one visit.", _approved_without_visit),
    Rule(
        "I1",
        "A request that moved or skipped a visit, or changed a plan, added none.",
        _approved_with_two_outcomes,
    ),
    Rule("I1", "A request is approved by what it asked for.", _outcome_of_another_kind),
    Rule("I1", "A moved or skipped visit is the one asked about.", _change_of_another_visit),
    Rule("I1", "A changed plan is known as it was.", _change_of_no_plan),
    Rule("I2", "A visit asked about is the client's own.", _asked_about_anothers_visit),
    Rule(
        "I2",
        "That visit stands under the request's client, address and service.",
        _visit_of_another_agreement,
    ),
    Rule("I3", "A decided request has the Event of its decision.", _decided_without_event),
    Rule("I3", "No decided request's decision was undone.", _decided_though_undone),
    Rule("I3", "A decision has its messages.", _decision_without_message),
    Rule("I3", "An undecided request has no decision that stands.", _undecided_with_standing_decision),
    Rule("I3", "No decision is ahead of its request's count.", _decision_ahead_of_request),
    Rule("I3", "No message of an undone decision is leaving.", _undone_but_leaving),
    Rule("I4", "Only an approved request has a visit.", _visit_of_undecided),
    Rule("I5", "A one-time service made by an approval has a visit.", _agreement_without_visit),
    Rule("I6", "Every photo has its files.", _photo_without_file),
    Rule("I6", "Every file older than a day has its photo.", _file_without_photo),
    Rule("I6", "Every logo that a business names has its file.", _logo_without_file),
    Rule("I6", "Every logo's file older than a day has its business.", _file_without_logo),
    Rule("I7", "The badge is the number of waiting requests.", _badge_is_wrong),
    Rule("I8", "No message is being sent by a worker that is gone.", _abandoned_while_sending),
    Rule("I9", "Every request has the Event of its beginning.", _request_without_beginning),
    Rule("I9", "A waiting request keeps nothing of a decision.", _waiting_with_rests_of_a_decision),
    Rule("I9", "It is a client's turn where dates are open to her, and nowhere else.", _turn_without_dates),
    Rule("I9", "Every message has its cause.", _message_without_cause),
    Rule("I9", "No row points to a row that is not there.", _points_to_nothing),
    Rule("I10", "No row belongs to another business than its parent.", _crosses_businesses),
    Rule("I10", "No request or service is at another client's address.", _crosses_clients),
)
