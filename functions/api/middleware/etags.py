"""ETag, If-Match, If-None-Match: nobody overwrites what they have not seen, and what is known is not sent again."""

import json
from hashlib import sha256
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BaseModel

from notifications.contracts.errors import PreconditionFailed
from notifications.contracts.problem_codes import ProblemCode

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="the ETag of what is to be changed: if it has changed since, 412"),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="the ETag of what is known: if it still is so, 304 without a body"),
]


class NotModified(Exception):
    """What is asked for is as the caller knows it.

    Attributes:
        etag: its ETag.
    """

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def etag_of(thing: BaseModel) -> str:
    """The ETag of what is shown: `"<what can be changed>.<what changes by itself>"`.

    The second part is the hash of a mailing's status and counts, which move all the while it runs: a change is not
    stale because of them.
    """
    shown = thing.model_dump(mode="json")
    moving = {name: shown.pop(name) for name in ("status", "stats") if name in shown}
    return f'"{_hash(shown)}.{_hash(moving) if moving else ""}"'


def require_match(if_match: str | None, thing: BaseModel) -> None:
    """PreconditionFailed unless what is to be changed is what the caller has seen."""
    if if_match is None or if_match.strip() == "*":
        return
    if _changeable(etag_of(thing)) not in map(_changeable, if_match.split(",")):
        raise PreconditionFailed(ProblemCode.CHANGED_SINCE_READ)


def require_modified(if_none_match: str | None, thing: BaseModel) -> str:
    """The ETag of what is to be shown, or NotModified if the caller knows it."""
    etag = etag_of(thing)
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    if etag in known or known == ["*"]:
        raise NotModified(etag)
    return etag


def _changeable(etag: str) -> str:
    return etag.strip().partition(".")[0]


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
