"""Shortens waits by changing times in the database, so that a run takes seconds and not minutes.

Only times of messages that no worker handles any more are changed, never a status, a count or an attempt.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine, TextClause, text

from notifications.message_state import MAX_QUEUED_TIME

VISIBILITY_SECONDS = 15
# A queue message that old is invisible, because the worker that received it has died, if no other waits.
MAX_TIME_ON_QUEUE = timedelta(seconds=2 * VISIBILITY_SECONDS)


def _changed(change: str, condition: str) -> TextClause:
    # In the functions' order of locks, so that no deadlock arises.
    wanted = f"SELECT id FROM message WHERE {condition} ORDER BY id FOR UPDATE"
    return text(f"UPDATE message SET {change} WHERE id = ANY(ARRAY({wanted}))")


# The next tick computes the next opening of each message, as after the end of an opening.
# A message outside mailings has one opening only, until its end.
_PAUSES = _changed(
    "due_at = now(), closes_at = CASE WHEN mailing_id IS NULL THEN closes_at ELSE now() END",
    "status = 'pending' AND due_at > now() AND (attempts > 0 OR due_at < now() + interval '10 minutes')",
)
_BREAKER = text(f"""
    UPDATE provider
    SET {
    ", ".join(
        f"{name} = CASE WHEN {name} > now() THEN now() ELSE {name} END"
        for name in ("probe_at", "hold_until", "next_call_at", "next_release_at")
    )
}
""")
# The lock of its row, not its lease, keeps a job from two dispatchers.
_JOBS = text("""
    UPDATE job SET lease_until = now()
    WHERE id IN (SELECT id FROM job WHERE lease_until > now() FOR UPDATE SKIP LOCKED)
""")
_LEASES = _changed("lease_until = now()", "status = 'sending' AND since < :dead_since")
_QUEUED = _changed("since = since - CAST(:longer AS interval)", "status = 'queued' AND since < :dead_since")


def end_pauses(engine: Engine) -> None:
    """Make deferred messages and jobs due, and let circuit breaker and rate limiter release the next ones."""
    with engine.begin() as connection:
        connection.execute(_PAUSES)
        connection.execute(_BREAKER)
        connection.execute(_JOBS)


def end_leases(engine: Engine, *, dead_since: datetime) -> None:
    """End the leases of messages claimed before `dead_since`, whose workers are all dead."""
    with engine.begin() as connection:
        connection.execute(_LEASES, {"dead_since": dead_since})


def lose_queued(engine: Engine, *, dead_since: datetime) -> None:
    """Make messages that were queued before `dead_since` overdue, since their queue messages are lost or hidden."""
    with engine.begin() as connection:
        connection.execute(_QUEUED, {"dead_since": dead_since, "longer": MAX_QUEUED_TIME})
