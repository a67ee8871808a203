"""The ways in which the stand-in misbehaves: each answers one call, or raises Closed when the connection is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus

from provider_simulator.behaviour import Behaviour, Kind
from provider_simulator.http import Answer, Closed

type Misbehave = Callable[[Answer, Behaviour], Awaitable[None]]

OK = b'{"code": 0, "message": "OK"}'
HUGE_BYTES = 100_000_000
# Where a redirect leads: a path that notes who follows.
ELSEWHERE = "/elsewhere"


async def _refuse(answer: Answer, _: Behaviour) -> None:
    answer.reset()
    raise Closed


async def _hang(answer: Answer, _: Behaviour) -> None:
    await answer.wait_for_hang_up()
    raise Closed


async def _drip(answer: Answer, behaviour: Behaviour) -> None:
    for byte in answer.head(HTTPStatus.OK, len(OK)) + OK:
        await asyncio.sleep(behaviour.drip_ms / 1000)
        await answer.write(bytes([byte]))


async def _status(status: HTTPStatus, answer: Answer, _: Behaviour) -> None:
    await answer.send_json(status, {"code": status.value, "message": status.phrase})


async def _throttle_seconds(answer: Answer, behaviour: Behaviour) -> None:
    wait = str(behaviour.retry_after_seconds)
    await answer.send_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=wait)


async def _throttle_date(answer: Answer, behaviour: Behaviour) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=behaviour.retry_after_seconds)
    date = format_datetime(moment, usegmt=True)
    await answer.send_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=date)


async def _lie(body: bytes, content_type: str, answer: Answer, _: Behaviour) -> None:
    await answer.send(HTTPStatus.OK, body, content_type)


async def _huge(answer: Answer, _: Behaviour) -> None:
    await answer.write(answer.head(HTTPStatus.OK, HUGE_BYTES))
    chunk = b" " * 100_000
    for _sent in range(0, HUGE_BYTES, len(chunk)):
        await answer.write(chunk)


async def _redirect(answer: Answer, _: Behaviour) -> None:
    await answer.send_json(HTTPStatus.FOUND, {}, Location=ELSEWHERE)


async def _drop(_: Answer, __: Behaviour) -> None:
    raise Closed


async def _half_close(answer: Answer, _: Behaviour) -> None:
    whole = answer.head(HTTPStatus.OK, len(OK)) + OK
    await answer.write(whole[: -len(OK) // 2])
    raise Closed


FAULTS: dict[Kind, Misbehave] = {
    "refuse": _refuse,
    "hang": _hang,
    "drip": _drip,
    "http_500": partial(_status, HTTPStatus.INTERNAL_SERVER_ERROR),
    "http_502": partial(_status, HTTPStatus.BAD_GATEWAY),
    "http_503": partial(_status, HTTPStatus.SERVICE_UNAVAILABLE),
    "http_504": partial(_status, HTTPStatus.GATEWAY_TIMEOUT),
    "throttle": partial(_status, HTTPStatus.TOO_MANY_REQUESTS),
    "throttle_seconds": _throttle_seconds,
    "throttle_date": _throttle_date,
    "html": partial(_lie, b"<html><body>It works!</body></html>", "text/html"),
    "empty": partial(_lie, b"", "application/json"),
    "broken_json": partial(_lie, b'{"code": 0, "mess', "application/json"),
    "wrong_code": partial(_lie, b'{"code": 17, "message": "no such route"}', "application/json"),
    "huge": _huge,
    "bad_request": partial(_status, HTTPStatus.BAD_REQUEST),
    "unauthorized": partial(_status, HTTPStatus.UNAUTHORIZED),
    "forbidden": partial(_status, HTTPStatus.FORBIDDEN),
    "redirect": _redirect,
    "accept_then_drop": _drop,
    "half_close": _half_close,
}
