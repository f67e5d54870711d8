"""Commands that run until they are stopped, started for real by tests."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

STOPS = "Ctrl-C stops"


@dataclass
class Running:
    """A command that has said that it runs; `told` is what it has said so far."""

    process: subprocess.Popen[str]
    told: str

    @property
    def links(self) -> list[str]:
        return re.findall(r"http://localhost:\d+/sign-in/\S+", self.told)

    @property
    def base(self) -> str:
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)", self.told)
        assert found, self.told
        return f"http://localhost:{found[1]}"

    def processes(self) -> set[int]:
        """All that share its process group."""
        return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._is_ours(pid)}

    def _is_ours(self, pid: int) -> bool:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return fields[0] != "Z" and int(fields[2]) == self.process.pid

    def stop(self) -> int:
        """Ctrl-C, as a terminal sends it: to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(30)


def start(*arguments: str, **environment: str) -> Running:
    """Returns once the command has said that it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sidegate", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    running = Running(process, "")
    assert process.stdout is not None
    for line in process.stdout:
        running.told += line
        if STOPS in line:
            return running
    raise AssertionError(f"ended with {process.wait(5)}: {running.told}")


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sidegate", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def opened(address: str) -> tuple[str, str]:
    """Where a browser of her own ends up, and what it reads there."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(address, timeout=20) as page:
        return page.url, page.read().decode()
