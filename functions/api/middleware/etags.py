"""ETag, If-Match and If-None-Match: prevent lost updates, and save bodies that the caller already has."""

import json
from hashlib import sha256
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BaseModel

from notifications.contracts.errors import PreconditionFailed
from notifications.contracts.problem_codes import ProblemCode

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="`ETag` that you read; 412 if it is no longer current"),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="`ETag` that you have; 304 without a body if it is still current"),
]


# Fields that no change of the resource itself sets.
_VOLATILE = ("status", "stats", "opt_out")


class NotModified(Exception):
    """The caller already has the current state.

    Attributes:
        etag: the state's ETag.
    """

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def etag_of(resource: BaseModel) -> str:
    """Return the ETag of a resource: `"<hash of its fields>.<hash of its status and counts>"`.

    `If-Match` compares the first part only: the status and the counts of a mailing change by themselves while it runs,
    and the opt-out of a client's phone is none of the client's fields.
    """
    shown = resource.model_dump(mode="json")
    volatile = {name: shown.pop(name) for name in _VOLATILE if name in shown}
    if volatile == {"opt_out": None}:
        # As in the answer to a change of the client, which does not show an opt-out.
        volatile = {}
    return f'"{_hash(shown)}.{_hash(volatile) if volatile else ""}"'


def require_match(if_match: str | None, resource: BaseModel) -> None:
    """Raise PreconditionFailed unless the caller has read the resource in its current state."""
    if if_match is None or if_match.strip() == "*":
        return
    if _fields_part(etag_of(resource)) not in map(_fields_part, if_match.split(",")):
        raise PreconditionFailed(ProblemCode.CHANGED_SINCE_READ)


def require_exists(if_match: str | None) -> None:
    """Raise PreconditionFailed if the caller has read a resource that no longer exists."""
    if if_match is not None:
        raise PreconditionFailed(ProblemCode.CHANGED_SINCE_READ)


def require_modified(if_none_match: str | None, resource: BaseModel) -> str:
    """Return the ETag of a resource, or raise NotModified if the caller already has this state."""
    etag = etag_of(resource)
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    if etag in known or known == ["*"]:
        raise NotModified(etag)
    return etag


def _fields_part(etag: str) -> str:
    return etag.strip().partition(".")[0]


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
