"""The first run: a code from the terminal opens one page, and that page makes a business ready for its first client.

docs/decisions/0017-first-run.md says how the code is kept, and what being its holder allows.
"""

from .business import founded_already, set_up_business
from .check import MOST_SERVICES, ServiceLine, SetUp
from .codes import LIFETIME, find_set_up, new_set_up_code, open_set_up

__all__ = [
    "LIFETIME",
    "MOST_SERVICES",
    "ServiceLine",
    "SetUp",
    "find_set_up",
    "founded_already",
    "new_set_up_code",
    "open_set_up",
    "set_up_business",
]
