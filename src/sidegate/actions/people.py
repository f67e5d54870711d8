"""What a person settles about herself."""

from django.db import transaction

from ..models import Client, User


def choose_language(language: str, *, by: User) -> None:
    """The language of her pages from now on; also of her mail, where nobody had asked her yet."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(language=language)
        Client.objects.filter(portal_users__user=by, language="").update(language=language)
