"""Why something she sent was not taken, in words."""

from django.utils.translation import gettext as _

from ..actions.errors import TokenReused, TooMany


def late_words() -> str:
    """Says nothing of a decision that may still be undone (DESIGN rule 16)."""
    return _("We are answering this request, or have answered it. It was not changed.")


def used_words(refused: TokenReused) -> str:
    return _(
        "This form was already sent, as request %(reference)s. If you meant to send another, press the button again."
    ) % {"reference": refused.booking_request.reference}


def stale_words() -> str:
    return _(
        "This request was changed elsewhere since you opened it. Both texts are here: choose, then save again."
    )


def too_many_words(refused: TooMany) -> str:
    if refused.limit == "requests_pending":
        return _("Fifty requests of yours are waiting already. Please wait for an answer first.")
    return _("That is a lot of requests in one hour. Everything you typed is kept: please try again later.")
