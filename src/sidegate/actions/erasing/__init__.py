"""Erasing a client: her person goes for good; what was asked, when, decided by whom, and at what price stays.

docs/decisions/0016-team-and-erasing.md says what goes, what stays, and why.
"""

from .erase import erase_client
from .imports import is_in_a_draft

__all__ = ["erase_client", "is_in_a_draft"]
