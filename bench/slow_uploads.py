"""What slow clients do to the pages of the others: `python -m bench.slow_uploads`.

Starts `sidegate.cli.web_server` on a small site, with two workers, and reads a page of 50 rows while 50 others
upload a photo at 2 kB/s, send nothing more, or never read their answer. `--servers` names others to compare
with, where they are installed. docs/decisions/0004-web-server.md has a reading of it.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.slow_uploads_clients import KINDS, bother, visit

SITE = "bench.slow_uploads_site:application"
WORKERS = 2
SLOW_CLIENTS, READERS = 50, 4
QUIET_SECONDS = 6.0
BOTHERED_SECONDS = 42.0
SETTLE_SECONDS = 2.0


def command(server: str, port: int) -> list[str]:
    """Two workers each; time-outs and grace as Sidegate's where there is an option for them."""
    gunicorn = f"gunicorn -b 127.0.0.1:{port} -w {WORKERS} --preload -t 30 --graceful-timeout 20"
    granian = f"granian --interface wsgi --host 127.0.0.1 --port {port} --workers {WORKERS} --no-ws"
    run_web = f"run_web(host='127.0.0.1', port={port}, workers={WORKERS}, application='{SITE}')"
    return {
        "sidegate": ["-c", f"from sidegate.cli.web_server import run_web; {run_web}"],
        "gunicorn-sync": ["-m", *gunicorn.split(), SITE],
        "gunicorn-4-threads": ["-m", *gunicorn.split(), *["-k", "gthread", "--threads", "4"], SITE],
        "gunicorn-64-threads": ["-m", *gunicorn.split(), *["-k", "gthread", "--threads", "64"], SITE],
        "granian-2-threads": ["-m", *granian.split(), "--blocking-threads", "2", SITE],
        "granian": ["-m", *granian.split(), SITE],
    }[server]


@contextmanager
def serving(server: str, folder: Path) -> Iterator[tuple[int, int]]:
    """The port and the process id of a server that answers; gone afterwards, if need be by force."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"SLOW_UPLOADS_FOLDER": str(folder)}
    with (folder / f"{server}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command(server, port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(port, process, folder / f"{server}.log")
        yield port, process.pid
    finally:
        end(process)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            if asyncio.run(visit(port, "/trivial", 1, 0.05)).seconds:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"It did not start.\n{log.read_text()[-2000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    family = tree(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(25)
    except subprocess.TimeoutExpired:
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in tree(int(child)))]


def megabytes(pid: int) -> float:
    """Proportional set size of the process and all below it."""
    kilobytes = 0
    for member in tree(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def lines_held(pid: int) -> int:
    """Sockets that the processes hold, the listening ones and the pairs among themselves included."""
    links = [link for member in tree(pid) for link in Path(f"/proc/{member}/fd").iterdir()]
    return sum(1 for link in links if link.is_symlink() and str(link.readlink()).startswith("socket:"))


def busy_seconds() -> float:
    """Of all processors of this machine since it started."""
    numbers = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return (sum(numbers) - numbers[3] - numbers[4]) / os.sysconf("SC_CLK_TCK")


def used_seconds(pid: int) -> float:
    """Of the processes below this one that still run, and of this one."""
    ticks = 0
    for member in tree(pid):
        words = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Meter:
    """What the server's processes and everyone else used of the processors since it was made."""

    def __init__(self, pid: int) -> None:
        self.pid, self.began = pid, time.monotonic()
        self.busy, self.used, self.ours = busy_seconds(), used_seconds(pid), time.process_time()

    def in_words(self, pages: int) -> str:
        used = used_seconds(self.pid) - self.used
        ours = time.process_time() - self.ours
        others = (busy_seconds() - self.busy - used - ours) / (time.monotonic() - self.began)
        cost = f"{1000 * used / pages:.2f} ms CPU a page, " if pages else ""
        return f"{cost}{megabytes(self.pid):.0f} MB, others kept {max(0, others):.1f} processors busy"


def report_quiet(port: int, pid: int, path: str) -> None:
    asyncio.run(visit(port, path, 8, 1))
    meter = Meter(pid)
    reads = asyncio.run(visit(port, path, 8, QUIET_SECONDS))
    print(f"  {path}: {reads.in_words(QUIET_SECONDS)}; {meter.in_words(len(reads.seconds))}", flush=True)


def report_bothered(port: int, pid: int, kind: str) -> None:
    asyncio.run(visit(port, "/rows", READERS, 1))
    print(asyncio.run(bothered(port, pid, kind)), flush=True)


async def bothered(port: int, pid: int, kind: str) -> str:
    at_first = lines_held(pid)
    slow = [
        asyncio.create_task(bother(kind, port, number, BOTHERED_SECONDS)) for number in range(SLOW_CLIENTS)
    ]
    await asyncio.sleep(SETTLE_SECONDS)
    meter, seconds = Meter(pid), BOTHERED_SECONDS - 2 * SETTLE_SECONDS
    reads = await visit(port, "/rows", READERS, seconds)
    used, held = meter.in_words(len(reads.seconds)), max(0, lines_held(pid) - at_first)
    ends = Counter(await asyncio.gather(*slow))
    return (
        f"  {kind}: {reads.in_words(seconds)}; {used}\n    {dict(ends)}, {held} held by the server at the end"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--servers", default="sidegate", help="comma between; default: sidegate")
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"default: {','.join(KINDS)}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slow-uploads-") as name:
        folder = Path(name)
        os.environ["SLOW_UPLOADS_FOLDER"] = name
        subprocess.run([sys.executable, "-c", "import bench.slow_uploads_site as s; s.prepare()"], check=True)
        for server in options.servers.split(","):
            print(server, flush=True)
            with serving(server, folder) as (port, pid):
                report_quiet(port, pid, "/rows")
                report_quiet(port, pid, "/trivial")
            for kind in filter(None, options.kinds.split(",")):
                with serving(server, folder) as (port, pid):
                    report_bothered(port, pid, kind)


if __name__ == "__main__":
    main()
