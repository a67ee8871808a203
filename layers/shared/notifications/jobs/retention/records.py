"""Steps that remove records: stored answers, holds, imports, jobs, audit entries, replies, former clients."""

from typing import Any

from sqlalchemy import Connection, text

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind, RetentionSubject
from notifications.database.tables import sql_list
from notifications.events import holds
from notifications.jobs.retention.step import Limits, Remove, Removed

_HAS_ENDED = f"job.status NOT IN {sql_list(OPEN_JOB_STATUSES)}"
_IDEMPOTENCY = """
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency WHERE created_at < :before
        ORDER BY created_at LIMIT :size FOR UPDATE SKIP LOCKED
    ))
"""
# Rows that an import has left: it failed or was cancelled, and never reads them again.
_IMPORT_ROWS = f"""
    DELETE FROM import_row AS staged USING (
        SELECT import_row.import_id, import_row.phone, import_row.line FROM import_row
        JOIN client_import ON client_import.id = import_row.import_id JOIN job ON job.id = client_import.job_id
        WHERE {_HAS_ENDED} LIMIT :size
    ) AS old
    WHERE staged.import_id = old.import_id AND staged.phone = old.phone AND staged.line = old.line
"""
_OLD_IMPORTS = f"""
    client_import LEFT JOIN job ON job.id = client_import.job_id
    WHERE client_import.created_at < :before AND COALESCE(job.finished_at, client_import.created_at) < :before
      AND (job.id IS NULL OR {_HAS_ENDED})
"""
# Before the imports themselves, whose deletion would delete any number of them in one statement.
_REFUSALS = f"""
    DELETE FROM import_refusal AS refusal USING (
        SELECT import_refusal.import_id, import_refusal.line FROM import_refusal
        WHERE import_refusal.import_id IN (SELECT client_import.id FROM {_OLD_IMPORTS}) LIMIT :size
    ) AS old
    WHERE refusal.import_id = old.import_id AND refusal.line = old.line
"""
_IMPORTS = f"""
    WITH old AS (SELECT client_import.id, client_import.job_id FROM {_OLD_IMPORTS} LIMIT :size),
    gone AS (DELETE FROM job USING old WHERE job.id = old.job_id)
    DELETE FROM client_import USING old WHERE client_import.id = old.id
"""
_JOBS = f"""
    DELETE FROM job WHERE id = ANY(ARRAY(
        SELECT id FROM job WHERE finished_at < :before AND {_HAS_ENDED} AND kind NOT IN {sql_list([JobKind.IMPORT])}
        ORDER BY finished_at LIMIT :size
    ))
"""
_AUDIT = """
    DELETE FROM audit WHERE id = ANY(ARRAY(SELECT id FROM audit WHERE at < :before ORDER BY at LIMIT :size))
"""
_REPLIES = """
    DELETE FROM reply WHERE id = ANY(ARRAY(
        SELECT id FROM reply WHERE received_at < :before ORDER BY received_at LIMIT :size
    ))
"""
_FORMER_CLIENTS = text("""
    WITH looked_at AS (
        SELECT phone, client_id FROM former_client WHERE (phone, client_id) > (:phone, CAST(:client_id AS bigint))
        ORDER BY phone, client_id LIMIT :size
    ),
    gone AS (
        DELETE FROM former_client AS former USING looked_at
        WHERE former.phone = looked_at.phone AND former.client_id = looked_at.client_id
          AND NOT EXISTS (SELECT FROM message WHERE message.client_id = looked_at.client_id)
        RETURNING former.phone
    )
    SELECT count(*) AS n, (SELECT count(*) FROM gone) AS removed,
        (array_agg(phone ORDER BY phone DESC, client_id DESC))[1] AS phone,
        (array_agg(client_id ORDER BY phone DESC, client_id DESC))[1] AS client_id
    FROM looked_at
""")


def _oldest_first(subject: RetentionSubject, statement: str) -> Remove:
    """Return a step whose statement deletes the next `:size` rows older than `:before`."""
    delete = text(statement)

    def remove(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:  # noqa: ARG001
        rows = connection.execute(delete, {"before": limits.before, "size": size}).rowcount
        return Removed(rows={subject: rows}, is_complete=rows < size)

    return remove


def remove_holds(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:  # noqa: ARG001
    """Remove the holds that no open message needs."""
    rows = holds.forget(connection, now=limits.now, at_most=size)
    return Removed(rows={RetentionSubject.HOLDS: rows}, is_complete=rows < size)


def remove_former_clients(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:  # noqa: ARG001
    """Remove phones of deleted clients that have no messages left."""
    phone, client_id = position or ("", 0)
    row = connection.execute(_FORMER_CLIENTS, {"phone": phone, "client_id": client_id, "size": size}).one()
    return Removed(
        rows={RetentionSubject.FORMER_CLIENTS: row.removed},
        position=[row.phone, row.client_id],
        is_complete=row.n < size,
    )


remove_answers = _oldest_first(RetentionSubject.IDEMPOTENCY_KEYS, _IDEMPOTENCY)
remove_import_rows = _oldest_first(RetentionSubject.IMPORTS, _IMPORT_ROWS)
remove_refusals = _oldest_first(RetentionSubject.IMPORTS, _REFUSALS)
remove_imports = _oldest_first(RetentionSubject.IMPORTS, _IMPORTS)
remove_jobs = _oldest_first(RetentionSubject.JOBS, _JOBS)
remove_replies = _oldest_first(RetentionSubject.REPLIES, _REPLIES)
remove_audit_entries = _oldest_first(RetentionSubject.AUDIT_ENTRIES, _AUDIT)
