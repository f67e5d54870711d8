"""Taking a port before anything else is started, so that nobody else can have it meanwhile."""

import errno
import socket

from .trouble import Trouble

BACKLOG = 512
PORTS_TRIED = 20


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises Trouble where the port is taken or the address is not ours."""
    try:
        return _bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble(f"Port {port} is taken by another program. Choose another with --port.") from error
        if error.errno == errno.EACCES:
            raise Trouble(f"Port {port} needs more rights than you have. Choose one above 1023.") from error
        raise Trouble(f"Cannot listen on {host}: {error.strerror}.") from error


def listen_nearby(host: str, port: int) -> socket.socket:
    """As `listen`, on the next free port where that one is taken."""
    for candidate in range(port, port + PORTS_TRIED):
        try:
            return _bound(host, candidate)
        except OSError:
            continue
    return listen(host, 0)


def _bound(host: str, port: int) -> socket.socket:
    family, _kind, _protocol, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    if host == "127.0.0.1" and port:
        _refuse_namesake(port)
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def _refuse_namesake(port: int) -> None:
    """Raises OSError where another program has the port on ::1: browsers try that first for "localhost"."""
    if not socket.has_ipv6:
        return
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("::1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise
