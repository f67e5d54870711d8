"""How a business is set up, as the terminal tells it: an address to open, and a code to type there."""


def how_to_set_up(*, replaces_others: bool = False) -> str:
    """Makes the code that it names."""
    from django.conf import settings

    from ..actions.set_up import LIFETIME, new_set_up_code

    code = new_set_up_code(replaces_others=replaces_others)
    hours = int(LIFETIME.total_seconds()) // 3600
    return (
        f"Open {settings.SIDEGATE_BASE_URL}/set-up and type the code {code}\n"
        f"It makes one business, within {hours} hours."
    )


def first_words(announcement: str) -> str:
    """What serving announces; where there is no business yet, with the way to the first one. A code that an earlier
    start printed opens nothing any more."""
    from ..models import Business

    if Business.objects.exists():
        return announcement
    return f"{announcement}\n\nNo business yet. {how_to_set_up(replaces_others=True)}\n"
