"""Connections to the provider: reuse, replacement, and unexpected data."""

import asyncio
import socket
from contextlib import ExitStack

import pytest

from sender.providers.base import OutcomeUnknown, Unavailable
from sender.providers.http import HttpProvider
from tests.support.sender.peer import OK, WRONG, Peer, only_call, send
from tests.support.sender.scenario import client_of


def test_sequential_calls_share_a_connection() -> None:
    peer = Peer(OK, OK, WRONG, OK)

    async def calls(provider: HttpProvider) -> None:
        errors = [await send(provider) for _ in range(4)]
        assert [type(error) for error in errors] == [type(None), type(None), Unavailable, type(None)]

    peer.run(calls)
    assert peer.connections == 1


def test_concurrent_calls_have_separate_connections_and_keep_them() -> None:
    peer = Peer(*[OK] * 6)

    async def calls(provider: HttpProvider) -> None:
        for _ in range(2):
            assert await asyncio.gather(*(send(provider) for _ in range(3))) == [None] * 3

    peer.run(calls)
    assert peer.connections == 3


def test_an_unrequested_answer_is_not_used_for_the_next_call() -> None:
    peer = Peer(WRONG + OK, WRONG)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), Unavailable)
        assert isinstance(await send(provider), Unavailable)

    peer.run(calls)
    assert peer.connections == 2


# Before and after the event loop has read the data.
@pytest.mark.parametrize("seconds", [0, 0.05])
def test_data_on_an_idle_connection_closes_it(seconds: float) -> None:
    peer = Peer(OK, WRONG)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None
        assert peer.writer
        peer.writer.write(OK)
        await peer.writer.drain()
        await asyncio.sleep(seconds)
        assert isinstance(await send(provider), Unavailable)

    peer.run(calls)
    assert peer.connections == 2


@pytest.mark.parametrize("seconds", [0, 0.05])
def test_a_connection_that_the_provider_has_closed_is_replaced(seconds: float) -> None:
    peer = Peer(OK, OK)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None
        assert peer.writer
        peer.writer.close()
        await peer.writer.wait_closed()
        await asyncio.sleep(seconds)
        assert await send(provider) is None

    peer.run(calls)
    assert peer.connections == 2


def test_a_request_closed_without_an_answer_is_not_repeated() -> None:
    requests = []

    class Closing(Peer):
        async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            for answer in (OK, b""):
                requests.append(await reader.readuntil(b"}"))
                writer.write(answer)
            writer.close()

    peer = Closing()

    async def calls(provider: HttpProvider) -> None:
        assert [type(await send(provider)) for _ in range(2)] == [type(None), OutcomeUnknown]

    peer.run(calls)
    assert (len(requests), peer.connections) == (2, 1)


def test_a_long_idle_connection_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched, because the test would otherwise last as long as the idle time.
    monkeypatch.setattr("sender.providers.http_client.IDLE_SECONDS", 0.0)
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
def test_a_connection_marked_close_is_not_kept(answer: bytes) -> None:
    peer = Peer(answer, answer, ends=True)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(2)] == [None, None]

    peer.run(calls)
    assert peer.connections == 2


def test_informational_responses_are_skipped() -> None:
    peer = Peer(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + OK)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None

    peer.run(calls)


def test_a_chunked_answer_is_read_whole() -> None:
    peer = Peer(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"cod\r\n6\r\ne": 0}\r\n0\r\n\r\n', OK)

    async def calls(provider: HttpProvider) -> None:
        assert [await send(provider) for _ in range(2)] == [None, None]

    peer.run(calls)
    assert peer.connections == 1


def test_a_connection_closed_within_an_answer_leaves_the_outcome_unknown() -> None:
    peer = Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{", ends=True)

    async def calls(provider: HttpProvider) -> None:
        assert isinstance(await send(provider), OutcomeUnknown)

    peer.run(calls)


def test_a_refused_connection_is_certainly_not_accepted() -> None:
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        error = asyncio.run(only_call(client_of(f"http://127.0.0.1:{full.getsockname()[1]}", connect_within=0.2)))
    assert (type(error), str(error)) == (Unavailable, "no connection to the provider: TimeoutError")


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    peer = Peer(OK)

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None

    peer.run(calls)
    assert peer.connections == 1


def test_the_provider_url_may_have_an_ipv6_address_and_a_path() -> None:
    heads = []

    class Recording(Peer):
        async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(OK)
            await writer.drain()
            await reader.read()
            writer.close()

    async def calls(provider: HttpProvider) -> None:
        assert await send(provider) is None

    Recording().run(calls, host="::1")
    lines = heads[0].split(b"\r\n")
    assert lines[0] == b"POST /some/v1/send/1 HTTP/1.1"
    assert lines[1].lower().startswith(b"host: [::1]:")
