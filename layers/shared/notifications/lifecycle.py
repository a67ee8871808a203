"""The one place where a message changes its status.

Every change is one statement that picks rows, changes them and moves the running counts of their mailings, so
that the counts add up to the rows at every commit (DESIGN: message life).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, text

from notifications.windows import Opening

# A message that cannot be delivered is given up after this many attempts.
MAX_ATTEMPTS = 8
# Longer than the sender's time limit, so that a lease that ran out means a dead worker.
LEASE = timedelta(minutes=3)
# Longer than the longest delay on the queue and a few deliveries.
QUEUED_AT_MOST = timedelta(minutes=15)
# What is remembered of a message, the newest claims; those that find the provider down use up no attempt.
ATTEMPTS_KEPT = 20
# How many rows the running count of one status is spread over, so that writers seldom wait for each other.
COUNT_SHARDS = 16

NEVER_OPENS_AGAIN = "the send window does not open again before the mailing ends"

type Openings = Mapping[str, Opening | None]
type Verdict = Literal["sent", "failed", "pending", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that the caller has taken for itself: status `sending`, with a lease.

    `claim` is its fence: an outcome is accepted only from the claim that is still the last one.
    """

    id: int
    mailing_id: int
    client_id: int
    claim: int
    attempts: int
    phone: str
    operator_code: str
    timezone: str
    attributes: dict[str, Any]
    text: str
    due_at: datetime
    ends_at: datetime
    window_start: time | None
    window_end: time | None
    closes_at: datetime
    on_unknown: str
    in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one claimed message.

    Args:
        verdict: the status it gets; `pending` puts it back with a later `due_at`.
        attempted: whether an attempt was used up.
        due_at, closes_at: the next open stretch, for `pending`.
        error: why it was not sent, in words for the operator.
        in_doubt: whether the provider may have accepted it all the same.
        calls: how often the provider was called; with none, there is no attempt to tell of.
        called_at, duration_ms: when that began, and how long it took.
    """

    id: int
    claim: int
    verdict: Verdict
    attempted: bool = True
    due_at: datetime | None = None
    closes_at: datetime | None = None
    error: str | None = None
    in_doubt: bool = False
    calls: int = 0
    called_at: datetime | None = None
    duration_ms: int | None = None


def count(connection: Connection, mailing_id: int, rows: dict[str, int]) -> None:
    """Add new rows to a mailing's running counts, in the transaction that inserts them."""
    connection.execute(
        text(f"""
            INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
            SELECT :mailing_id, status, mod(pg_backend_pid(), {COUNT_SHARDS}), n
            FROM unnest(CAST(:statuses AS text[]), CAST(:numbers AS bigint[])) AS new (status, n)
            ORDER BY status
            ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
        """),
        {"mailing_id": mailing_id, "statuses": list(rows), "numbers": list(rows.values())},
    )


def _transition(pick: str, change: str, result: str, *, key: Literal["id", "ctid"] = "id") -> str:
    """A statement that changes the rows that `pick` selects and moves their counts.

    Args:
        pick: SELECT … of `id, status` at least, locking the rows.
        change: the SET list of the UPDATE; `m` is the message, `p` the picked row.
        result: what to SELECT FROM `changed`, whose rows are the messages after the change, with `was`.
        key: by what the UPDATE finds the rows. By `ctid`, which `pick` then selects, it never reads the whole table,
            and leaves out a row that another transaction has just changed.
    """
    return f"""
        WITH picked AS ({pick}),
        changed AS (
            UPDATE message AS m SET {change} FROM picked AS p WHERE m.{key} = p.{key} RETURNING m.*, p.status AS was
        ),
        counted AS (
            INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
            SELECT mailing_id, status, mod(pg_backend_pid(), {COUNT_SHARDS}), sum(n)
            FROM (
                SELECT mailing_id, was AS status, -1 AS n FROM changed
                UNION ALL
                SELECT mailing_id, status, 1 FROM changed
            ) AS moves
            GROUP BY mailing_id, status HAVING sum(n) <> 0 ORDER BY mailing_id, status
            ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
        )
        {result}
    """


# The windows that close first go first. Few distinct closing times exist (one a zone), so the recursion walks
# them by index and takes the due rows of each: the cost depends on what is taken, not on what waits.
_RELEASE = _transition(
    pick="""
        WITH RECURSIVE closing (closes_at) AS (
            SELECT min(closes_at) FROM message
            WHERE mailing_id = :mailing_id AND status = 'pending' AND closes_at > :now
            UNION ALL
            SELECT (
                SELECT min(m.closes_at) FROM message AS m
                WHERE m.mailing_id = :mailing_id AND m.status = 'pending' AND m.closes_at > closing.closes_at
            )
            FROM closing WHERE closing.closes_at IS NOT NULL
        )
        SELECT due.ctid, due.status FROM closing CROSS JOIN LATERAL (
            SELECT ctid, status FROM message
            WHERE mailing_id = :mailing_id AND status = 'pending'
              AND closes_at = closing.closes_at AND due_at < :due_before
            ORDER BY due_at LIMIT :at_most
            FOR UPDATE SKIP LOCKED
        ) AS due
        LIMIT :at_most
    """,
    change="status = 'queued', since = :now",
    result="""
        SELECT id, CAST(extract(epoch FROM due_at) * 1000000 AS bigint) AS due_at
        FROM changed ORDER BY closes_at, changed.due_at, id
    """,
    key="ctid",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Due(NamedTuple):
    """A message that has been released, and when it is due."""

    id: int
    due_at: datetime


def release(connection: Connection, mailing_id: int, *, now: datetime, due_before: datetime, at_most: int) -> list[Due]:
    """Make due messages of a mailing `queued`, those whose window closes first before others.

    Gives them in the order in which they are to leave.
    """
    values = {"mailing_id": mailing_id, "now": now, "due_before": due_before, "at_most": at_most}
    rows = _execute(connection, _RELEASE, **values)
    # Microseconds, since the driver takes longer to read a time than all else of a row.
    return [Due(row.id, _EPOCH + timedelta(microseconds=row.due_at)) for row in rows]


def put_back(connection: Connection, ids: Iterable[int], *, now: datetime) -> None:
    """Make messages that the queue did not take `pending` again."""
    _execute(connection, _PUT_BACK, ids=list(ids), now=now)


_PUT_BACK = _transition(
    pick="""
        SELECT id, status FROM message WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'queued'
        ORDER BY id FOR UPDATE
    """,
    change="status = 'pending', since = :now",
    result="SELECT count(*) FROM changed",
)

# A message claimed before it is due, or after its window closed, goes back to the dispatcher, which finds it
# its next open stretch; so does one whose due time is that of an older schedule.
_CLAIM = _transition(
    pick="""
        SELECT m.id, m.status, CASE
            WHEN mailing.status = 'cancelled' OR client.id IS NULL THEN 'cancelled'
            WHEN mailing.ends_at <= :now THEN 'expired'
            WHEN mailing.status <> 'running' OR m.due_at > :now OR m.closes_at <= :now
              OR m.schedule_version <> mailing.schedule_version THEN 'pending'
            ELSE 'sending' END AS becomes,
            m.schedule_version <> mailing.schedule_version AS stale
        FROM message AS m
        JOIN mailing ON mailing.id = m.mailing_id
        LEFT JOIN client ON client.id = m.client_id
        WHERE m.id = ANY(CAST(:ids AS bigint[])) AND m.status = 'queued'
        FOR UPDATE OF m SKIP LOCKED
    """,
    change="""
        status = p.becomes, since = :now,
        claim = m.claim + CASE p.becomes WHEN 'sending' THEN 1 ELSE 0 END,
        lease_until = CASE p.becomes WHEN 'sending' THEN CAST(:lease_until AS timestamptz) END,
        closes_at = CASE WHEN p.becomes = 'pending' AND p.stale THEN GREATEST(m.due_at, :now) ELSE m.closes_at END,
        last_error = CASE p.becomes
            WHEN 'expired' THEN COALESCE(m.last_error, 'the mailing ended first')
            WHEN 'cancelled' THEN 'cancelled before it was sent' ELSE m.last_error END
    """,
    result="""
        SELECT changed.id, changed.mailing_id, changed.client_id, changed.claim, changed.attempts,
               client.phone, client.operator_code, client.timezone, client.attributes,
               mailing.text, mailing.ends_at, mailing.window_start, mailing.window_end,
               changed.due_at, changed.closes_at, mailing.on_unknown, changed.in_doubt
        FROM changed
        JOIN mailing ON mailing.id = changed.mailing_id
        JOIN client ON client.id = changed.client_id
        WHERE changed.status = 'sending'
        ORDER BY changed.id
    """,
)


def claim(connection: Connection, ids: Iterable[int], *, now: datetime) -> list[Claimed]:
    """Take queued messages for the caller: commit before the provider is called.

    Whatever may not go out now is left out: an id that is not queued (a repeat, a stale delivery), one whose
    mailing is paused, cancelled or over, one outside its open stretch.
    """
    rows = _execute(connection, _CLAIM, ids=list(ids), now=now, lease_until=now + LEASE)
    return [Claimed(**row._mapping) for row in rows]


_POSTPONE = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'queued'
        FOR UPDATE SKIP LOCKED
    """,
    change="status = 'pending', since = :now, due_at = GREATEST(m.due_at, :until)",
    result="SELECT count(*) AS n FROM changed",
)


def postpone(connection: Connection, ids: Iterable[int], *, until: datetime, now: datetime) -> int:
    """Put queued messages back, untouched but for their due time. Gives how many.

    One whose open stretch is over by then is given its next one by the dispatcher.
    """
    return int(_execute(connection, _POSTPONE, ids=list(ids), until=until, now=now)[0].n)


# What goes back and was scheduled by an older schedule is closed at its due time: it is reopened by the new one then.
_SETTLE = _transition(
    pick="""
        SELECT m.id, m.status, o.*, m.schedule_version <> mailing.schedule_version AS stale
        FROM unnest(
            CAST(:ids AS bigint[]), CAST(:claims AS int[]), CAST(:verdicts AS text[]), CAST(:attempted AS int[]),
            CAST(:due_at AS timestamptz[]), CAST(:closes_at AS timestamptz[]), CAST(:errors AS text[]),
            CAST(:in_doubt AS int[]), CAST(:calls AS int[]), CAST(:called_at AS timestamptz[]),
            CAST(:durations AS int[])
        ) AS o (
            message_id, claim, verdict, attempted, due_at, closes_at, error, in_doubt, calls, called_at, duration_ms
        )
        JOIN message AS m ON m.id = o.message_id AND m.claim = o.claim
        JOIN mailing ON mailing.id = m.mailing_id
        WHERE m.status = 'sending'
        FOR UPDATE OF m
    """,
    change="""
        status = CASE WHEN p.verdict = 'expired' AND p.stale THEN 'pending' ELSE p.verdict END,
        since = :now, lease_until = NULL,
        attempts = m.attempts + p.attempted,
        due_at = COALESCE(p.due_at, m.due_at),
        closes_at = CASE WHEN p.stale AND p.verdict IN ('pending', 'expired') THEN COALESCE(p.due_at, m.due_at)
            ELSE COALESCE(p.closes_at, m.closes_at) END,
        sent_at = CASE p.verdict WHEN 'sent' THEN CAST(:now AS timestamptz) END,
        last_error = CASE p.verdict WHEN 'sent' THEN NULL ELSE COALESCE(p.error, m.last_error) END,
        in_doubt = p.verdict <> 'sent' AND (m.in_doubt OR p.in_doubt = 1)
    """,
    result=f"""
        , attempted AS (
            INSERT INTO attempt (message_id, claim, at, duration_ms, calls, outcome, error)
            SELECT p.id, p.claim, p.called_at, p.duration_ms, p.calls, p.verdict, p.error
            FROM changed JOIN picked AS p ON p.id = changed.id
            WHERE p.calls > 0
        ), forgotten AS (
            DELETE FROM attempt USING changed
            WHERE attempt.message_id = changed.id AND attempt.claim <= changed.claim - {ATTEMPTS_KEPT}
        )
        SELECT id FROM changed
    """,
)


def settle(connection: Connection, outcomes: Sequence[Outcome], *, now: datetime) -> set[int]:
    """Record what became of claimed messages.

    Gives:
        the ids that were recorded; the others have been claimed anew since, and this outcome comes too late.
    """
    rows = _execute(
        connection,
        _SETTLE,
        now=now,
        ids=[outcome.id for outcome in outcomes],
        claims=[outcome.claim for outcome in outcomes],
        verdicts=[outcome.verdict for outcome in outcomes],
        attempted=[int(outcome.attempted) for outcome in outcomes],
        due_at=[outcome.due_at for outcome in outcomes],
        closes_at=[outcome.closes_at for outcome in outcomes],
        errors=[outcome.error for outcome in outcomes],
        in_doubt=[int(outcome.in_doubt) for outcome in outcomes],
        calls=[outcome.calls for outcome in outcomes],
        called_at=[outcome.called_at for outcome in outcomes],
        durations=[outcome.duration_ms for outcome in outcomes],
    )
    return {row.id for row in rows}


_EXPIRE = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending'
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change="status = 'expired', since = :now, last_error = COALESCE(m.last_error, 'the mailing ended first')",
    result="SELECT count(*) AS n FROM changed",
)


def expire(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Expire waiting messages of a mailing that is over. Gives how many; fewer than `at_most` means all."""
    return int(_execute(connection, _EXPIRE, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)


_CLOSED_ZONES = """
    SELECT DISTINCT client.timezone
    FROM (
        SELECT client_id FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending' AND closes_at <= :now
        ORDER BY closes_at LIMIT :at_most
    ) AS closed JOIN client ON client.id = closed.client_id
"""


def closed_zones(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> list[str]:
    """The time zones of the first messages of a mailing that wait although their open stretch is over."""
    return [
        row.timezone for row in _execute(connection, _CLOSED_ZONES, mailing_id=mailing_id, now=now, at_most=at_most)
    ]


_ZONE = """unnest(CAST(:zones AS text[]), CAST(:due_at AS timestamptz[]), CAST(:closes_at AS timestamptz[]))
            AS zone (timezone, due_at, closes_at)"""

_REOPEN = _transition(
    pick=f"""
        SELECT m.id, m.status, zone.due_at, zone.closes_at
        FROM message AS m JOIN client ON client.id = m.client_id
        JOIN {_ZONE} ON zone.timezone = client.timezone
        WHERE m.mailing_id = :mailing_id AND m.status = 'pending' AND m.closes_at <= :now
        ORDER BY m.closes_at LIMIT :at_most
        FOR UPDATE OF m SKIP LOCKED
    """,
    change="""
        status = CASE WHEN p.due_at IS NULL THEN 'expired' ELSE 'pending' END, since = :now,
        due_at = p.due_at, closes_at = p.closes_at, schedule_version = :version,
        last_error = CASE WHEN p.due_at IS NULL THEN COALESCE(m.last_error, :reason) ELSE m.last_error END
    """,
    result="SELECT count(*) AS n FROM changed",
)


def reopen(
    connection: Connection, mailing_id: int, found: Openings, *, version: int, now: datetime, at_most: int
) -> int:
    """Give waiting messages whose stretch is over the one found for their zone, or expire them if there is none.

    Args:
        version: of the schedule that `found` comes from.
    """
    rows = _execute(
        connection, _REOPEN, mailing_id=mailing_id, version=version, now=now, at_most=at_most, **_zone_values(found)
    )
    return int(rows[0].n)


def _zone_values(found: Openings) -> dict[str, object]:
    return {
        "zones": list(found),
        "due_at": [stretch and stretch.due_at for stretch in found.values()],
        "closes_at": [stretch and stretch.closes_at for stretch in found.values()],
        "reason": NEVER_OPENS_AGAIN,
    }


# What expired did so for want of an open stretch, and may have one now. A retry's pause is kept; where it outlasts
# the stretch, the message is closed when the pause is over, and reopened then. The same holds, without a pause, for
# a client whose time zone has changed since the zones were read.
_RESCHEDULE = _transition(
    pick=f"""
        SELECT m.id, m.status, zone.due_at, zone.closes_at, zone.timezone IS NOT NULL AS found,
               CASE WHEN m.attempts > 0 THEN m.due_at END AS pause_ends
        FROM message AS m JOIN client ON client.id = m.client_id
        LEFT JOIN {_ZONE} ON zone.timezone = client.timezone
        WHERE m.mailing_id = :mailing_id AND m.id > :after AND m.id <= :until
          AND (m.status IN ('pending', 'queued') OR (m.status = 'expired' AND zone.due_at IS NOT NULL))
        ORDER BY m.id FOR UPDATE OF m
    """,
    change="""
        status = CASE WHEN p.found AND p.due_at IS NULL THEN 'expired'
            WHEN p.status = 'expired' THEN 'pending' ELSE p.status END,
        since = CASE WHEN p.status = 'expired' OR (p.found AND p.due_at IS NULL) THEN :now ELSE m.since END,
        due_at = CASE WHEN NOT p.found THEN GREATEST(p.pause_ends, :now)
            WHEN p.due_at IS NOT NULL THEN GREATEST(p.pause_ends, p.due_at) END,
        closes_at = CASE WHEN NOT p.found THEN GREATEST(p.pause_ends, :now)
            WHEN p.due_at IS NOT NULL THEN GREATEST(p.pause_ends, p.closes_at) END,
        schedule_version = :version,
        last_error = CASE WHEN p.found AND p.due_at IS NULL THEN COALESCE(m.last_error, :reason)
            WHEN p.status = 'expired' AND m.attempts = 0 THEN NULL ELSE m.last_error END
    """,
    result="SELECT count(*) AS n FROM changed",
)


def reschedule(
    connection: Connection, mailing_id: int, found: Openings, *, after: int, until: int, version: int, now: datetime
) -> int:
    """Have the waiting messages of a mailing follow its changed schedule, those with an id in `(after, until]`.

    Args:
        found: the next open stretch by the new schedule for each time zone.
        version: of that schedule.
    """
    rows = _execute(
        connection,
        _RESCHEDULE,
        mailing_id=mailing_id,
        after=after,
        until=until,
        version=version,
        now=now,
        **_zone_values(found),
    )
    return int(rows[0].n)


_WITHDRAW = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE client_id = :client_id AND status IN ('pending', 'queued')
        ORDER BY id FOR UPDATE
    """,
    change="status = 'cancelled', since = :now, last_error = 'the client was deleted'",
    result="SELECT id FROM changed",
)


def withdraw(connection: Connection, client_id: int, *, now: datetime) -> None:
    """Cancel all that waits for a client who is about to be deleted."""
    _execute(connection, _WITHDRAW, client_id=client_id, now=now)


# Due and closed at the same moment: reopened then. A sender that has it from the queue gives it back.
_UNSCHEDULE = _transition(
    pick="""
        SELECT id, status, GREATEST(:now, CASE WHEN attempts > 0 THEN due_at END) AS reopens_at FROM message
        WHERE client_id = ANY(CAST(:client_ids AS bigint[])) AND status IN ('pending', 'queued')
        ORDER BY id FOR UPDATE
    """,
    change="due_at = p.reopens_at, closes_at = p.reopens_at",
    result="SELECT count(*) AS n FROM changed",
)


def unschedule(connection: Connection, client_ids: Collection[int], *, now: datetime) -> int:
    """Have the next tick find new due times for all that waits for clients whose time zone changed. Gives how many."""
    if not client_ids:
        return 0
    return int(_execute(connection, _UNSCHEDULE, client_ids=list(client_ids), now=now)[0].n)


_CANCEL = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status IN ('pending', 'queued')
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change="status = 'cancelled', since = :now, last_error = 'the mailing was cancelled'",
    result="SELECT count(*) AS n FROM changed",
)


def cancel(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Cancel what waits of a cancelled mailing. Gives how many; fewer than `at_most` means all."""
    return int(_execute(connection, _CANCEL, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)


# Due now and closed now: the next tick gives it the next open stretch of its time zone.
_RETRY = _transition(
    pick="SELECT id, status FROM message WHERE mailing_id = :mailing_id AND status = 'failed' FOR UPDATE",
    change="status = 'pending', since = :now, attempts = 0, due_at = :now, closes_at = :now",
    result="SELECT count(*) AS n FROM changed",
)


def retry(connection: Connection, mailing_id: int, *, now: datetime) -> int:
    """Put the failed messages of a mailing back to `pending`. Gives how many."""
    return int(_execute(connection, _RETRY, mailing_id=mailing_id, now=now)[0].n)


_RESEND = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'unknown'
          AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
        ORDER BY id FOR UPDATE
    """,
    change="status = 'pending', since = :now, due_at = :now, closes_at = :now",
    result="SELECT id FROM changed",
)
_GIVE_UP = _transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'unknown'
          AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
        ORDER BY id FOR UPDATE
    """,
    change="status = 'failed', since = :now, last_error = 'given up: ' || COALESCE(m.last_error, 'outcome unknown')",
    result="SELECT id FROM changed",
)


def resend(connection: Connection, mailing_id: int, ids: Sequence[int] | None, *, now: datetime) -> set[int]:
    """Put messages of unknown outcome back to `pending`: all of a mailing, or some. Gives those it was."""
    return {row.id for row in _execute(connection, _RESEND, mailing_id=mailing_id, ids=ids, now=now)}


def give_up(connection: Connection, mailing_id: int, ids: Sequence[int] | None, *, now: datetime) -> set[int]:
    """Fail messages of unknown outcome: all of a mailing, or some. Gives those it was."""
    return {row.id for row in _execute(connection, _GIVE_UP, mailing_id=mailing_id, ids=ids, now=now)}


_SWEEP = _transition(
    pick="""
        SELECT m.id, m.status, CASE
            WHEN m.status = 'sending' AND mailing.on_unknown = 'hold' THEN 'unknown'
            WHEN m.status = 'sending' AND m.attempts + 1 >= :max_attempts THEN 'failed'
            ELSE 'pending' END AS becomes,
            m.schedule_version <> mailing.schedule_version AS stale
        FROM message AS m JOIN mailing ON mailing.id = m.mailing_id
        WHERE (m.status = 'queued' AND m.since < :queued_before)
           OR (m.status = 'sending' AND m.lease_until < :now AND m.since < :now)
        LIMIT :at_most FOR UPDATE OF m SKIP LOCKED
    """,
    change="""
        status = p.becomes, since = :now, lease_until = NULL,
        closes_at = CASE WHEN p.stale THEN GREATEST(m.due_at, :now) ELSE m.closes_at END,
        attempts = m.attempts + CASE p.status WHEN 'sending' THEN 1 ELSE 0 END,
        last_error = CASE p.status WHEN 'sending' THEN 'the worker died during the call' ELSE m.last_error END,
        in_doubt = m.in_doubt OR p.status = 'sending'
    """,
    result="""
        , attempted AS (
            INSERT INTO attempt (message_id, claim, at, calls, outcome, error)
            SELECT id, claim, since, 1, 'unknown', last_error FROM changed WHERE was = 'sending'
        )
        SELECT mailing_id, status, count(*) AS n FROM changed GROUP BY mailing_id, status
    """,
)


def sweep(connection: Connection, *, now: datetime, at_most: int) -> Sequence[Row[Any]]:
    """Bring back what got stuck: queued too long, or claimed by a worker that died.

    Gives:
        `(mailing_id, status, n)`: how many became what.
    """
    return _execute(
        connection,
        _SWEEP,
        now=now,
        queued_before=now - QUEUED_AT_MOST,
        max_attempts=MAX_ATTEMPTS,
        at_most=at_most,
    )


# One that was released anew after this record had been sent has another record under way.
_BURY = _transition(
    pick="""
        SELECT m.id, m.status
        FROM unnest(CAST(:ids AS bigint[]), CAST(:sent_at AS timestamptz[])) AS record (id, sent_at)
        JOIN message AS m ON m.id = record.id
        WHERE m.status = 'queued' AND m.since <= record.sent_at
        FOR UPDATE OF m
    """,
    change="status = 'failed', since = :now, last_error = :reason",
    result="SELECT id FROM changed",
)


def bury(connection: Connection, sent: Mapping[int, datetime], *, now: datetime, reason: str) -> set[int]:
    """Fail messages that the queue gave up on, unless something else has become of them. Gives those it failed.

    Args:
        sent: when each was put onto the queue.
    """
    rows = _execute(connection, _BURY, ids=list(sent), sent_at=list(sent.values()), now=now, reason=reason)
    return {row.id for row in rows}


def _execute(connection: Connection, statement: str, **values: object) -> Sequence[Row[Any]]:
    return connection.execute(text(statement), values).all()
