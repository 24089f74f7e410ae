"""Where a webhook may be sent: to public addresses, and to those private networks that the county has named.

An agency names the address, so it must not be able to name one of ours: a database, a cloud's metadata, this machine.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
"""All that is given out to the public (RFC 4291, 2.4; IANA). Beside it lie forms that stand for IPv4 addresses of ours
(compatible, translated, a network's own NAT64) and site-local ones, which the standard library calls global."""


def may_be_reached(address: str, networks: Sequence[str]) -> bool:
    """Whether a webhook may be sent to this IP address; one that hides another is judged by that."""
    try:
        found = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(found in ipaddress.ip_network(network) for network in networks):
        return True
    if isinstance(found, ipaddress.IPv6Address) and found not in _PUBLIC_IPV6:
        return False
    return found.is_global and not found.is_multicast


def url_fault(url: str, networks: Sequence[str]) -> str | None:
    """What is wrong with the address of a webhook, before any name is looked up; None when nothing is.

    HTTPS is asked for everywhere but on loopback, and loopback must be among the county's `networks`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "malformed"
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 2000 or port == 0:
        return "malformed"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "malformed"
    try:
        literal: _Address | None = ipaddress.ip_address(host)
    except ValueError:
        literal = None
    if parts.scheme != "https" and not (parts.scheme == "http" and literal is not None and literal.is_loopback):
        return "not https"
    if literal is not None and not may_be_reached(host, networks):
        return "private"
    return None


def _innermost(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 one stands for, where it does (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    hidden = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if hidden is None and address in _NAT64:
        hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return hidden or address
