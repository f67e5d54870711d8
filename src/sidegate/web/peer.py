"""Who is at the other end of the line: the address that limits are counted on (CASES D15)."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import pairwise

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address


def peer_address(request: HttpRequest) -> str | None:
    """The peer's address; behind proxies that SIDEGATE_TRUSTED_PROXIES names, the last one they vouch for.

    An IPv6 peer counts as its /64 network, for one household or server holds all of it. None where the
    line has no address, such as a Unix socket.
    """
    hops = [_parsed(request.META.get("REMOTE_ADDR", ""))]
    hops += [_parsed(hop) for hop in reversed(request.headers.get("X-Forwarded-For", "").split(","))]
    for nearer, farther in pairwise(hops):
        if nearer is None or farther is None or not _is_trusted(nearer):
            return _counted(nearer)
    return _counted(hops[-1])


class ProxysWord:
    """Whether the line is encrypted is told by a proxy we trust: the same header from anyone else is dropped
    before Django reads it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nearest = _parsed(request.META.get("REMOTE_ADDR", ""))
        if nearest is None or not _is_trusted(nearest):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.answer(request)


def _parsed(written: str) -> Address | None:
    try:
        address = ip_address(written.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_trusted(address: Address) -> bool:
    return any(address in ip_network(proxy.strip()) for proxy in settings.SIDEGATE_TRUSTED_PROXIES)


def _counted(address: Address | None) -> str | None:
    if isinstance(address, IPv6Address):
        return str(ip_network((address.packed, 64), strict=False).network_address)
    return str(address) if address else None
