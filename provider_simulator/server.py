"""The stand-in on a port: as a part of a running loop, or in a thread for tests."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Thread

from provider_simulator.behaviour import Behaviour
from provider_simulator.http import Answer, Closed, Request
from provider_simulator.provider import Provider
from provider_simulator.watching import watch

# The port, and what ends the server.
type Started = tuple[int, Callable[[], object]]

# A worker opens all of its connections at the same moment.
BACKLOG = 1024

_SEND = re.compile(r"/v1/send/([0-9]{1,19})")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A stand-in that listens: where, and what to control it by."""

    url: str
    provider: Provider


@contextmanager
def serve(behaviour: Behaviour | None = None, *, token: str | None = None) -> Iterator[StandIn]:
    """Serve in a thread of this process, on a free port. It answers at once, unless told otherwise."""
    provider = Provider(behaviour or Behaviour(latency_ms=0), token)
    started: Future[Started] = Future()
    thread = Thread(target=_run, args=(provider, started), daemon=True)
    thread.start()
    port, stop = started.result()
    try:
        yield StandIn(f"http://127.0.0.1:{port}", provider)
    finally:
        stop()
        thread.join()


def _run(provider: Provider, started: Future[Started]) -> None:
    try:
        asyncio.run(_until_stopped(provider, started))
    except OSError as error:
        started.set_exception(error)


async def _until_stopped(provider: Provider, started: Future[Started]) -> None:
    stopped = asyncio.Event()
    async with listening(provider) as port:
        started.set_result((port, partial(asyncio.get_running_loop().call_soon_threadsafe, stopped.set)))
        await stopped.wait()


@asynccontextmanager
async def listening(provider: Provider, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Serve on a port, 0 for a free one, which is given. The end cuts off whoever is still connected."""
    server = await asyncio.start_server(partial(_converse, provider), host, port, backlog=BACKLOG)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        server.abort_clients()
        await server.wait_closed()


async def _converse(provider: Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(Closed):
        is_last = False
        while not is_last:
            request = await Request.read(reader)
            await _answer(provider, request, Answer(reader, writer))
            is_last = request.is_last
    writer.close()


async def _answer(provider: Provider, request: Request, answer: Answer) -> None:
    if request.method == "POST" and (sent := _SEND.fullmatch(request.path)):
        await provider.receive(int(sent[1]), request, answer)
    else:
        await watch(provider, request, answer)
