"""Idempotency-Key: a repeated POST gets the answer of the first one and has no effect."""

import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus

from api.middleware.authorization import claims_of
from api.middleware.problems import InvalidParameter
from api.request_context import Answer, Event, RequestContext
from notifications.clients.erasure import answers
from notifications.contracts.problem_codes import ProblemCode
from notifications.database import idempotency

MAX_KEY_CHARACTERS = 255
# A phone in a path is not stored.
_DIGITS = re.compile("[0-9]{7,}")
_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY_CHARACTERS}}}")


class _RollBack(Exception):
    """Rolls back the transaction of a call that failed, and carries its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def answer_once(context: RequestContext, call: Callable[[], Answer]) -> Answer:
    """Return the answer of the call, or the stored one of the same POST under the same key.

    Only a success is stored. A call that failed has changed nothing and may be repeated under its key. An answer that
    quotes an erased person is not stored: the call is done again when it is repeated.
    """
    key = _key_of(context.event)
    if key is None:
        return call()
    try:
        return _stored_or_new(context, _request(context.event, key), call)
    except _RollBack as failed:
        return failed.answer


def _key_of(event: Event) -> str | None:
    key = event["headers"].get("idempotency-key")
    if event["requestContext"]["http"]["method"] != "POST" or key is None:
        return None
    if not _KEY.fullmatch(key):
        raise InvalidParameter(
            "header", "Idempotency-Key", ProblemCode.IDEMPOTENCY_KEY_FORMAT, max_length=MAX_KEY_CHARACTERS
        )
    return key


def _stored_or_new(context: RequestContext, request: idempotency.Call, call: Callable[[], Answer]) -> Answer:
    with context.transaction() as connection:
        stored = idempotency.begin(connection, request, now=context.now())
        if stored is not None:
            return _replayed(stored)
        answer = call()
        if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
            raise _RollBack(answer)
        kept = json.dumps(answer)
        if answers.quotes_erased(connection, context.erasure_key, kept):
            idempotency.forget(connection, request)
            return answer
        stored = idempotency.finish(connection, request, kept)
        return answer if stored == answer else _replayed(stored)


def _request(event: Event, key: str) -> idempotency.Call:
    content = "\n".join((event.get("rawQueryString", ""), event.get("body") or ""))
    return idempotency.Call(
        caller=claims_of(event).get("sub", ""),
        # The content of a call whose path has a phone has it, too, so that the hash still tells two phones apart.
        call=f"{event['requestContext']['http']['method']} {_DIGITS.sub('…', event['rawPath'])}",
        key=key,
        request_hash=hashlib.sha256(content.encode(errors="surrogatepass")).digest(),
    )


def _replayed(answer: Answer) -> Answer:
    return {**answer, "headers": {**answer["headers"], "Idempotency-Replayed": "true"}}
