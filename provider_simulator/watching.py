"""What is asked and told by whoever watches the stand-in."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus

from pydantic import ValidationError

from provider_simulator.behaviour import Behaviour
from provider_simulator.faults import ELSEWHERE, OK
from provider_simulator.http import Answer, Request
from provider_simulator.ledger import Call, Ledger
from provider_simulator.provider import Provider

_ACCEPTED = re.compile(r"/accepted/([0-9]{1,19})")
_CALLS = re.compile(r"/calls(?:\?since=([0-9]{1,18}))?")


async def watch(provider: Provider, request: Request, answer: Answer) -> None:
    """Answer a request that is no message."""
    ledger = provider.ledger
    match request.method, request.path:
        case "GET", "/health":
            await answer.send_json(HTTPStatus.OK, {"status": "ok"})
        case "GET", "/stats":
            await answer.send_json(HTTPStatus.OK, ledger.stats())
        case "GET", "/leaks":
            await answer.send_json(HTTPStatus.OK, {"followed": ledger.followed, "with_token": ledger.leaked})
        case "GET", "/behaviour":
            await answer.send_json(HTTPStatus.OK, provider.behaviour.model_dump())
        case "PUT", "/behaviour":
            await _behave(provider, request, answer)
        case "POST", "/reset":
            provider.ledger = Ledger()
            await answer.send_json(HTTPStatus.OK, provider.ledger.stats())
        case _, path if path == ELSEWHERE:
            ledger.followed += 1
            ledger.leaked += "authorization" in request.headers
            await answer.send(HTTPStatus.OK, OK)
        case "GET", path if found := _ACCEPTED.fullmatch(path):
            await _accepted(int(found[1]), ledger, answer)
        case "GET", path if found := _CALLS.fullmatch(path):
            await answer.send(HTTPStatus.OK, _lines(ledger.since(int(found[1] or 0))), "application/jsonl")
        case _:
            await answer.send_json(HTTPStatus.NOT_FOUND, {"message": "there is no such path"})


async def _behave(provider: Provider, request: Request, answer: Answer) -> None:
    try:
        provider.behaviour = Behaviour.model_validate_json(request.body)
    except ValidationError as error:
        await answer.send(HTTPStatus.UNPROCESSABLE_ENTITY, error.json(include_context=False).encode())
    else:
        await answer.send_json(HTTPStatus.OK, provider.behaviour.model_dump())


async def _accepted(message_id: int, ledger: Ledger, answer: Answer) -> None:
    calls = [{"at": call.at, "phone": call.phone, "text": call.text} for call in ledger.of(message_id)]
    await answer.send_json(HTTPStatus.OK, {"count": ledger.count(message_id), "calls": calls})


def _lines(calls: Iterable[Call]) -> bytes:
    return "".join(json.dumps({"id": call.id, "at": call.at, "phone": call.phone}) + "\n" for call in calls).encode()
