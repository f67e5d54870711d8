"""Primary keys: UUIDv7, made by a library, monotonic within a process, different in every forked child."""

import os
import uuid
from datetime import datetime

import uuid_utils
from uuid_utils import compat

# Forked web workers would otherwise inherit one random state and could make equal keys.
os.register_at_fork(after_in_child=uuid_utils.reseed_rng)


def uuid7() -> uuid.UUID:
    """A new key; later calls in this process sort after earlier ones."""
    return compat.uuid7()


def uuid7_at(moment: datetime) -> uuid.UUID:
    """A key that sorts as if it had been made at the moment: for rows that tell of the past."""
    return compat.uuid7(nanoseconds=int(moment.timestamp() * 1_000_000) * 1000)
