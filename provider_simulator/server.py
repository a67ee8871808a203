"""Serves a simulated provider on a port, in an event loop or, for tests, in a thread."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Thread

from provider_simulator import callbacks_api, control_api
from provider_simulator.behaviour import Behaviour
from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.http import ConnectionClosed, Request, Response
from provider_simulator.provider import Provider

# The port, and a function that stops the server.
type Started = tuple[int, Callable[[], object]]

# Room for a sender that opens all its connections at once.
BACKLOG = 1024

_SEND = re.compile(r"/v1/send/([0-9]{1,19})")


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: its URL, and its provider with behaviour and ledger."""

    url: str
    provider: Provider


@contextmanager
def serve(
    behaviour: Behaviour | None = None, *, token: str | None = None, callbacks: Callbacks | None = None
) -> Iterator[Simulator]:
    """Serve in a thread of this process on a free port; without a behaviour, without latency."""
    provider = Provider(behaviour or Behaviour(latency_ms=0), token, callbacks=callbacks or Callbacks())
    started: Future[Started] = Future()
    thread = Thread(target=_run, args=(provider, started), daemon=True)
    thread.start()
    port, stop = started.result()
    try:
        yield Simulator(f"http://127.0.0.1:{port}", provider)
    finally:
        stop()
        thread.join()


def _run(provider: Provider, started: Future[Started]) -> None:
    try:
        asyncio.run(_serve_until_stopped(provider, started))
    except OSError as error:
        started.set_exception(error)


async def _serve_until_stopped(provider: Provider, started: Future[Started]) -> None:
    stopped = asyncio.Event()
    async with listening(provider) as port:
        started.set_result((port, partial(asyncio.get_running_loop().call_soon_threadsafe, stopped.set)))
        await stopped.wait()


@asynccontextmanager
async def listening(provider: Provider, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Serve and send callbacks while the block runs, then close all connections.

    Args:
        provider: the provider that answers.
        host: the address to listen on.
        port: the port to listen on, 0 for a free one.

    Yields:
        The port.
    """
    server = await asyncio.start_server(partial(_serve_connection, provider), host, port, backlog=BACKLOG)
    try:
        async with provider.callbacks.sending():
            yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        server.abort_clients()
        await server.wait_closed()


async def _serve_connection(provider: Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionClosed):
        is_last = False
        while not is_last:
            request = await Request.read(reader)
            await _respond(provider, request, Response(reader, writer))
            is_last = request.is_last
    writer.close()


async def _respond(provider: Provider, request: Request, response: Response) -> None:
    if request.method == "POST" and (message := _SEND.fullmatch(request.path)):
        await provider.receive(int(message[1]), request, response)
    elif not await callbacks_api.respond(provider.callbacks, request, response):
        await control_api.respond(provider, request, response)
