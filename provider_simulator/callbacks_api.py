"""Control API of callbacks: sets the targets, makes a phone reply, reads what was sent."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.callbacks.record import Attempt
from provider_simulator.callbacks.settings import Targets
from provider_simulator.http import Request, Response

_CALLBACKS = re.compile(r"/callbacks(?:\?since=([0-9]{1,18}))?")


class ReplyOrder(BaseModel):
    """A reply that a phone sends at a time, by default now."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[int, Field(ge=0, lt=2**63)]
    text: str
    at: AwareDatetime | None = None


async def respond(callbacks: Callbacks, request: Request, response: Response) -> bool:
    """Answer a request of this API. Returns False if the request is none."""
    try:
        match request.method, request.path:
            case "GET", "/targets":
                await _send_targets(callbacks, response)
            case "PUT", "/targets":
                callbacks.targets = Targets.model_validate_json(request.body)
                await _send_targets(callbacks, response)
            case "POST", "/reply":
                await _reply(callbacks, ReplyOrder.model_validate_json(request.body), response)
            case "GET", path if found := _CALLBACKS.fullmatch(path):
                lines = _lines(callbacks.record.attempts_from(int(found[1] or 0)))
                await response.send(HTTPStatus.OK, lines, "application/jsonl")
            case _:
                return False
    except ValidationError as error:
        # Without the input: it may be a secret.
        reasons = error.json(include_context=False, include_input=False)
        await response.send(HTTPStatus.UNPROCESSABLE_ENTITY, reasons.encode())
    return True


async def _send_targets(callbacks: Callbacks, response: Response) -> None:
    await response.send_json(HTTPStatus.OK, callbacks.targets.model_dump(mode="json"))


async def _reply(callbacks: Callbacks, order: ReplyOrder, response: Response) -> None:
    if callbacks.targets.inbound_url is None:
        await response.send_json(HTTPStatus.CONFLICT, {"message": "no inbound_url. Set it by PUT /targets"})
        return
    callbacks.reply(order.phone, order.text, order.at.timestamp() if order.at else None)
    await response.send_json(HTTPStatus.OK, callbacks.stats()["replies"])


def _lines(attempts: Iterable[Attempt]) -> bytes:
    return "".join(json.dumps(attempt.as_json(), ensure_ascii=False) + "\n" for attempt in attempts).encode()
