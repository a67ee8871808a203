"""Idempotency keys: a repeated call gets the stored answer of the first one for 24 hours.

The key is inserted in the transaction of the call's effect. A concurrent call waits for that transaction: it then
returns the stored answer or, if the first call was rolled back, runs itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from notifications.contracts.errors import KeyReused
from notifications.contracts.problem_codes import ProblemCode

# Retention deletes the keys after it.
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Call:
    """Identity of a call: caller, operation and key. `request_hash` shows if the content is the same too."""

    caller: str
    call: str
    key: str
    request_hash: bytes


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
    UPDATE idempotency SET answer = COALESCE(answer, CAST(:answer AS jsonb))
    WHERE caller = :caller AND call = :call AND key = :key
    RETURNING answer
""")

_FORGET = text("DELETE FROM idempotency WHERE caller = :caller AND call = :call AND key = :key")


def begin(connection: Connection, call: Call, *, now: datetime) -> Any | None:
    """Return the stored answer of an earlier call, or None: the caller then runs the operation and calls `finish`.

    An operation that commits before its end can run twice: its call has no answer until then.

    Raises:
        KeyReused: the key was used with different content.
    """
    before = now - KEPT_FOR
    names = _names(call)
    values = {**names, "request_hash": call.request_hash, "now": now, "before": before}
    if connection.execute(_BEGIN, values).one_or_none():
        return None
    found = connection.execute(_FIND, names).one()
    if bytes(found.request_hash) != call.request_hash:
        raise KeyReused(ProblemCode.IDEMPOTENCY_KEY_REUSED)
    return found.answer


def finish(connection: Connection, call: Call, answer: str) -> Any:
    """Store the answer (JSON) in the transaction of the effect.

    Returns:
        The stored answer: another one if a concurrent call has stored its own first.
    """
    return connection.execute(_FINISH, {**_names(call), "answer": answer}).scalar_one()


def forget(connection: Connection, call: Call) -> None:
    """Forget a call whose answer must not be stored."""
    connection.execute(_FORGET, _names(call))


def _names(call: Call) -> dict[str, str]:
    return {"caller": call.caller, "call": call.call, "key": call.key}
