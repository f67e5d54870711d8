"""Messages: rendered before a transaction, stored inside the one that causes them, delivered afterwards.

docs/decisions/0007-messages.md says why. Nothing here sends: that is delivery's.
"""

from .drafts import Draft, Recipient, draft
from .fate import let_go, release_held, retry_message
from .keys import KEYS, placeholders_of
from .outbox import store, store_sign_in, store_spread
from .words import BuiltIn, Words, built_in, own_words, validate_words

__all__ = [
    "KEYS",
    "BuiltIn",
    "Draft",
    "Recipient",
    "Words",
    "built_in",
    "draft",
    "let_go",
    "own_words",
    "placeholders_of",
    "release_held",
    "retry_message",
    "store",
    "store_sign_in",
    "store_spread",
    "validate_words",
]
