"""No notice goes inside: not by address, by another spelling, by a name, by a second answer, nor by a redirect."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from karvan.errors import InputError
from karvan.ops.worker import sender
from karvan.ops.worker.sender import Sender, checked


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *(
            "[::1]",
            "[::]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[ff02::1]",
        ),
        *("localhost", "postgres", "metadata.google.internal", "printer.local", "a.localhost", "240.0.0.1"),
    ],
)
def test_an_inside_host_is_refused_when_it_is_told_and_when_it_is_used(host: str) -> None:
    with pytest.raises(InputError, match="inside"):
        checked(f"https://{host}/hook")
    assert Sender().send(f"https://{host}/hook", {}, b"")[0] == 0


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://",
            "https://user:word@example.org/",
        ),
        *(
            "https://example.org/#a",
            "https://example.org:99999/",
            "https://exa mple.org/",
            "https://example.org/\r\nX: 1",
        ),
        *("https://[::1/", "https://example.org:0/", "x" * 10, "https://example.org/" + "a" * 2000, "https://éa.org/"),
    ],
)
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        checked(url)


@pytest.mark.parametrize("other", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
def test_a_name_with_one_inside_address_leads_nowhere(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    def answer(*given: Any, **more: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", other)]

    monkeypatch.setattr(sender, "getaddrinfo", answer)
    assert Sender().send("https://hooks.example.org/", {}, b"") == (0, f"hooks.example.org leads inside, to {other}")


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: what it would answer the second time is never asked."""
    asked = []

    def answer(*given: Any, **more: Any) -> list[Any]:
        asked.append(given)
        return [(2, 1, 6, "", ("203.0.113.1" if len(asked) > 1 else "8.8.8.8", 443))]

    reached = []

    def connect(address: tuple[str, int], *given: Any, **more: Any) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(sender, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert Sender().send("https://hooks.example.org/", {}, b"")[0] == 0
    assert reached == [("8.8.8.8", 443)] and len(asked) == 1


@contextmanager
def serving(answer: bytes, drip_s: float = 0) -> Iterator[tuple[str, list[bytes]]]:
    """A plain server that gives one answer, at once or byte by byte; what it was sent."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                    with peer:
                        got.append(peer.recv(65536))
                        for part in [answer] if not drip_s else [answer[at : at + 1] for at in range(len(answer))]:
                            peer.sendall(part)
                            time.sleep(drip_s)
                except OSError:
                    if server.fileno() < 0:
                        return

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook?a=1", got
        server.shutdown(socket.SHUT_RDWR)


def test_a_redirect_is_not_followed() -> None:
    with serving(b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n") as (url, got):
        assert Sender(inside=True).send(url, {"webhook-id": "msg_1"}, b"{}") == (307, "answered 307")
        assert len(got) == 1 and got[0].startswith(b"POST /hook?a=1 HTTP/1.1\r\n") and b"webhook-id: msg_1" in got[0]


def test_an_answer_that_drips_is_cut_off() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, drip_s=0.05) as (url, _):
        began = time.monotonic()
        assert Sender(inside=True, longest_s=0.5).send(url, {}, b"{}")[0] == 0
        assert time.monotonic() - began < 2
