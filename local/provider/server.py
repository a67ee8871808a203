"""The stand-in's server: `POST /v1/send/{id}` for the service, the other paths for whoever watches it."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Thread

from pydantic import BaseModel, ConfigDict, ValidationError

from local.provider.behaviour import Behaviour
from local.provider.faults import ACCEPTED, ANSWERS, LEAK_PATH, TAKEN
from local.provider.http import Closed, Connection, Request
from local.provider.ledger import Ledger

log = logging.getLogger(__name__)

_SEND = re.compile(r"/v1/send/([0-9]{1,19})")
_ACCEPTED = re.compile(r"/accepted/([0-9]{1,19})")
_CALLS = re.compile(r"/calls(?:\?since=([0-9]{1,9}))?")


class Message(BaseModel):
    """The body of a call."""

    model_config = ConfigDict(strict=True)

    id: int
    phone: int
    text: str


@dataclass
class Provider:
    """A stand-in: how it behaves and what it has accepted.

    Args:
        token: the bearer token that calls need; None for any.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    token: str | None = None
    ledger: Ledger = field(default_factory=Ledger)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it ends."""
        connection = Connection(writer)
        with suppress(Closed, asyncio.CancelledError):
            while True:
                await self._answer(await Request.read(reader), connection)
        writer.close()

    async def _answer(self, request: Request, connection: Connection) -> None:
        if (sent := _SEND.fullmatch(request.path)) and request.method == "POST":
            self.ledger.begin()
            try:
                await self._receive(request, int(sent[1]), connection)
            finally:
                self.ledger.end()
        else:
            await self._watch(request, connection)

    async def _receive(self, request: Request, message_id: int, connection: Connection) -> None:
        fault = self.behaviour.fault_for(self.ledger.requests)
        await asyncio.sleep(self.behaviour.latency_seconds())
        if refusal := self._refusal(request, message_id):
            status, words = refusal
            self.ledger.rejected += 1
            self._note(message_id, f"refused: {words}")
            await connection.answer_json(status, {"code": status.value, "message": words})
            return
        if fault is None or fault in TAKEN:
            message = Message.model_validate_json(request.body)
            self.ledger.accept(message.id, message.phone, message.text)
        self._note(message_id, fault or "accepted")
        if fault is None:
            await connection.answer(HTTPStatus.OK, ACCEPTED)
        else:
            await ANSWERS[fault](connection, self.behaviour)

    def _note(self, message_id: int, outcome: str) -> None:
        self.ledger.by_behaviour[outcome] += 1
        log.info(json.dumps({"id": message_id, "at": datetime.now(UTC).isoformat(), "outcome": outcome}))

    def _refusal(self, request: Request, message_id: int) -> tuple[HTTPStatus, str] | None:
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            return HTTPStatus.UNAUTHORIZED, "the token is not known"
        try:
            message = Message.model_validate_json(request.body)
        except ValidationError:
            return HTTPStatus.BAD_REQUEST, "the body must be {id, phone, text}"
        if message.id != message_id:
            return HTTPStatus.BAD_REQUEST, "the ids of the path and of the body differ"
        if self.behaviour.reject_repeats and self.ledger.has(message_id):
            return HTTPStatus.CONFLICT, "the id was accepted before"
        return None

    async def _watch(self, request: Request, connection: Connection) -> None:
        match request.method, request.path:
            case "GET", "/health":
                await connection.answer_json(HTTPStatus.OK, {"status": "ok"})
            case "GET", "/stats":
                await connection.answer_json(HTTPStatus.OK, self.ledger.stats())
            case "POST", "/reset":
                self.ledger = Ledger()
                await connection.answer_json(HTTPStatus.OK, self.ledger.stats())
            case "GET", "/behaviour":
                await connection.answer_json(HTTPStatus.OK, self.behaviour.model_dump())
            case "PUT", "/behaviour":
                await self._behave(request, connection)
            case _, path if path == LEAK_PATH:
                self.ledger.leaks += "authorization" in request.headers
                await connection.answer(HTTPStatus.OK, ACCEPTED)
            case "GET", path if found := _ACCEPTED.fullmatch(path):
                calls = [call.shown() for call in self.ledger.of(int(found[1]))]
                await connection.answer_json(HTTPStatus.OK, {"count": len(calls), "calls": calls})
            case "GET", path if found := _CALLS.fullmatch(path):
                calls = [call.shown() for call in self.ledger.since(int(found[1] or 0))]
                await connection.answer_json(HTTPStatus.OK, calls)
            case _:
                await connection.answer_json(HTTPStatus.NOT_FOUND, {"message": "there is no such path"})

    async def _behave(self, request: Request, connection: Connection) -> None:
        try:
            self.behaviour = Behaviour.model_validate_json(request.body)
        except ValidationError as error:
            await connection.answer(HTTPStatus.UNPROCESSABLE_ENTITY, error.json().encode())
        else:
            await connection.answer_json(HTTPStatus.OK, self.behaviour.model_dump())


@asynccontextmanager
async def listening(provider: Provider, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Serve on a port, 0 for a free one, which is given."""
    server = await asyncio.start_server(provider.serve, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        server.close_clients()


@contextmanager
def running(provider: Provider) -> Iterator[str]:
    """Serve in a thread of this process, for tests. Gives the URL."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = listening(provider)
    port = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
