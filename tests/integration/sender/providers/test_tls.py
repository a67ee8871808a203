"""TLS: the server's certificate is verified before anything is sent."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from notifications.providers.connection import trusting
from sender.providers.base import OutcomeUnknown, Unavailable
from sender.providers.http import HttpProvider
from tests.support.sender.certificates import Authority
from tests.support.sender.peer import OK, Peer, only_call, send
from tests.support.sender.scenario import client_of


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def tls(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    """The context of a server on 127.0.0.1."""
    return authority.server(tmp_path, "127.0.0.1")


@pytest.fixture
def trusted(authority: Authority) -> ssl.SSLContext:
    """The context of a client that trusts the authority."""
    return trusting(authority.pem, setting="ProviderCaSecret")


def test_calls_over_tls_share_a_connection(tls: ssl.SSLContext, trusted: ssl.SSLContext) -> None:
    peer = Peer(OK, OK, OK, tls=tls, trusting=trusted)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(3)] == [None] * 3

    peer.run(calls)
    assert peer.connections == 1


def test_nothing_is_sent_to_a_server_with_an_untrusted_certificate(tls: ssl.SSLContext) -> None:
    peer = Peer(OK, tls=tls)

    async def calls(provider: HttpProvider) -> None:
        error = await send(provider)
        assert type(error) is Unavailable
        assert "certificate verify failed" in str(error)

    peer.run(calls)
    assert len(peer.answers) == 1


@pytest.mark.parametrize("ends", [True, False])
def test_a_failed_handshake_is_certainly_not_accepted(ends: bool) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        if not ends:
            await reader.read()
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            error = await only_call(client_of(f"https://127.0.0.1:{port}", connect_within=0.5))
            assert type(error) is Unavailable
            assert str(error).startswith("no connection to the provider: ")

    asyncio.run(run())


def test_a_tls_connection_closed_within_a_call_leaves_the_outcome_unknown(
    tls: ssl.SSLContext, trusted: ssl.SSLContext
) -> None:
    peer = Peer(b"", ends=True, tls=tls, trusting=trusted)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), OutcomeUnknown)

    peer.run(calls)


def test_an_endless_body_over_tls_is_not_read_to_its_end(tls: ssl.SSLContext, trusted: ssl.SSLContext) -> None:
    written = 0

    class Endless(Peer):
        async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal written
            await reader.readuntil(b"}")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            with suppress(ConnectionError, ssl.SSLError):
                while True:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
                    written += 65_536

    async def calls(provider: HttpProvider) -> None:
        assert type(await send(provider)) is OutcomeUnknown
        await asyncio.sleep(0.5)

    Endless(tls=tls, trusting=trusted).run(calls)
    # The size of the buffers of both sides.
    assert written < 8_000_000
