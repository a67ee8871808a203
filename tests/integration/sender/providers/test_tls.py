"""TLS: the server's certificate is verified before anything is sent."""

import asyncio
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sender.providers.base import OutcomeUnknown, Unavailable
from sender.providers.http import HttpProvider
from tests.support.sender.peer import OK, Peer, only_call, send
from tests.support.sender.scenario import client_of


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key."""
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


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the server's certificate."""
    # Patched, because the sender trusts certifi's authorities alone, and on purpose has no setting that changes this.
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))


@pytest.mark.usefixtures("trusted")
def test_calls_over_tls_share_a_connection(tls: ssl.SSLContext) -> None:
    peer = Peer(OK, OK, OK, tls=tls)

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


@pytest.mark.usefixtures("trusted")
def test_a_tls_connection_closed_within_a_call_leaves_the_outcome_unknown(tls: ssl.SSLContext) -> None:
    peer = Peer(b"", ends=True, tls=tls)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), OutcomeUnknown)

    peer.run(calls)


@pytest.mark.usefixtures("trusted")
def test_an_endless_body_over_tls_is_not_read_to_its_end(tls: ssl.SSLContext) -> None:
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

    Endless(tls=tls).run(calls)
    # The size of the buffers of both sides.
    assert written < 8_000_000
