"""The whole demo, as `start.py` starts it: its memory, and what the first visit to the portal ships."""

import re
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from .results import Row, number
from .run import Run
from .server import Answer, Browser, free_port, running

MOST_MB, MOST_KB = 150, 60
PAGES = ("requests", "schedule", "clients", "services", "messages", "settings")
LINK = re.compile(r"http://localhost:\d+(/sign-in\S+)")
LOADED = re.compile(
    r'(?:<link rel="(?:stylesheet|icon)" href|<script defer src|<img src|<use href)="([^"#]+)'
)


def measure(run: Run) -> list[Row]:
    """Only beside SQLite: the demo has its own database."""
    if run.db != "sqlite":
        return []
    port, log = free_port(), run.folder / "demo.log"
    with running(["demo"], port, log, SIDEGATE_DATA_DIR=str(run.folder / "demo")) as process:
        as_maria, as_dana = LINK.findall(log.read_text())[:2]
        shipped = first_visit(port, as_maria)
        look_around(port, as_dana)
        time.sleep(2)
        megabytes = sum(pss_kb(pid) for pid in tree(process.pid)) / 1000
    return [
        number("memory of the whole demo, MB", run.db, megabytes, goal=MOST_MB),
        number(
            "portal's first visit: the form and all it loads, kB as sent",
            run.db,
            shipped / 1000,
            goal=MOST_KB,
        ),
    ]


def signed_in(port: int, link: str) -> Browser:
    """A link shows a page with one button, for programs follow links too."""
    browser = Browser(port)
    answer = browser.get(link)
    if answer.status == 200:
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text()))
        answer = browser.post(link, fields)
    assert answer.status == 302, answer.status
    return browser


def first_visit(port: int, link: str) -> int:
    """Bytes on the wire of the form and of every file it names, headers left out."""
    browser = signed_in(port, link)
    page = "/greenlawn/requests/new"
    answer = browser.get(page, **{"Accept-Encoding": "br, gzip"})
    assert answer.status == 200, answer.status
    files = {urljoin(page, found) for found in LOADED.findall(as_text(answer))}
    shipped = len(answer.body)
    for file in files:
        loaded = browser.get(file, **{"Accept-Encoding": "br, gzip"})
        assert loaded.status == 200, (file, loaded.status)
        shipped += len(loaded.body)
    return shipped


def as_text(answer: Answer) -> str:
    import gzip

    is_gzip = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.body) if is_gzip else answer.body).decode()


def look_around(port: int, link: str) -> None:
    """Every process has shown pages by then."""
    browser = signed_in(port, link)
    for _ in range(5):
        for page in PAGES:
            answer = browser.get(f"/greenlawn/office/{page}")
            assert answer.status == 200, (page, answer.status, urlsplit(link).path[:10])


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in tree(int(child)))]


def pss_kb(pid: int) -> int:
    """Memory of a process, in kB; what several share is divided among them."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1])
