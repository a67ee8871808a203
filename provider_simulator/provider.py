"""`POST /v1/send/{id}`: accepts a message, or plays a fault."""

import asyncio
import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from provider_simulator.behaviour import Behaviour, FaultKind
from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.faults import FAULTS, OK
from provider_simulator.http import Request, Response
from provider_simulator.ledger import Ledger

calls_log = logging.getLogger("provider_simulator.calls")

type Int64 = Annotated[int, Field(ge=0, lt=2**63)]


class Message(BaseModel):
    """The JSON body of a call."""

    model_config = ConfigDict(strict=True)

    id: Int64
    phone: Int64
    text: str


class Rejected(Exception):
    """The call has no valid message.

    Attributes:
        status: the HTTP status of the response.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Provider:
    """A simulated provider with its behaviour, the ledger of its calls, and the callbacks that follow them.

    Args:
        token: the bearer token that a call must have; None accepts any.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    token: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    callbacks: Callbacks = field(default_factory=Callbacks)

    async def receive(self, message_id: int, request: Request, response: Response) -> None:
        """Accept a message, or play the fault that the behaviour draws for this call."""
        started, arrived = time.perf_counter(), time.time()
        ledger, fault = self.ledger, self.behaviour.next_fault()
        ledger.begin(fault or "normal")
        try:
            await self._respond(fault, message_id, request, response, ledger, arrived=arrived)
        except Rejected as rejected:
            ledger.rejected += 1
            await response.send_json(rejected.status, {"code": rejected.status.value, "message": str(rejected)})
        finally:
            ledger.end()
            if calls_log.isEnabledFor(logging.INFO):
                calls_log.info(_line(message_id, request, fault, response.status, time.perf_counter() - started))

    async def _respond(
        self,
        fault: FaultKind | None,
        message_id: int,
        request: Request,
        response: Response,
        ledger: Ledger,
        *,
        arrived: float,
    ) -> None:
        behaviour = self.behaviour
        if fault != "refuse":
            await asyncio.sleep(behaviour.latency_seconds())
        accept = partial(self._accept, message_id, request, ledger, arrived=arrived)
        match fault:
            case None:
                await accept()
                await response.send(HTTPStatus.OK, OK)
            case "drip":
                self._validated(message_id, request, ledger)
                await FAULTS[fault](response, behaviour)
                await accept()
            case _:
                if fault == "accept_then_drop" or behaviour.faults_accept:
                    await accept()
                else:
                    self._report_unaccepted(message_id, request, ledger)
                await FAULTS[fault](response, behaviour)

    async def _accept(self, message_id: int, request: Request, ledger: Ledger, *, arrived: float) -> None:
        """Record a valid message, and plan its callbacks; receipts that are early are sent before this returns."""
        message, behaviour = self._validated(message_id, request, ledger), self.behaviour
        ledger.accept(message.id, message.phone, message.text, arrived=arrived)
        await self.callbacks.accepted(
            behaviour.receipts, behaviour.replies, message.id, message.phone, message.text, seed=behaviour.seed
        )

    def _report_unaccepted(self, message_id: int, request: Request, ledger: Ledger) -> None:
        """Plan the receipts of a message that a fault keeps from being accepted. An invalid message has none."""
        with suppress(Rejected):
            self._validated(message_id, request, ledger)
            self.callbacks.unaccepted(self.behaviour.receipts, message_id, seed=self.behaviour.seed)

    def _validated(self, message_id: int, request: Request, ledger: Ledger) -> Message:
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            raise Rejected(HTTPStatus.UNAUTHORIZED, "unknown token")
        try:
            message = Message.model_validate_json(request.body)
        except ValidationError as error:
            first = error.errors()[0]
            raise Rejected(HTTPStatus.BAD_REQUEST, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if message.id != message_id:
            raise Rejected(HTTPStatus.BAD_REQUEST, "id: differs from the id in the path")
        if self.behaviour.reject_repeats and ledger.has_accepted(message_id):
            raise Rejected(HTTPStatus.CONFLICT, "duplicate")
        return message


def _line(message_id: int, request: Request, fault: FaultKind | None, status: HTTPStatus | None, seconds: float) -> str:
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "id": message_id,
        "phone": _masked_phone(request.body),
        "behaviour": fault or "normal",
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    return json.dumps(entry)


def _masked_phone(body: bytes) -> str | None:
    try:
        phone = str(Message.model_validate_json(body).phone)
    except ValidationError:
        return None
    shown = max(0, min(4, len(phone) - 7))
    return f"{phone[:shown]}{'*' * (len(phone) - shown - 2)}{phone[-2:]}"
