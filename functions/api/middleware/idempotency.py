"""Idempotency-Key: a POST that comes again gets the answer of the first one, and has no effect."""

import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from api import request_context
from api.middleware.problems import InvalidParameter
from api.routing import claims_of
from notifications.contracts.problem_codes import ProblemCode
from notifications.database import idempotency

type Answer = dict[str, Any]

KEY_LENGTH_AT_MOST = 255
_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH_AT_MOST}}}")


class _Undone(Exception):
    """Takes back what an answer that is no success has begun."""


def answer_once(event: dict[str, Any], act: Callable[[], Answer]) -> Answer:
    """The answer of `act`, or the one that the same POST under the same key has had.

    Only a success is kept. A call that failed has changed nothing and may be made again under its key.
    """
    key = event["headers"].get("idempotency-key")
    if event["requestContext"]["http"]["method"] != "POST" or key is None:
        return act()
    if not _KEY.fullmatch(key):
        raise InvalidParameter(
            "header", "Idempotency-Key", ProblemCode.IDEMPOTENCY_KEY_FORMAT, max_length=KEY_LENGTH_AT_MOST
        )
    call = _call(event, key)
    answer: Answer = {}
    try:
        with request_context.transaction() as connection:
            stored = idempotency.begin(connection, call, now=request_context.now())
            if stored is not None:
                return _replayed(stored)
            answer = act()
            _require_success(answer)
            idempotency.finish(connection, call, json.dumps(answer))
    except _Undone:
        pass
    return answer


def _require_success(answer: Answer) -> None:
    if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
        raise _Undone


def _call(event: dict[str, Any], key: str) -> idempotency.Call:
    content = "\n".join((event.get("rawQueryString", ""), event.get("body") or ""))
    return idempotency.Call(
        caller=claims_of(event).get("sub", ""),
        call=f"{event['requestContext']['http']['method']} {event['rawPath']}",
        key=key,
        request_hash=hashlib.sha256(content.encode(errors="surrogatepass")).digest(),
    )


def _replayed(answer: Answer) -> Answer:
    return {**answer, "headers": {**answer["headers"], "Idempotency-Replayed": "true"}}
