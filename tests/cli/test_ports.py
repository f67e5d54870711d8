"""A port is taken before anything else starts, and told when it cannot be."""

import socket
from collections.abc import Iterator

import pytest

from sidegate.cli.ports import listen, listen_nearby
from sidegate.cli.trouble import Trouble


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_whoever_connects_is_heard() -> None:
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname(), timeout=5) as caller,
    ):
        answered, _address = listening.accept()
        answered.sendall(b"hello")
        answered.close()
        assert caller.recv(5) == b"hello"


def test_a_taken_port_is_told(taken: int) -> None:
    with pytest.raises(Trouble, match=rf"^Port {taken} is taken by another program."):
        listen("127.0.0.1", taken)


def test_the_next_free_port_is_found(taken: int) -> None:
    with listen_nearby("127.0.0.1", taken) as listening:
        assert listening.getsockname()[1] != taken


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
def test_a_port_that_another_has_as_localhost_is_taken_too() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 loopback on this machine")
    with other, pytest.raises(Trouble, match="is taken"):
        listen("127.0.0.1", other.getsockname()[1])


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(Trouble, match=r"^Cannot listen on 192\.0\.2\.1: "):
        listen("192.0.2.1", 0)
