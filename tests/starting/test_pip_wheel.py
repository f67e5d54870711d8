"""A machine without pip gets it from the package index that the machine itself names."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from starting import pip_wheel

WHEEL = b"not really a wheel"
SHA256 = hashlib.sha256(WHEEL).hexdigest()


class Index(ThreadingHTTPServer):
    """Serves one page and one file, to whoever says the password."""

    page = ""

    def answer(self, path: str, password: str | None) -> tuple[int, bytes]:
        if password != f"Basic {b64encode(b'dana:s/cret').decode()}":
            return 401, b""
        return 200, self.page.encode() if path == "/simple/pip/" else WHEEL

    @property
    def address(self) -> str:
        return f"http://dana:s%2Fcret@127.0.0.1:{self.server_port}/simple/"


class Answers(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        status, content = self.server.answer(self.path, self.headers["Authorization"])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index() -> Iterator[Index]:
    with Index(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_newest_wheel_is_taken_by_number_and_not_by_letter(index: Index, tmp_path: Path) -> None:
    index.page = "".join(
        f'<a href="../../files/pip-{name}#sha256={SHA256}">'
        for name in ("26.1-py3-none-any.whl", "26.10-py3-none-any.whl", "9.0.3-py3-none-any.whl", "99.tar.gz")
    )
    [wheel] = pip_wheel.from_index(index.address, tmp_path)
    assert (wheel.name, wheel.read_bytes()) == ("pip-26.10-py3-none-any.whl", WHEEL)


def test_a_wheel_that_is_not_what_the_page_promised_is_refused(index: Index, tmp_path: Path) -> None:
    index.page = f'<a href="/files/pip-26.1-py3-none-any.whl#sha256={"0" * 64}">'
    assert list(pip_wheel.from_index(index.address, tmp_path)) == []


def test_an_index_that_does_not_answer_is_passed_over(tmp_path: Path) -> None:
    for address in ("http://127.0.0.1:1/simple", "no address at all", f"file://{tmp_path}"):
        assert list(pip_wheel.from_index(address, tmp_path)) == []


def test_the_environment_and_pips_own_configuration_name_the_indexes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://index.example.org/simple\ntimeout = 60\n")
    monkeypatch.setattr(pip_wheel, "configuration_files", lambda: [tmp_path / "none", file])
    monkeypatch.setenv("PIP_INDEX_URL", "https://near.example.org/simple")
    for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    named = ["https://near.example.org/simple", "https://index.example.org/simple"]
    assert list(pip_wheel.named_indexes()) == named
