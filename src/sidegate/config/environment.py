"""What the environment says (DESIGN section 6), and what in it would make a production start unsafe."""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

SHORTEST_SECRET = 32
NOT_FOR_SERVING = "not-for-serving-set-SIDEGATE_SECRET_KEY"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
}
POSTGRES_OPTIONS = {
    "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000",
    "server_side_binding": True,
    # Planned for the values at hand. Prepared, PostgreSQL would soon plan once for all values, and a page of the
    # smallest business among large ones took half a second on such a plan. models/compiled.py prepares what it may.
    "prepare_threshold": None,
}


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables as read, with defaults for one person trying it on one machine."""

    data_dir: Path
    database_url: str
    email_url: str
    base_url: str
    secret_key: str
    trusted_proxies: tuple[str, ...]
    is_demo: bool

    @classmethod
    def read(cls) -> "Environment":
        data_dir = Path(os.environ.get("SIDEGATE_DATA_DIR", "var")).absolute()
        is_demo = os.environ.get("SIDEGATE_DEMO") == "1"
        return cls(
            data_dir=data_dir,
            database_url=os.environ.get("SIDEGATE_DATABASE_URL") or f"sqlite:///{data_dir}/sidegate.sqlite3",
            email_url=os.environ.get("SIDEGATE_EMAIL_URL", "mailbox:" if is_demo else ""),
            base_url=os.environ.get("SIDEGATE_BASE_URL", "http://localhost:8000").rstrip("/"),
            secret_key=os.environ.get("SIDEGATE_SECRET_KEY", ""),
            trusted_proxies=tuple(filter(None, os.environ.get("SIDEGATE_TRUSTED_PROXIES", "").split(","))),
            is_demo=is_demo,
        )

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def database(self) -> dict[str, Any]:
        return database_entry(self.database_url)

    def problems(self) -> list[str]:
        """What forbids serving in earnest, each as one sentence; empty where all is well."""
        found = [*self._address_problems(), *self._proxy_problems()]
        if self.is_demo:
            return found
        if len(self.secret_key) < SHORTEST_SECRET:
            found.append(
                f"SIDEGATE_SECRET_KEY must be set, with at least {SHORTEST_SECRET} random characters."
            )
        if not self.email_url:
            found.append(
                "SIDEGATE_EMAIL_URL must be set, such as smtp+tls://user:password@mail.example.org:587."
            )
        return found

    def _address_problems(self) -> list[str]:
        if not self.host or urlsplit(self.base_url).scheme not in ("http", "https"):
            return ["SIDEGATE_BASE_URL must be a full address, such as https://visits.example.org."]
        if not self.is_https and not is_loopback(self.host):
            return ["SIDEGATE_BASE_URL must begin with https:// (plain http is for this machine alone)."]
        return []

    def _proxy_problems(self) -> list[str]:
        for proxy in self.trusted_proxies:
            try:
                ipaddress.ip_network(proxy.strip())
            except ValueError:
                return [f"SIDEGATE_TRUSTED_PROXIES has {proxy!r}, which is no address or network."]
        return []


def database_entry(url: str) -> dict[str, Any]:
    """Django's database entry; every SQLite gets the options that CASES D1 asks for. Raises ValueError."""
    entry: dict[str, Any] = dict(dj_database_url.parse(url))
    is_sqlite = entry["ENGINE"].endswith("sqlite3")
    entry["OPTIONS"] = {**entry.get("OPTIONS", {}), **(SQLITE_OPTIONS if is_sqlite else POSTGRES_OPTIONS)}
    entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"] = 60, not is_sqlite
    return entry


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
