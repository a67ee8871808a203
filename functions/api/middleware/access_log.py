"""Access log: one line for each call, with the mailing's id from its path or its answer."""

import json
import re
from http import HTTPStatus
from urllib.parse import unquote

from api.request_context import Answer, Event
from notifications.contracts.observability import logger

_MAILING = re.compile(r"/(?:mailing|statistic)/([0-9]{1,18})/")


def log_call(event: Event, answer: Answer) -> None:
    """Log a call with its status and with the gateway's id, by which the gateway's own access log has it."""
    http = event["requestContext"]["http"]
    found = {
        "gateway_request_id": event["requestContext"].get("requestId"),
        "method": http["method"],
        # Decoded, since a phone after an encoded character would not be found and masked.
        "path": unquote(http["path"]),
        "status": answer["statusCode"],
        "mailing_id": _mailing_id(http["path"], answer),
    }
    logger.info("API called", extra={name: value for name, value in found.items() if value is not None})


def _mailing_id(path: str, answer: Answer) -> int | None:
    if found := _MAILING.search(path):
        return int(found[1])
    if path.endswith("/mailing/") and answer["statusCode"] == HTTPStatus.CREATED:
        created: int = json.loads(answer["body"])["id"]
        return created
    return None
