"""The `sidegate` command. Django is set up by the commands that need it, so that `--help` is instant."""

import sys
from collections.abc import Sequence
from importlib import import_module

from .commands import parser_of_all

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Expected troubles are one line each, and exit code 1."""
    options = parser_of_all().parse_args(arguments)
    module = import_module(f"{__name__}.{options.module}")
    try:
        return int(module.run(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        from .trouble import in_words

        words = in_words(error)
        if not words:
            raise
        print(f"sidegate {options.command}: {words}", file=sys.stderr)
        return 1
