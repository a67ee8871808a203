"""Waits that are cut short, so that minutes of patience fit into seconds of proof: time jumps, in the database.

Only what nobody works on any more is touched, and only its times: no status, no count, no attempt.
"""

from datetime import datetime

from sqlalchemy import Engine, TextClause, text

from notifications.message_state import QUEUED_AT_MOST


def _changed(change: str, condition: str) -> TextClause:
    # In the functions' order, lest one of them and this wait for each other.
    wanted = f"SELECT id FROM message WHERE {condition} ORDER BY id FOR UPDATE"
    return text(f"UPDATE message SET {change} WHERE id = ANY(ARRAY({wanted}))")


# The next tick gives each its next open stretch, as it does for a message whose stretch is over.
# A message outside mailings has no stretch but the one until its end.
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
_LEASES = _changed("lease_until = now()", "status = 'sending' AND since < :dead_since")
_QUEUED = _changed("since = since - CAST(:longer AS interval)", "status = 'queued' AND since < :dead_since")


def end_pauses(engine: Engine) -> None:
    """Have come due what was deferred, and have the breaker and the pace let the next messages try."""
    with engine.begin() as connection:
        connection.execute(_PAUSES)
        connection.execute(_BREAKER)


def end_leases(engine: Engine, *, dead_since: datetime) -> None:
    """Have leases run out: of messages that were claimed by workers that are all dead."""
    with engine.begin() as connection:
        connection.execute(_LEASES, {"dead_since": dead_since})


def lose_queued(engine: Engine, *, dead_since: datetime) -> None:
    """Have messages been queued for too long: of those whose records the queue has lost or keeps from everybody."""
    with engine.begin() as connection:
        connection.execute(_QUEUED, {"dead_since": dead_since, "longer": QUEUED_AT_MOST})
