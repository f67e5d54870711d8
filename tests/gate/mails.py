"""What a person finds in her mail: the link and the code of her newest asking."""

from dataclasses import dataclass

from sidegate.actions.sign_in import answer_waiting_sign_ins
from sidegate.models import SignIn


@dataclass(frozen=True)
class SignInMail:
    link: str
    code: str
    sign_in: SignIn


def newest_mail(email: str) -> SignInMail:
    """Lets the worker answer, and mints as delivery does when the message leaves."""
    answer_waiting_sign_ins()
    sign_in = SignIn.objects.filter(email=email, kind="asked", user__isnull=False).latest("created_at")
    token, code = sign_in.mint()
    return SignInMail(link=f"/sign-in/{token}", code=code, sign_in=sign_in)
