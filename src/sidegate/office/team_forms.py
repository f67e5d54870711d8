"""What is typed about someone of the office: who she is, and what she may do."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..models import Business, Membership
from .fields import Choice, Email, Line, Option, language_choices
from .forms import Form
from .in_words import InWords

Role = Membership.Role


def role_words(role: str) -> str:
    return {Role.OWNER: _("Owner"), Role.TECHNICIAN: _("Technician")}.get(Role(role)) or _("Staff")


class RoleChoice(Choice):
    """Each role with what it may do."""

    def __init__(self) -> None:
        super().__init__(
            lazy("Role"), [(role, role) for role in (Role.TECHNICIAN, Role.STAFF, Role.OWNER)], look="cards"
        )

    def options(self) -> list[Option]:
        may = {
            Role.TECHNICIAN: _("Their own visits, day by day, and nothing else."),
            Role.STAFF: _("Requests, schedule, clients, services and messages."),
            Role.OWNER: _("All of that, and the settings, the team, and erasing clients."),
        }
        return [Option(str(role), role_words(role), words) for role, words in may.items()]


class InviteForm(Form):
    """Someone new; with a sign-in already, she keeps her own name and language."""

    is_new = True
    saying = lazy("Send invitation")

    name = Line(lazy("Name"), needed=True, missing=lazy("What is the person's name?"))
    email = Email(lazy("Email"), needed=True, missing=lazy("They sign in with an email: write it here."))
    role = RoleChoice()
    language = Choice(lazy("Language"), hint=lazy("The invitation and the office are in it."))

    def __init__(self, request: HttpRequest, business: Business) -> None:
        words = InWords(business)
        super().__init__(request, {"role": Role.STAFF, "language": business.language_for("")})
        self.offer("language", language_choices(read_in=words.language))


class RoleForm(Form):
    role = RoleChoice()

    def __init__(self, request: HttpRequest, membership: Membership) -> None:
        super().__init__(request, {"role": membership.role})
