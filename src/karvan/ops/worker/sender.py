"""Sending a signed notice to an address that somebody else chose, and to no address inside.

The name is looked up once, every address that it has must be public, and the connection goes to the very address that was
judged: a name that answers otherwise the second time leads nowhere. Redirects are not followed. Source: Standard Webhooks.
"""

import hmac
import ssl
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import IPPROTO_TCP, SHUT_RDWR, getaddrinfo, socket
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from karvan.errors import InputError

LONGEST_S = 10.0  # a try takes no longer, however slowly the answer drips
WRAPPED = [ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32")]
"""IPv6 networks that lead to IPv4 addresses inside."""


def signature(secrets: Sequence[str], identity: str, time_s: int, body: bytes) -> str:
    """The signatures over id, time and body, one a secret.

    >>> signature(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...           b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{identity}.{time_s}.".encode() + body
    keys = [b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    return " ".join("v1," + b64encode(hmac.digest(key, signed, sha256)).decode() for key in keys)


def checked(url: str, *, inside: bool = False) -> SplitResult:
    """The parts of a url to which notices may go; InputError for any other.

    >>> checked("https://hooks.example.org/karvan").hostname
    'hooks.example.org'
    """
    cure = "give a public https address without user, fragment or inside host"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError(f"{url[:200]!r} is no url", cure=cure) from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 2000
    if not plain or not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        raise InputError(f"{url[:200]!r} is no url to send to", cure=cure)
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise InputError("notices go by https alone", cure=cure)
    if not inside and not _may(parts.hostname):
        raise InputError(f"{parts.hostname} is inside", cure=cure)
    return parts


def _may(host: str) -> bool:
    """Whether a host, where it is written as an address, is a public one; a name is judged once it is looked up."""
    try:
        return public(ip_address(host))
    except ValueError:
        return "." in host and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the public internet, and leads to no address inside by another spelling.

    >>> [public(ip_address(each)) for each in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "fd00::1")]
    [True, False, False, False, False]
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return public(address.ipv4_mapped)
        if any(address in network for network in WRAPPED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class Sender:
    """Sends notices. ``inside`` opens inside addresses and plain http, for tests and a sandbox alone."""

    def __init__(
        self, *, inside: bool = False, longest_s: float = LONGEST_S, tls: ssl.SSLContext | None = None
    ) -> None:
        self.inside, self.longest_s = inside, longest_s
        self.tls = tls or ssl.create_default_context()

    def send(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """The status of the answer and what to say of it; 0 where none came."""
        connection: HTTPConnection | None = None
        try:
            parts = checked(url, inside=self.inside)
            connection = self._connection(parts)
            cut = Timer(self.longest_s, _cut, (connection,))
            cut.daemon = True
            cut.start()
            try:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            finally:
                cut.cancel()
            return status, f"answered {status}"
        except InputError as error:
            return 0, error.message
        except (OSError, HTTPException, ValueError) as error:
            return 0, f"{type(error).__name__}: {error}"[:200]
        finally:
            if connection is not None:
                connection.close()

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address(host, port)
        if parts.scheme == "https":
            return _Pinned(host, port, address, self.longest_s, self.tls)
        return HTTPConnection(address, port, timeout=self.longest_s)

    def _address(self, host: str, port: int) -> str:
        """One address of a host, all of whose addresses are public."""
        found = [str(each[4][0]) for each in getaddrinfo(host, port, proto=IPPROTO_TCP)]
        bad = [each for each in found if not self.inside and not public(ip_address(each.partition("%")[0]))]
        if bad or not found:
            raise InputError(
                f"{host} leads inside, to {', '.join(bad)}", cure="give a host with public addresses alone"
            )
        return found[0]


class _Pinned(HTTPSConnection):
    """A connection to an address that was judged, which must show the certificate of the host's name."""

    def __init__(self, host: str, port: int, address: str, timeout: float, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=tls)
        self.name, self.address, self.tls = host, address, tls

    def connect(self) -> None:
        """Connects to the judged address, whatever the name would say now."""
        plain = HTTPConnection(self.address, self.port, timeout=self.timeout)
        plain.connect()
        assert plain.sock is not None
        wrapped = self.tls.wrap_socket(plain.sock, server_hostname=self.name, do_handshake_on_connect=False)
        self.sock = wrapped
        wrapped.do_handshake()


def _cut(connection: HTTPConnection) -> None:
    found: socket | None = connection.sock
    if found is not None:
        try:
            found.shutdown(SHUT_RDWR)
        except OSError:
            return
