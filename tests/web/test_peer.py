"""On whose address limits are counted."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from sidegate.web.peer import peer_address


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "counted"),
    [
        ((), "203.0.113.9", "", "203.0.113.9"),
        ((), "203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody vouches for the header
        (("10.0.0.0/8",), "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (("10.0.0.0/8",), "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # 1.2.3.4 is only claimed
        (("10.0.0.0/8",), "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (("10.0.0.0/8",), "10.0.0.1", "", "10.0.0.1"),
        (("10.0.0.0/8",), "10.0.0.1", "unknown", "10.0.0.1"),
        (("10.0.0.0/8",), "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ((), "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),  # a household's /64
        ((), "::ffff:203.0.113.9", "", "203.0.113.9"),
        ((), "", "", None),
    ],
)
def test_the_peer_counts_unless_a_trusted_proxy_vouches_for_another(
    settings: Settings, proxies: tuple[str, ...], peer: str, forwarded: str, counted: str | None
) -> None:
    settings.SIDEGATE_TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert peer_address(request) == counted


@pytest.mark.parametrize(("peer", "believed"), [("10.0.0.1", True), ("203.0.113.9", False), ("", False)])
@pytest.mark.django_db
def test_only_a_trusted_proxy_says_that_the_line_is_encrypted(
    settings: Settings, client: Client, peer: str, believed: bool
) -> None:
    settings.SIDEGATE_TRUSTED_PROXIES = ("10.0.0.0/8",)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = client.get("/sign-in", REMOTE_ADDR=peer, headers={"X-Forwarded-Proto": "https"})
    assert answer.wsgi_request.is_secure() is believed
