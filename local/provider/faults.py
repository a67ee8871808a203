"""The ways in which the stand-in misbehaves: each answers one call, and says by Closed that the connection is over."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus

from local.provider.behaviour import Behaviour, Kind
from local.provider.http import JSON, Closed, Connection, head_of

type Answer = Callable[[Connection, Behaviour], Awaitable[None]]

ACCEPTED = json.dumps({"code": 0, "message": "OK"}).encode()
HUGE_BYTES = 100_000_000
DRIP_SECONDS = 0.5
LEAK_PATH = "/elsewhere"
# Faults in which the message was taken although the caller does not learn of it.
TAKEN = frozenset({"accept_then_drop"})


async def _reset(connection: Connection, _: Behaviour) -> None:
    connection.reset()
    raise Closed


async def _hang(connection: Connection, _: Behaviour) -> None:
    await connection.writer.wait_closed()


async def _drip(connection: Connection, _: Behaviour) -> None:
    for byte in head_of(HTTPStatus.OK, len(ACCEPTED), JSON, {}) + ACCEPTED:
        connection.writer.write(bytes([byte]))
        await connection.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def _status(status: HTTPStatus, connection: Connection, _: Behaviour) -> None:
    await connection.answer_json(status, {"code": status.value, "message": status.phrase})


async def _throttle_seconds(connection: Connection, behaviour: Behaviour) -> None:
    wait = str(behaviour.retry_after_seconds)
    await connection.answer_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=wait)


async def _throttle_date(connection: Connection, behaviour: Behaviour) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=behaviour.retry_after_seconds)
    date = format_datetime(moment, usegmt=True)
    await connection.answer_json(HTTPStatus.TOO_MANY_REQUESTS, {"code": 429}, Retry_After=date)


async def _body(body: bytes, content_type: str, connection: Connection, _: Behaviour) -> None:
    await connection.answer(HTTPStatus.OK, body, content_type=content_type)


async def _huge(connection: Connection, _: Behaviour) -> None:
    connection.writer.write(head_of(HTTPStatus.OK, HUGE_BYTES, JSON, {}))
    chunk = b" " * 100_000
    for _sent in range(0, HUGE_BYTES, len(chunk)):
        connection.writer.write(chunk)
        await connection.drain()


async def _redirect(connection: Connection, _: Behaviour) -> None:
    await connection.answer_json(HTTPStatus.FOUND, {}, Location=LEAK_PATH)


async def _drop(connection: Connection, _: Behaviour) -> None:
    connection.writer.close()
    raise Closed


async def _half_close(connection: Connection, _: Behaviour) -> None:
    connection.writer.write(head_of(HTTPStatus.OK, len(ACCEPTED), JSON, {}) + ACCEPTED[:5])
    await connection.drain()
    connection.writer.close()
    raise Closed


ANSWERS: dict[Kind, Answer] = {
    "reset": _reset,
    "hang": _hang,
    "drip": _drip,
    "http_500": partial(_status, HTTPStatus.INTERNAL_SERVER_ERROR),
    "http_502": partial(_status, HTTPStatus.BAD_GATEWAY),
    "http_503": partial(_status, HTTPStatus.SERVICE_UNAVAILABLE),
    "http_504": partial(_status, HTTPStatus.GATEWAY_TIMEOUT),
    "throttle": partial(_status, HTTPStatus.TOO_MANY_REQUESTS),
    "throttle_seconds": _throttle_seconds,
    "throttle_date": _throttle_date,
    "html": partial(_body, b"<html><body>It works!</body></html>", "text/html"),
    "empty": partial(_body, b"", JSON),
    "broken_json": partial(_body, b'{"code": 0, "mess', JSON),
    "wrong_code": partial(_body, b'{"code": 17, "message": "no such route"}', JSON),
    "huge": _huge,
    "bad_request": partial(_status, HTTPStatus.BAD_REQUEST),
    "unauthorized": partial(_status, HTTPStatus.UNAUTHORIZED),
    "forbidden": partial(_status, HTTPStatus.FORBIDDEN),
    "redirect": _redirect,
    "accept_then_drop": _drop,
    "half_close": _half_close,
}
