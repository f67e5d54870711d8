"""PostgreSQL's own programs for copies, pg_dump and pg_restore, of the server's version or newer."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..trouble import Trouble

DEBIANS: Final = Path("/usr/lib/postgresql")


def program(name: str, *, server_version: int) -> str:
    """Its path: the first in PATH that is new enough, else one of Debian's. Raises Trouble.

    The server's version is its first number, such as 16.
    """
    found = [version for version in map(_version, _candidates(name)) if version]
    for version, path in found:
        if version >= server_version:
            return path
    if found:
        newest = max(version for version, _path in found)
        raise Trouble(
            f"{name} is of version {newest}, the server of version {server_version}. "
            f"Install PostgreSQL's client programs of version {server_version} or newer."
        )
    raise Trouble(
        f"{name} is not installed. Install PostgreSQL's client programs (Debian: postgresql-client), "
        f"version {server_version} or newer."
    )


def _candidates(name: str) -> Iterator[str]:
    for folder in os.get_exec_path():
        if path := shutil.which(name, path=folder):
            yield path
    yield from map(str, sorted(DEBIANS.glob(f"*/bin/{name}"), reverse=True))


def _version(path: str) -> tuple[int, str] | None:
    """ "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" is of version 15."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return (int(found[1]), path) if found else None
