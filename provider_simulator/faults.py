"""Faults: functions that each answer one call wrongly or raise ConnectionClosed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus

from provider_simulator.behaviour import Behaviour, FaultKind
from provider_simulator.http import ConnectionClosed, Response

type FaultHandler = Callable[[Response, Behaviour], Awaitable[None]]

OK = b'{"code": 0, "message": "OK"}'
HUGE_BYTES = 100_000_000
# The target of the redirect, where the control API counts the callers that follow it.
REDIRECT_TARGET = "/elsewhere"


async def _reset(response: Response, _: Behaviour) -> None:
    response.reset()
    raise ConnectionClosed


async def _hang(response: Response, _: Behaviour) -> None:
    await response.wait_for_disconnect()
    raise ConnectionClosed


async def _drip(response: Response, behaviour: Behaviour) -> None:
    for byte in response.head(HTTPStatus.OK, len(OK)) + OK:
        await asyncio.sleep(behaviour.drip_ms / 1000)
        await response.write(bytes([byte]))


async def _error(status: HTTPStatus, response: Response, _: Behaviour) -> None:
    await response.send_json(status, {"code": status.value, "message": status.phrase})


async def _throttle_seconds(response: Response, behaviour: Behaviour) -> None:
    wait = str(behaviour.retry_after_seconds)
    await response.send_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=wait)


async def _throttle_date(response: Response, behaviour: Behaviour) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=behaviour.retry_after_seconds)
    date = format_datetime(moment, usegmt=True)
    await response.send_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=date)


async def _wrong_body(body: bytes, content_type: str, response: Response, _: Behaviour) -> None:
    await response.send(HTTPStatus.OK, body, content_type)


async def _huge_body(response: Response, _: Behaviour) -> None:
    await response.write(response.head(HTTPStatus.OK, HUGE_BYTES))
    chunk = b" " * 100_000
    for _sent in range(0, HUGE_BYTES, len(chunk)):
        await response.write(chunk)


async def _redirect(response: Response, _: Behaviour) -> None:
    await response.send_json(HTTPStatus.FOUND, {}, Location=REDIRECT_TARGET)


async def _close(_: Response, __: Behaviour) -> None:
    raise ConnectionClosed


async def _half_body(response: Response, _: Behaviour) -> None:
    whole = response.head(HTTPStatus.OK, len(OK)) + OK
    await response.write(whole[: -len(OK) // 2])
    raise ConnectionClosed


FAULTS: dict[FaultKind, FaultHandler] = {
    "refuse": _reset,
    "hang": _hang,
    "drip": _drip,
    "http_500": partial(_error, HTTPStatus.INTERNAL_SERVER_ERROR),
    "http_502": partial(_error, HTTPStatus.BAD_GATEWAY),
    "http_503": partial(_error, HTTPStatus.SERVICE_UNAVAILABLE),
    "http_504": partial(_error, HTTPStatus.GATEWAY_TIMEOUT),
    "throttle": partial(_error, HTTPStatus.TOO_MANY_REQUESTS),
    "throttle_seconds": _throttle_seconds,
    "throttle_date": _throttle_date,
    "html": partial(_wrong_body, b"<html><body>It works!</body></html>", "text/html"),
    "empty": partial(_wrong_body, b"", "application/json"),
    "broken_json": partial(_wrong_body, b'{"code": 0, "mess', "application/json"),
    "wrong_code": partial(_wrong_body, b'{"code": 17, "message": "no such route"}', "application/json"),
    "huge": _huge_body,
    "bad_request": partial(_error, HTTPStatus.BAD_REQUEST),
    "unauthorized": partial(_error, HTTPStatus.UNAUTHORIZED),
    "forbidden": partial(_error, HTTPStatus.FORBIDDEN),
    "redirect": _redirect,
    "accept_then_drop": _close,
    "half_close": _half_body,
}
