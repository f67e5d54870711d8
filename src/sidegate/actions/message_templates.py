"""A business's own words for its messages: checked when they are stored, so that they can be sent."""

from ..models import Business, MessageTemplate
from .errors import InvalidInput
from .messages import validate_words


def change_words(business: Business, *, key: str, language: str, subject: str, text: str) -> None:
    """From now on these words are sent; what is in the outbox keeps its own. Raises InvalidInput for `text`."""
    problems = validate_words(key, subject, text)
    if problems:
        raise InvalidInput({"text": " ".join(problems)})
    MessageTemplate.objects.update_or_create(
        business=business,
        key=key,
        language=language,
        channel="email",
        defaults={"subject": subject, "text": text},
    )


def reset_words(business: Business, *, key: str, language: str) -> None:
    """The built-in words return."""
    MessageTemplate.objects.filter(business=business, key=key, language=language).delete()
