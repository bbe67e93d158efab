"""Where a webhook may lead: to the public internet, and to the networks that the
operator names (WEBHOOK_NETWORKS). Otherwise whoever sets one up could reach what only
this server can: the database, the router, a cloud's metadata."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from plans.errors import Refused

Address = IPv4Address | IPv6Address
# Networks of IPv6 in whose addresses one of IPv4 is wrapped, and where its 32 bits
# begin, counted from the end. (2001::/32, Teredo, holds it inverted, and is refused.)
_WRAPPED = ((ip_network("64:ff9b::/96"), 0), (ip_network("2002::/16"), 80))
_TEREDO = ip_network("2001::/32")


@dataclass(frozen=True)
class Target:
    """An address that may be called. `ip`: to connect to, whatever the name of the host
    leads to a moment later."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def resolve(url: str) -> Target:
    """Raises Refused for an address that must not be called."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
    except ValueError:
        raise Refused("Enter an address such as https://chat.example.org/…") from None
    if parts.scheme not in ("https", "http") or not host:
        raise Refused("Enter an address such as https://chat.example.org/…")
    if parts.username is not None or parts.password is not None:
        raise Refused("Leave name and password out of the address.")
    if not url.isascii() or any(not "!" <= character <= "~" for character in url):
        raise Refused("The address has characters that no web address has.")
    ips = _look_up(host, port)
    for ip in ips:
        if _is_named_by_operator(ip):
            continue
        if not is_public(ip):
            raise Refused(
                "This address leads into a private network. Choose a public one, or "
                "ask the person who runs the planner to allow it (WEBHOOK_NETWORKS)."
            )
        if parts.scheme != "https":
            raise Refused("The address must start with https://.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, str(ips[0]))


def _look_up(host: str, port: int) -> list[Address]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"There is no server called {host}.") from None
    # An IPv6 address may end in the name of a network card: fe80::1%eth0.
    return [ip_address(str(each[4][0]).partition("%")[0]) for each in rows]


def is_public(ip: Address) -> bool:
    """Whether an address is one of the internet, however it is wrapped."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        for network, shift in _WRAPPED:
            if ip in network:
                return is_public(IPv4Address((int(ip) >> shift) & 0xFFFFFFFF))
        if ip in _TEREDO or ip.is_site_local:
            return False
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not is_special


def _is_named_by_operator(ip: Address) -> bool:
    unwrapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    networks = [ip_network(each) for each in settings.WEBHOOK_NETWORKS]
    return any((unwrapped or ip) in network for network in networks)
