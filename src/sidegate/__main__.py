"""`python -m sidegate` is the `sidegate` command."""

import sys

from .cli import main

sys.exit(main())
