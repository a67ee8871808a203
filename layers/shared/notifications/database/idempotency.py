"""One effect for one key: a call that comes again gets the answer of the first, for 24 hours.

The key is written in the transaction of the effect. A second call at the same moment waits at the row that the
first has inserted: it then finds the answer or, if the first was undone, takes its place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from notifications.contracts.errors import KeyReused
from notifications.contracts.problem_codes import ProblemCode

KEPT_FOR = timedelta(hours=24)
# So that keys go about as fast as they come, and no call pays for all of them.
FORGOTTEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """What makes a call the same: who calls what with which key. Its hash tells whether the content is, too."""

    caller: str
    call: str
    key: str
    request_hash: bytes


_FORGET = text("""
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency WHERE created_at < :before
        ORDER BY created_at LIMIT :at_most FOR UPDATE SKIP LOCKED
    ))
""")

_BEGIN = text("""
    INSERT INTO idempotency AS old (caller, call, key, request_hash, created_at)
    VALUES (:caller, :call, :key, :request_hash, :now)
    ON CONFLICT (caller, call, key) DO UPDATE
        SET request_hash = excluded.request_hash, answer = NULL, created_at = excluded.created_at
        WHERE old.created_at < :before
    RETURNING key
""")

_FIND = text("SELECT request_hash, answer FROM idempotency WHERE caller = :caller AND call = :call AND key = :key")

_FINISH = text("""
    UPDATE idempotency SET answer = CAST(:answer AS jsonb)
    WHERE caller = :caller AND call = :call AND key = :key
""")


def begin(connection: Connection, call: Call, *, now: datetime) -> Any | None:
    """The answer that was given to this call before, or None: then the caller is to act and to `finish`.

    Raises:
        KeyReused: the key was used for another content.
    """
    before = now - KEPT_FOR
    connection.execute(_FORGET, {"before": before, "at_most": FORGOTTEN_AT_ONCE})
    names = _names(call)
    values = {**names, "request_hash": call.request_hash, "now": now, "before": before}
    if connection.execute(_BEGIN, values).one_or_none():
        return None
    found = connection.execute(_FIND, names).one()
    if bytes(found.request_hash) != call.request_hash:
        raise KeyReused(ProblemCode.IDEMPOTENCY_KEY_REUSED)
    return found.answer


def finish(connection: Connection, call: Call, answer: str) -> None:
    """Keep the answer, JSON, in the transaction of the effect."""
    connection.execute(_FINISH, {**_names(call), "answer": answer})


def _names(call: Call) -> dict[str, str]:
    return {"caller": call.caller, "call": call.call, "key": call.key}
