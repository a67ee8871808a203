"""Connections to the provider: kept while they are good, and given up as soon as they are not."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sender.providers.base import OutcomeUnknown, ProviderError, Unavailable
from sender.providers.http import HttpProvider
from tests.support.sender.scenario import client_of
from tests.support.sender.wild_provider import http

OK = http(200, b'{"code": 0, "message": "OK"}').replace(b"Connection: close\r\n", b"")
WRONG = http(200, b'{"code": 7}').replace(b"Connection: close\r\n", b"")


class Peer:
    """A provider on a port: the bytes it answers each call with, in turn, and how many connections it has had.

    Args:
        ends: whether it ends a connection after an answer.
    """

    def __init__(self, *answers: bytes, ends: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.answers = list(answers)
        self.ends = ends
        self.connections = 0
        self.tls = tls
        self.writer: asyncio.StreamWriter | None = None

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writer = writer
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                writer.write(self.answers.pop(0))
                if self.ends:
                    writer.write_eof()
                    break
        await writer.drain()
        await reader.read()
        writer.close()

    def run(self, calls: Callable[[HttpProvider], Awaitable[None]], *, host: str = "127.0.0.1") -> None:
        """Serve while the calls are made."""

        async def run() -> None:
            async with await asyncio.start_server(self.converse, host, 0, ssl=self.tls) as server:
                scheme, port = ("https" if self.tls else "http"), server.sockets[0].getsockname()[1]
                name = f"[{host}]" if ":" in host else host
                provider = client_of(f"{scheme}://{name}:{port}/some/", deadline=2)
                try:
                    await calls(provider)
                finally:
                    await provider.aclose()
                    server.abort_clients()

        asyncio.run(run())


async def send(provider: HttpProvider) -> ProviderError | None:
    try:
        await provider.send(1, "79261234567", "Hello")
    except ProviderError as error:
        return error
    return None


def test_calls_one_after_the_other_share_a_connection() -> None:
    peer = Peer(OK, OK, WRONG, OK)

    async def calls(provider: HttpProvider) -> None:
        errors = [await send(provider) for _ in range(4)]
        assert [type(error) for error in errors] == [type(None), type(None), Unavailable, type(None)]

    peer.run(calls)
    assert peer.connections == 1


def test_calls_side_by_side_have_one_each_and_keep_them() -> None:
    peer = Peer(*[OK] * 6)

    async def calls(provider: HttpProvider) -> None:
        for _ in range(2):
            assert await asyncio.gather(*(send(provider) for _ in range(3))) == [None] * 3

    peer.run(calls)
    assert peer.connections == 3


def test_an_answer_that_nobody_asked_for_is_not_that_of_the_next_call() -> None:
    peer = Peer(WRONG + OK, WRONG)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), Unavailable)
        assert isinstance(await send(provider), Unavailable)

    peer.run(calls)
    assert peer.connections == 2


def test_words_on_an_idle_connection_end_it() -> None:
    peer = Peer(OK, WRONG)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None
        assert peer.writer
        peer.writer.write(OK)
        await peer.writer.drain()
        assert isinstance(await send(provider), Unavailable)

    peer.run(calls)
    assert peer.connections == 2


def test_a_connection_that_the_provider_has_closed_is_replaced() -> None:
    peer = Peer(OK, OK)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None
        assert peer.writer
        peer.writer.close()
        await peer.writer.wait_closed()
        assert await send(provider) is None

    peer.run(calls)
    assert peer.connections == 2


def test_a_connection_that_was_idle_for_long_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sender.providers.connection.IDLE_SECONDS", 0.0)
    peer = Peer(OK, OK)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(2)] == [None, None]

    peer.run(calls)
    assert peer.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n" + b'{"code": 0}',
        b"HTTP/1.0 200 OK\r\n\r\n" + b'{"code": 0}',
    ],
)
def test_a_connection_that_is_said_to_be_the_last_is_not_kept(answer: bytes) -> None:
    peer = Peer(answer, answer, ends=True)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(2)] == [None, None]

    peer.run(calls)
    assert peer.connections == 2


def test_what_comes_before_the_answer_is_passed_over() -> None:
    peer = Peer(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + OK)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None

    peer.run(calls)


def test_an_answer_in_chunks_is_put_together() -> None:
    peer = Peer(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"cod\r\n6\r\ne": 0}\r\n0\r\n\r\n', OK)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(2)] == [None, None]

    peer.run(calls)
    assert peer.connections == 1


def test_nothing_is_known_after_a_connection_that_ends_within_an_answer() -> None:
    peer = Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{", ends=True)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), OutcomeUnknown)

    peer.run(calls)


def test_a_provider_that_takes_no_connection_leaves_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sender.providers.http.CONNECT_DEADLINE", timedelta(seconds=0.2))
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        error = asyncio.run(send(client_of(f"http://127.0.0.1:{full.getsockname()[1]}")))
    assert (type(error), str(error)) == (Unavailable, "not reached: TimeoutError")


def test_the_provider_may_be_at_an_address_of_ipv6_and_below_a_path() -> None:
    heads = []

    class Recording(Peer):
        async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(OK)
            await writer.drain()
            await reader.read()

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None

    Recording().run(calls, host="::1")
    lines = heads[0].split(b"\r\n")
    assert lines[0] == b"POST /some/v1/send/1 HTTP/1.1"
    assert lines[1].startswith(b"Host: [::1]:")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "peer.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_calls_over_tls_share_a_connection_too(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    peer = Peer(OK, OK, OK, tls=tls)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(3)] == [None] * 3

    peer.run(calls)
    assert peer.connections == 1


def test_nothing_is_sent_to_one_whose_certificate_nobody_vouches_for(tls: ssl.SSLContext) -> None:
    peer = Peer(OK, tls=tls)

    async def calls(provider: HttpProvider) -> None:
        error = await send(provider)
        assert type(error) is Unavailable
        assert "certificate verify failed" in str(error)

    peer.run(calls)
    assert len(peer.answers) == 1
