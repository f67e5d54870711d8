"""What can be expected to go wrong, said in one line instead of a traceback."""

import errno


class Trouble(Exception):
    """The command cannot go on; the message says why, and what to do, to the person at the terminal."""


def in_words(error: Exception) -> str:
    """One line for an error that a well-made command may still meet; empty for a fault of ours."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from ..actions.errors import InvalidInput

    if isinstance(error, Trouble):
        return str(error)
    if isinstance(error, InvalidInput):
        return " ".join(str(sentence) for sentence in error.errors.values())
    if isinstance(error, OperationalError):
        return f"The database failed: {first_line(error)}"
    if isinstance(error, ImproperlyConfigured):
        return _misconfigured(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full."
    return ""


def _misconfigured(error: Exception) -> str:
    if "psycopg" in str(error):
        return "PostgreSQL needs one package more: install sidegate[postgres]."
    return first_line(error)


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
