"""HTTP control API: sets the behaviour, reads the ledger."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from provider_simulator.behaviour import Behaviour
from provider_simulator.faults import OK, REDIRECT_TARGET
from provider_simulator.http import Request, Response
from provider_simulator.ledger import Call, Ledger
from provider_simulator.provider import Provider

_ACCEPTED = re.compile(r"/accepted/([0-9]{1,19})")
_CALLS = re.compile(r"/calls(?:\?since=([0-9]{1,18}))?")


async def respond(provider: Provider, request: Request, response: Response) -> None:
    """Answer a request of the control API, or one that followed a redirect."""
    ledger = provider.ledger
    match request.method, request.path:
        case "GET", "/health":
            await response.send_json(HTTPStatus.OK, {"status": "ok"})
        case "GET", "/stats":
            await response.send_json(HTTPStatus.OK, _stats(provider))
        case "GET", "/leaks":
            await response.send_json(HTTPStatus.OK, {"followed": ledger.followed, "with_token": ledger.leaked})
        case "GET", "/behaviour":
            await response.send_json(HTTPStatus.OK, provider.behaviour.model_dump())
        case "PUT", "/behaviour":
            await _put_behaviour(provider, request, response)
        case "POST", "/reset":
            provider.ledger = Ledger()
            provider.callbacks.reset()
            await response.send_json(HTTPStatus.OK, _stats(provider))
        case _, path if path == REDIRECT_TARGET:
            ledger.followed += 1
            ledger.leaked += "authorization" in request.headers
            await response.send(HTTPStatus.OK, OK)
        case "GET", path if found := _ACCEPTED.fullmatch(path):
            await _get_accepted(int(found[1]), ledger, response)
        case "GET", path if found := _CALLS.fullmatch(path):
            await response.send(HTTPStatus.OK, _lines(ledger.calls_from(int(found[1] or 0))), "application/jsonl")
        case _:
            message = f"no such endpoint: {request.method} {request.path}. See provider_simulator/README.md"
            await response.send_json(HTTPStatus.NOT_FOUND, {"message": message})


def _stats(provider: Provider) -> dict[str, Any]:
    return provider.ledger.stats() | {"callbacks": provider.callbacks.stats()}


async def _put_behaviour(provider: Provider, request: Request, response: Response) -> None:
    try:
        provider.behaviour = Behaviour.model_validate_json(request.body)
    except ValidationError as error:
        await response.send(HTTPStatus.UNPROCESSABLE_ENTITY, error.json(include_context=False).encode())
    else:
        await response.send_json(HTTPStatus.OK, provider.behaviour.model_dump())


async def _get_accepted(message_id: int, ledger: Ledger, response: Response) -> None:
    calls = [{"at": call.at, "phone": call.phone, "text": call.text} for call in ledger.calls_for(message_id)]
    await response.send_json(HTTPStatus.OK, {"count": ledger.count(message_id), "calls": calls})


def _lines(calls: Iterable[Call]) -> bytes:
    return "".join(json.dumps({"id": call.id, "at": call.at, "phone": call.phone}) + "\n" for call in calls).encode()
