"""Posts one call: its body, its headers, what its answer means."""

import json
from http import HTTPStatus

import httpx

from provider_simulator.callbacks import signing
from provider_simulator.callbacks.items import Kind
from provider_simulator.callbacks.outbox import Call
from provider_simulator.callbacks.record import Result
from provider_simulator.callbacks.settings import Targets, decode_secret

MAX_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 60

_BODY_FIELDS: dict[Kind, str] = {"receipts": "receipts", "replies": "messages"}


async def post(client: httpx.AsyncClient, targets: Targets, call: Call, *, now: float) -> int | str:
    """Post a call, and return the status of the answer or the name of the error."""
    url = targets.receipt_url if call.kind == "receipts" else targets.inbound_url
    if url is None or targets.secret is None:
        return "NoTarget"
    items = [item.as_json() for item in call.items]
    body = json.dumps({_BODY_FIELDS[call.kind]: items}, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signing.headers(decode_secret(targets.secret), call.webhook_id, body, now=now, fault=call.fault)
    try:
        answer = await client.post(str(url), content=body, headers=headers | {"content-type": "application/json"})
    except httpx.HTTPError as error:
        return type(error).__name__
    return answer.status_code


def result_of(status: int | str, attempts: int) -> Result:
    """Return the result of an attempt: errors, 429 and 5xx are repeated up to `MAX_ATTEMPTS`."""
    if isinstance(status, str) or status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "repeated" if attempts < MAX_ATTEMPTS else "abandoned"
    return "acknowledged" if status < HTTPStatus.MULTIPLE_CHOICES else "refused"


def pause_seconds(attempts: int) -> float:
    """Return the pause after this number of failed attempts: 1 s, doubling to 60 s."""
    return float(min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS))
