"""`sidegate sign-in-link`: a way in for someone whom no mail reaches."""

from argparse import Namespace
from typing import TYPE_CHECKING

from .start import start
from .trouble import Trouble

if TYPE_CHECKING:
    from ..models import User


def run(options: Namespace) -> int:
    start()
    from ..models import User

    user = User.objects.filter(email__iexact=options.email.strip()).first()
    if user is None:
        raise Trouble(f"Nobody here has the address {options.email}.")
    if not user.is_active:
        raise Trouble(f"{options.email} may not sign in.")
    print(link_for(user))
    return 0


def link_for(user: "User", next_path: str = "") -> str:
    from ..actions.sign_in import direct_link

    return direct_link(user, next_path=next_path)
