"""Where a client stands with her portal, in a few words."""

from django.utils.translation import gettext as _

from ..models import Client
from .in_words import InWords

TONES = {"signed_in": "good", "invited": "", "not_invited": "wait", "no_email": ""}


def portal_state(client: Client, *, has_signed_in: bool) -> str:
    """ "signed_in", "invited", "not_invited", or "no_email" where nobody could be invited."""
    if has_signed_in:
        return "signed_in"
    if client.invited_at:
        return "invited"
    return "not_invited" if client.email else "no_email"


def state_words(state: str, client: Client, words: InWords) -> str:
    if state == "invited" and client.invited_at:
        return _("Invited %(date)s") % {"date": words.date_of(client.invited_at)}
    return {
        "signed_in": _("Has signed in"),
        "not_invited": _("Not invited"),
        "no_email": _("No email"),
    }[state]


def not_invited_because(why: str, count: int) -> str:
    """Such as "7 have no email: you tell them"."""
    return {
        "signed_in": _("%(count)s signed in already"),
        "invited": _("%(count)s invited before"),
        "no_address": _("%(count)s without email: you tell them"),
        "opted_out": _("%(count)s want no email"),
        "bounced": _("%(count)s whose mail came back"),
    }[why] % {"count": f"{count:,}"}
