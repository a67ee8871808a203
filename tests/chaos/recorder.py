"""Triggers that record claims, changes of mailings and jobs, messages planned of a draft, and operators' decisions.

The records are independent of the code under test, whose own columns are to be checked.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from notifications.schedules.send_windows import SendWindow

_INSTALL = """
    DROP SCHEMA IF EXISTS chaos CASCADE;
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.claim (message_id bigint, at timestamptz);
    CREATE TABLE chaos.terms (
        mailing_id bigint, at timestamptz, status text, window_start time, window_end time, ends_at timestamptz,
        max_rate int
    );
    CREATE TABLE chaos.planned_of_draft (message_id bigint);
    CREATE TABLE chaos.job_step (
        number bigint GENERATED ALWAYS AS IDENTITY, job_id bigint, transaction bigint, status text, done bigint,
        total bigint, cursor jsonb
    );
    CREATE TABLE chaos.decision (transaction bigint, message_id bigint);
    CREATE FUNCTION chaos.planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos.planned_of_draft
        SELECT added.id FROM added JOIN mailing ON mailing.id = added.mailing_id WHERE mailing.status = 'draft';
        RETURN NULL;
    END $$;
    CREATE FUNCTION chaos.claimed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos.claim VALUES (NEW.id, clock_timestamp());
        RETURN NULL;
    END $$;
    CREATE FUNCTION chaos.changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos.terms VALUES
            (NEW.id, clock_timestamp(), NEW.status, NEW.window_start, NEW.window_end, NEW.ends_at, NEW.max_rate);
        RETURN NULL;
    END $$;
    CREATE FUNCTION chaos.stepped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos.job_step (job_id, transaction, status, done, total, cursor) VALUES
            (NEW.id, pg_current_xact_id()::text::bigint, NEW.status, NEW.done, NEW.total, NEW.cursor);
        RETURN NULL;
    END $$;
    CREATE FUNCTION chaos.decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos.decision VALUES (pg_current_xact_id()::text::bigint, NEW.id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER chaos_planned AFTER INSERT ON message REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION chaos.planned();
    CREATE TRIGGER chaos_claimed AFTER UPDATE ON message FOR EACH ROW
        WHEN (NEW.status = 'sending' AND OLD.status <> 'sending') EXECUTE FUNCTION chaos.claimed();
    CREATE TRIGGER chaos_changed AFTER INSERT OR UPDATE ON mailing FOR EACH ROW EXECUTE FUNCTION chaos.changed();
    CREATE TRIGGER chaos_stepped AFTER INSERT OR UPDATE ON job FOR EACH ROW EXECUTE FUNCTION chaos.stepped();
    CREATE TRIGGER chaos_decided AFTER UPDATE ON message FOR EACH ROW
        WHEN (OLD.status IN ('failed', 'expired', 'unknown') AND NEW.status <> OLD.status)
        EXECUTE FUNCTION chaos.decided()
"""


class Terms(NamedTuple):
    """Status, send window, end and rate of a mailing from a time on."""

    at: datetime
    status: str
    window: SendWindow | None
    ends_at: datetime
    max_rate: int | None = None


class JobStep(NamedTuple):
    """A version of a job's row, and the transaction that has written it."""

    job_id: int
    kind: str
    transaction: int
    status: str
    done: int
    total: int | None
    cursor: Any


def install(connection: Connection) -> None:
    """Create the triggers with empty records."""
    connection.exec_driver_sql(_INSTALL)


def claims(connection: Connection) -> dict[int, list[datetime]]:
    """Return the times of claims by message, oldest first."""
    found = defaultdict(list)
    for message_id, at in connection.execute(text("SELECT message_id, at FROM chaos.claim ORDER BY at")):
        found[message_id].append(at)
    return found


def planned_of_drafts(connection: Connection) -> int:
    """Return the number of messages that were planned while their mailing was a draft."""
    return int(connection.execute(text("SELECT count(*) FROM chaos.planned_of_draft")).scalar_one())


def terms(connection: Connection, mailing_id: int) -> list[Terms]:
    """Return the terms of a mailing, oldest first."""
    query = text("SELECT * FROM chaos.terms WHERE mailing_id = :mailing_id ORDER BY at")
    rows = connection.execute(query, {"mailing_id": mailing_id}).all()
    windows = [SendWindow.between(row.window_start, row.window_end) for row in rows]
    return [
        Terms(row.at, row.status, window, row.ends_at, row.max_rate) for row, window in zip(rows, windows, strict=True)
    ]


def job_steps(connection: Connection) -> list[JobStep]:
    """Return all versions of all jobs, oldest first. The cursor of a job of retention is no number."""
    query = text("""
        SELECT job_id, kind, transaction, step.status, step.done, step.total, step.cursor
        FROM chaos.job_step AS step JOIN job ON job.id = job_id WHERE kind <> 'retention' ORDER BY number
    """)
    return [JobStep(*row) for row in connection.execute(query)]


def decisions(connection: Connection) -> dict[int, list[int]]:
    """Return the ids of the messages that were retried, resolved or given up, by transaction."""
    found = defaultdict(list)
    for transaction, message_id in connection.execute(text("SELECT transaction, message_id FROM chaos.decision")):
        found[transaction].append(message_id)
    return found
