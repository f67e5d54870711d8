"""Link and code of a sign-in message: made when it leaves, so that no stored message holds a way in."""

import re

from django.conf import settings

from ..models import Message

_SECRET = re.compile(r"\{(link|code)\}")


def with_secrets(message: Message) -> str:
    """The text with a fresh link and code; the link of an earlier attempt is void from here on."""
    if message.sign_in is None:
        return message.text
    token, code = message.sign_in.mint()
    secrets = {"link": f"{settings.SIDEGATE_BASE_URL}/sign-in/{token}", "code": f"{code[:4]}-{code[4:]}"}
    return _SECRET.sub(lambda found: secrets[found[1]], message.text)
