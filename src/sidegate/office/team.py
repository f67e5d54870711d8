"""The team: who is in it, inviting, roles, removing, leaving. Everyone of the office sees it, owners change it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions import team as actions
from ..actions.errors import Conflict
from ..actions.team import change_role, invite_member
from ..models import Membership
from ..models.user import has_come
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.pages import office
from ..web.rendering import url
from .clients import asks_and_acts
from .in_words import InWords
from .pages import address, form_page, question_page, refused, said
from .settings import owner_page
from .team_forms import InviteForm, RoleForm, role_words


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Someone of the team; `seen` says when she signed in last, else when she was invited."""

    id: UUID
    name: str
    email: str
    role: str
    seen: str
    has_signed_in: bool
    is_you: bool


@office_page
@require_safe
def team(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    words = InWords(scope.business)
    rows = _members(scope).order_by("role", "user__name", "id")
    context = {"rows": [_row(scope, member, words) for member in rows]}
    return office(request, scope, "office/settings/team.html", context)


def _members(scope: OfficeScope) -> QuerySet[Membership]:
    return scope.memberships().filter(is_active=True, user__is_active=True).select_related("user")


def _row(scope: OfficeScope, member: Membership, words: InWords) -> MemberRow:
    user, seen = member.user, member.seen_at()
    invited = words.near_short_day(scope.business.today(member.created_at))
    return MemberRow(
        id=member.pk,
        name=user.name or user.email,
        email=user.email,
        role=role_words(member.role),
        seen=_("Signed in %(when)s") % {"when": words.moment(seen)}
        if seen
        else _("Invited %(date)s, has not signed in yet") % {"date": invited},
        has_signed_in=seen is not None,
        is_you=user.pk == scope.user.pk,
    )


@owner_page
@asks_and_acts
def invite(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    form, to = InviteForm(request, scope.business), address(scope, "team")
    try:
        if form.does(lambda: invite_member(scope.business, by=scope.user, **form.cleaned_data)):
            return said(request, _invited_words(scope, form.cleaned_data["email"]), to)
    except Conflict as conflict:
        return refused(request, _why_not(scope, conflict), to)
    title, back = _("Invite someone"), (to, _("Team"))
    return form_page(request, scope, form, title=title, room="settings", back=back)


def _invited_words(scope: OfficeScope, email: str) -> str:
    if scope.business.holds_mail:
        text = _("%(email)s is in the team. The invitation leaves when you release the mail.")
    else:
        text = _("%(email)s is in the team. The invitation is on its way.")
    return text % {"email": email}


def _find(scope: OfficeScope, membership_id: UUID) -> Membership:
    found: Membership = find(_members(scope), pk=membership_id)
    found.business = scope.business
    return found


@owner_page
@asks_and_acts
def member(request: PageRequest, scope: OfficeScope, membership_id: UUID) -> HttpResponse:
    """Someone of the team, with her role to change."""
    found, to = _find(scope, membership_id), address(scope, "team")
    form = RoleForm(request, found)
    try:
        if form.does(lambda: change_role(found, by=scope.user, role=form.cleaned_data["role"])):
            return said(request, _("Saved."), to)
    except Conflict as conflict:
        return refused(request, _why_not(scope, conflict), address(scope, "member", membership_id=found.pk))
    row = _row(scope, found, InWords(scope.business))
    return form_page(
        request,
        scope,
        form,
        title=row.name,
        room="settings",
        back=(to, _("Team")),
        template="office/settings/member.html",
        row=row,
    )


@owner_page
@require_POST
def invite_again(request: PageRequest, scope: OfficeScope, membership_id: UUID) -> HttpResponse:
    found = _find(scope, membership_id)
    try:
        actions.invite_again(found, by=scope.user)
    except Conflict as conflict:
        return refused(request, _why_not(scope, conflict), address(scope, "member", membership_id=found.pk))
    return said(request, _invited_words(scope, found.user.email), address(scope, "team"))


@owner_page
@asks_and_acts
def remove(request: PageRequest, scope: OfficeScope, membership_id: UUID) -> HttpResponse:
    """Says what it means before it is done. Whoever means herself leaves."""
    found = _find(scope, membership_id)
    if found.user_id == scope.user.pk:
        return _leave(request, scope)
    name = {"name": found.user}
    if request.method == "POST":
        done = _("%(name)s is no longer in the team.") % name
        return _ends(request, scope, lambda: actions.remove_member(found, by=scope.user), done)
    return question_page(
        request,
        scope,
        title=_("Remove %(name)s from the team?") % name,
        room="settings",
        back=(address(scope, "member", membership_id=found.pk), found.user.name or found.user.email),
        lines=[
            _("They can no longer open anything of yours, from the next page on.")
            if found.role == Membership.Role.TECHNICIAN
            else _("They can no longer open the office, from the next page on."),
            *_visits_ahead(scope, found),
            _("What they did keeps their name. Mail that has not reached them yet is not sent."),
            _("You can invite them again at any time."),
        ],
        button=_("Remove from the team"),
    )


def _visits_ahead(scope: OfficeScope, member: Membership) -> list[str]:
    count = scope.visits().upcoming(scope.business.today()).filter(technician=member).count()
    text = ngettext(
        "%(count)s visit ahead is theirs: it stays on the schedule, and nobody goes until you choose someone.",
        "%(count)s visits ahead are theirs: they stay on the schedule, and nobody goes until you choose someone.",
        count,
    )
    return [text % {"count": count}] if count else []


def _ends(request: PageRequest, scope: OfficeScope, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except Conflict as conflict:
        return refused(request, _why_not(scope, conflict), address(scope, "team"))
    return said(request, done, address(scope, "team"))


@office_page
@asks_and_acts
def leave(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    """For oneself; says what it means before it is done."""
    return _leave(request, scope)


def _leave(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    own, name = scope.membership, {"business": scope.business.name}
    if request.method == "POST":
        own.user = scope.user
        try:
            actions.leave(own)
        except Conflict as conflict:
            return refused(request, _why_not(scope, conflict), address(scope, "team"))
        return said(request, _("You have left the team of %(business)s.") % name, url("gate:home"))
    others = _members(scope).filter(role=Membership.Role.OWNER).exclude(pk=own.pk)
    return question_page(
        request,
        scope,
        title=_("Leave the team of %(business)s?") % name,
        room="settings",
        back=(address(scope, "team"), _("Team")),
        lines=_leaving_means(scope, others),
        button=_("Leave the team"),
        obstacle="" if others.exists() or not scope.is_owner else _only_owner(scope),
    )


def _leaving_means(scope: OfficeScope, others: QuerySet[Membership]) -> list[str]:
    lines = [
        _("You can no longer open the office, from the next page on."),
        *_visits_ahead(scope, scope.membership),
        _("What you did keeps your name. An owner can invite you again."),
    ]
    nobody_came = scope.is_owner and others.exists() and not others.filter(has_come()).exists()
    if nobody_came:
        lines.append(
            _(
                "No other owner has signed in yet. If their invitation went astray, nobody can open the settings."
            )
        )
    return lines


def _only_owner(scope: OfficeScope) -> str:
    text = _("You are the only owner of %(business)s. Make someone else an owner first.")
    return text % {"business": scope.business.name}


def _why_not(scope: OfficeScope, conflict: Conflict) -> str:
    return {
        "last_owner": _(
            "A business needs an owner, so nothing was changed. Make someone else an owner first."
        ),
        "not_owner": _("You are no longer an owner here, so nothing was changed."),
        "has_signed_in": _("They have signed in meanwhile: no invitation is needed."),
        "just_invited": _("An invitation left within the last ten minutes. Give it a moment."),
    }.get(conflict.code, _("They are no longer in the team, so nothing was changed."))
