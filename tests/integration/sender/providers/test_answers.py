"""Misleading or expensive answers of a provider."""

import asyncio
import gzip
from collections.abc import Iterator

import pytest

from notifications.providers.address import BadAddress
from sender.providers.base import OutcomeUnknown, ProviderError, Rejected
from tests.support.sender.peer import OK, only_call
from tests.support.sender.raw_server import RawServer, raw_server
from tests.support.sender.scenario import client_of
from tests.support.sender.wild_provider import http

HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def raw() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


def error_of(raw: RawServer, answer: bytes, repeated: bytes = b"") -> ProviderError | None:
    """Send one message, and return the error that this answer causes, or None."""
    raw.answer, raw.repeated = answer, repeated
    return asyncio.run(only_call(client_of(raw.url, deadline=1)))


@pytest.mark.parametrize(
    "reason", [b"", b" ", b" \xcd\xe5\xf2", b" \xff" * 1000], ids=["none", "empty", "1251", "long"]
)
def test_the_reason_phrase_is_ignored(raw: RawServer, reason: bytes) -> None:
    assert error_of(raw, OK.replace(b" Whatever", reason)) is None


def test_an_unrequested_compressed_body_is_not_decompressed(raw: RawServer) -> None:
    body = gzip.compress(b'{"code": 0}')
    assert type(error_of(raw, http(200, body, Content_Encoding="gzip"))) is OutcomeUnknown


def test_a_body_wrongly_marked_as_compressed_is_read(raw: RawServer) -> None:
    assert error_of(raw, http(200, b'{"code": 0}', Content_Encoding="gzip")) is None


def test_an_answer_in_another_protocol_is_an_error(raw: RawServer) -> None:
    switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    assert isinstance(error_of(raw, switched), OutcomeUnknown)


WITHOUT_END = {
    "informational": (b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000),
    "short headers": (HEAD, b"X: y\r\n" * 1000),
    "one header": (HEAD + b"X: ", b"x" * 65_536),
    "reason": (b"HTTP/1.1 200 ", b"x" * 65_536),
    "chunk's extension": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", b"x" * 65_536),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 1000),
}


@pytest.mark.parametrize(("answer", "repeated"), WITHOUT_END.values(), ids=WITHOUT_END)
def test_an_endless_answer_ends_in_an_error(raw: RawServer, answer: bytes, repeated: bytes) -> None:
    assert isinstance(error_of(raw, answer, repeated), OutcomeUnknown)


def test_an_answer_before_the_end_of_the_request_is_accepted() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http(400, b"no"))
        await reader.read()
        writer.close()

    async def run() -> ProviderError | None:
        async with await asyncio.start_server(hasty, "127.0.0.1", 0) as server:
            return await only_call(client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))

    assert isinstance(asyncio.run(run()), Rejected)


def test_a_user_in_the_url_is_refused(raw: RawServer) -> None:
    with pytest.raises(BadAddress, match="user:password@"):
        client_of(raw.url.replace("://", "://somebody:secret@"))


def test_a_query_stays_and_the_token_is_the_only_credential(raw: RawServer) -> None:
    raw.answer = OK
    assert asyncio.run(only_call(client_of(f"{raw.url}/?query"))) is None
    (head,) = raw.requests
    assert head.startswith(b"POST /v1/send/1?query HTTP/1.1")
    assert b"Bearer secret-token" in head
    assert b"Basic" not in head
