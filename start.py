#!/usr/bin/env python3
"""Try Sidegate, or test it, on a machine that has Python 3.11 or newer and nothing else.

    python3 start.py [--port N]     install, make the demo, serve it, print the links
    python3 start.py test [...]     install what the tests need, lint, and test on SQLite and PostgreSQL
    python3 start.py bench [...]    install the same, and measure
    python3 start.py lock [...]     pin the dependencies anew (needs uv; --upgrade for newer ones)

Everything goes into .venv beside this file. Run it again at any time: what is there is kept, what is half done
is done again. What it does is in starting/; this file is for old Pythons too, which can only look for a newer.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
TOO_OLD = "Sidegate needs Python 3.11 or newer, and this is %d.%d. Install python3.11, or a newer one."


def main() -> int:
    if sys.version_info < OLDEST:
        return with_newer_python()
    from starting.commands import run

    return run(sys.argv[1:], usage=__doc__ or "")


def with_newer_python() -> int:
    for found in filter(None, map(shutil.which, NEWER)):
        if is_new_enough(found):
            os.execv(found, [found] + sys.argv)
    print(TOO_OLD % sys.version_info[:2])
    return 1


def is_new_enough(python: str) -> bool:
    """The name alone says nothing: version managers put commands on the path that only complain."""
    question = [python, "-c", "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)]
    return subprocess.call(question, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


if __name__ == "__main__":
    sys.exit(main())
