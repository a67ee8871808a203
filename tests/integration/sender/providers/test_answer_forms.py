"""Every form of an answer, over a socket, means what docs/reliability.md says."""

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator

import pytest

from sender.providers.answers import Meaning
from sender.providers.base import ProviderError
from sender.providers.http import ERRORS
from tests.support.sender.answer_forms import FORMS, Form, framed
from tests.support.sender.peer import only_call
from tests.support.sender.raw_server import RawServer, raw_server
from tests.support.sender.scenario import client_of
from tooling.paths import ROOT

type Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

# The machine of a pipeline may be busy.
DEADLINE, SHORT_DEADLINE = 5.0, 0.5
ROW = re.compile(r"^\| (?P<form>[^|]+) \| `(?P<meaning>\w+)` \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def raw() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


def meaning_of(error: ProviderError | None) -> Meaning:
    kinds = {kind: meaning for meaning, kind in ERRORS.items()}
    return Meaning.ACCEPTED if error is None else kinds[type(error)]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_answer_means_what_the_table_says(raw: RawServer, form: Form) -> None:
    raw.answer, raw.repeated, raw.requests[:] = form.answer, form.repeated, []
    error = asyncio.run(only_call(client_of(raw.url, deadline=1 if form.repeated else DEADLINE)))
    assert meaning_of(error) == form.meaning, error
    assert len(raw.requests) == 1


async def answers_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"}")
    for byte in framed():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.001)


async def answers_too_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"}")
    for byte in framed():
        writer.write(bytes([byte]))
        await asyncio.sleep(0.1)


async def never_answers(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def reads_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    received = b""
    while not received.endswith(b"}"):
        received += await reader.read(1)
        await asyncio.sleep(0.001)
    writer.write(framed())
    await writer.drain()


async def never_reads(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    await asyncio.sleep(10 * SHORT_DEADLINE)


async def answers_before_the_request_has_ended(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(framed(status=b"400 Early"))
    await reader.read()


async def closes_after_the_request(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"}")


async def resets_after_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"}")
    await resets_at_once(reader, writer)


async def resets_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def closes_at_once(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Close the connection without reading."""


CONVERSATIONS: dict[str, tuple[Conversation, float, Meaning]] = {
    "byte by byte, within the deadline": (answers_slowly, DEADLINE, Meaning.ACCEPTED),
    "byte by byte, beyond the deadline": (answers_too_slowly, SHORT_DEADLINE, Meaning.UNKNOWN),
    "nothing until the deadline": (never_answers, SHORT_DEADLINE, Meaning.UNKNOWN),
    "good, from a provider that reads byte by byte": (reads_slowly, DEADLINE, Meaning.ACCEPTED),
    "nothing, from a provider that never reads": (never_reads, SHORT_DEADLINE, Meaning.UNKNOWN),
    "400 before the request has ended": (answers_before_the_request_has_ended, DEADLINE, Meaning.PERMANENT),
    "the connection closed after the request": (closes_after_the_request, DEADLINE, Meaning.UNKNOWN),
    "the connection reset after the request": (resets_after_the_request, DEADLINE, Meaning.UNKNOWN),
    "the connection closed as soon as it is open": (closes_at_once, DEADLINE, Meaning.UNKNOWN),
    "the connection reset as soon as it is open": (resets_at_once, DEADLINE, Meaning.UNKNOWN),
}


@pytest.mark.parametrize(("converse", "deadline", "meaning"), CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_a_conversation_means_what_the_table_says(converse: Conversation, deadline: float, meaning: Meaning) -> None:
    connections = 0

    async def run() -> ProviderError | None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            try:
                await converse(reader, writer)
            except ConnectionError:
                """The sender has given up."""
            finally:
                writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            try:
                return await only_call(client_of(url, deadline=deadline))
            finally:
                server.abort_clients()

    assert meaning_of(asyncio.run(run())) == meaning
    assert connections == 1


def test_a_refused_connection_is_certainly_not_accepted() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        error = asyncio.run(only_call(client_of(f"http://127.0.0.1:{bound.getsockname()[1]}")))
    assert meaning_of(error) == Meaning.TRANSIENT


def test_the_documentation_has_every_form_with_its_meaning() -> None:
    told = {found["form"]: found["meaning"] for found in ROW.finditer((ROOT / "docs" / "reliability.md").read_text())}
    meanings = {name: form.meaning for name, form in FORMS.items()}
    meanings |= {name: meaning for name, (_, _, meaning) in CONVERSATIONS.items()}
    meanings["no connection, no address, or a failed TLS handshake"] = Meaning.TRANSIENT
    assert told == meanings
