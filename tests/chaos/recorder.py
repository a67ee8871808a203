"""Triggers that record the time of each claim and each change of a mailing, and messages planned of a draft.

The records are independent of the code under test, whose own columns are to be checked.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

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
    CREATE TRIGGER chaos_planned AFTER INSERT ON message REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION chaos.planned();
    CREATE TRIGGER chaos_claimed AFTER UPDATE ON message FOR EACH ROW
        WHEN (NEW.status = 'sending' AND OLD.status <> 'sending') EXECUTE FUNCTION chaos.claimed();
    CREATE TRIGGER chaos_changed AFTER INSERT OR UPDATE ON mailing FOR EACH ROW EXECUTE FUNCTION chaos.changed()
"""


class Terms(NamedTuple):
    """Status, send window, end and rate of a mailing from a time on."""

    at: datetime
    status: str
    window: SendWindow | None
    ends_at: datetime
    max_rate: int | None = None


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
