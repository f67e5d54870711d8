"""A person behind an email, wherever she works or lets someone in, and what she settles about herself."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from ..models import Client, User


def choose_language(language: str, *, by: User) -> None:
    """The language of her pages from now on; also of her mail, where nobody had asked her yet."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(language=language)
        Client.objects.filter(portal_users__user=by, language="").update(language=language)


def held_user(email: str, *, name: str, language: str) -> User:
    """The one user of the address, made where there is none, and held until the transaction ends."""
    defaults = {"name": name, "language": language, "password": make_password(None)}
    user, _made = User.objects.get_or_create(email=email, defaults=defaults)
    if User.objects.filter(pk=user.pk, email=user.email).update(email=F("email")):
        return user
    # Whoever had it was erased at this moment: by now the address is nobody's.
    return held_user(email, name=name, language=language)
