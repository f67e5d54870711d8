"""pip's own wheel, for machines without pip: from the disk, from the index that is named there, from Debian."""

import base64
import configparser
import hashlib
import os
import re
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

from .steps import Stop, step

NAME = re.compile(r"pip-([\d.]+)-py3-none-any\.whl")
PATIENCE = 60  # seconds


def wheels() -> Iterator[Path]:
    """The nearest first; what is further is only asked for when it is needed."""
    yield from on_disk()
    folder = Path(tempfile.mkdtemp(prefix="sidegate-pip-"))
    try:
        for address in named_indexes():
            yield from from_index(address, folder)
        yield from from_debian(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_disk() -> list[Path]:
    """Where systems keep it for making virtual environments."""
    folders = (Path(os.__file__).parent / "ensurepip/_bundled", Path("/usr/share/python-wheels"))
    return [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"), reverse=True)]


def named_indexes() -> Iterator[str]:
    """The addresses that the environment and pip's own configuration name."""
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL"):
        yield from os.environ.get(name, "").split()
    read = configparser.RawConfigParser(strict=False)
    for file in configuration_files():
        try:
            read.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
    for section, option in (("install", "index-url"), ("global", "index-url"), ("global", "extra-index-url")):
        yield from read.get(section, option, fallback="").split()


def configuration_files() -> list[Path]:
    """In pip's order: each may overrule the ones before."""
    home, set_up = Path.home(), os.environ.get
    shared = set_up("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep)
    own = [
        home / ".pip/pip.conf",
        home / "Library/Application Support/pip/pip.conf",
        Path(set_up("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf",
        Path(set_up("APPDATA") or home) / "pip/pip.ini",
    ]
    system = [*(Path(folder) / "pip/pip.conf" for folder in shared), Path("/etc/pip.conf")]
    return [*system, *own, Path(set_up("PIP_CONFIG_FILE") or os.devnull)]


def from_index(address: str, folder: Path) -> Iterator[Path]:
    """The newest wheel on the index's simple page of pip; none where the index does not answer."""
    page = f"{address.rstrip('/')}/pip/"
    try:
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', fetched(page).decode())]
        if link := max(filter(NAME.search, links), key=version_in, default=None):
            yield saved(urljoin(page, link), folder)
    except (OSError, ValueError):
        return


def version_in(link: str) -> tuple[int, ...]:
    found = NAME.search(link)
    return tuple(map(int, found[1].split("."))) if found else ()


def saved(address: str, folder: Path) -> Path:
    """The file at that address, whose end tells its SHA-256. Raises ValueError where that is not it."""
    content, told = fetched(address), urlsplit(address).fragment.removeprefix("sha256=")
    if told and hashlib.sha256(content).hexdigest() != told:
        raise ValueError(address)
    path = folder / Path(urlsplit(address).path).name
    path.write_bytes(content)
    return path


def fetched(address: str) -> bytes:
    """As pip would: with the name and password in the address, and the authorities that PIP_CERT names."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    request = Request(parts._replace(netloc=place, fragment="").geturl())
    if parts.username is not None:
        person = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(person.encode()).decode()}")
    trusted = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    with urlopen(request, timeout=PATIENCE, context=trusted) as answer:
        content: bytes = answer.read()
    return content


def from_debian(folder: Path) -> Iterator[Path]:
    """From Debian's own packages, with package lists of our own, so that it takes no root."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    apt = ["apt-get", "-q", "-o", f"Dir::State={folder}/state", "-o", f"Dir::Cache={folder}/cache"]
    apt += ["-o", "APT::Sandbox::User="]
    try:
        step("Reading Debian's package lists", [*apt, "update"])
        step("Fetching pip from Debian", [*apt, "download", "python3-pip-whl"], folder=folder)
        step("Unpacking it", ["dpkg-deb", "-x", *folder.glob("*.deb"), folder / "unpacked"])
    except Stop:
        return
    yield from folder.glob("unpacked/**/pip-*.whl")
