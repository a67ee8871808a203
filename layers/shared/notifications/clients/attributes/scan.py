"""Scan of all clients, once a day and in chunks, that corrects the types of attributes and forgets unused names.

A name that no client has is marked by a scan, and deleted by the next one. Whoever stores a client with a marked name
takes the mark back in the same transaction. So no name is deleted while a client has it, or is about to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from notifications.contracts.enumerations import CHANGEABLE_STATUSES
from notifications.database.tables import attribute_scan, mailing
from notifications.texts.placeholders import Template

# Time from the end of a scan to the start of the next one.
SCAN_INTERVAL = timedelta(days=1)

# Without the condition, it would wait for another dispatcher's chunk.
_FIRST = text("""
    INSERT INTO attribute_scan (begins_at) SELECT :now WHERE NOT EXISTS (SELECT FROM attribute_scan)
    ON CONFLICT DO NOTHING
""")
_CHUNK = text("""
    WITH chunk AS MATERIALIZED (
        SELECT id, attributes FROM client WHERE id > :position ORDER BY id LIMIT :at_most
    ),
    used AS (
        SELECT name, jsonb_agg(DISTINCT jsonb_typeof(value)) AS types
        FROM chunk CROSS JOIN jsonb_each(attributes) AS own (name, value) GROUP BY name
    )
    SELECT (SELECT count(*) FROM chunk) AS clients, (SELECT max(id) FROM chunk) AS last,
           COALESCE((SELECT jsonb_object_agg(name, types) FROM used), '{}') AS found
""")
# A name that is locked is just being stored: the next scan decides on it.
_DELETE = text("""
    DELETE FROM attribute WHERE name IN (
        SELECT name FROM attribute
        WHERE unused_since IS NOT NULL AND NOT name = ANY(CAST(:used AS text[])) FOR UPDATE SKIP LOCKED
    ) RETURNING name
""")
_MARK = text("""
    UPDATE attribute SET unused_since = :now WHERE name IN (
        SELECT name FROM attribute
        WHERE unused_since IS NULL AND NOT name = ANY(CAST(:used AS text[])) FOR UPDATE SKIP LOCKED
    )
""")
_UNMARK = text("""
    UPDATE attribute SET unused_since = NULL WHERE name IN (
        SELECT name FROM attribute
        WHERE unused_since IS NOT NULL AND name = ANY(CAST(:used AS text[])) FOR UPDATE SKIP LOCKED
    )
""")
_CORRECT_TYPES = text("""
    WITH outdated AS (
        SELECT attribute.name, found.types
        FROM attribute JOIN (
            SELECT key AS name, ARRAY(SELECT jsonb_array_elements_text(value) AS type ORDER BY type) AS types
            FROM jsonb_each(CAST(:found AS jsonb))
        ) AS found USING (name)
        WHERE attribute.types <> found.types FOR UPDATE OF attribute SKIP LOCKED
    )
    UPDATE attribute SET types = outdated.types FROM outdated WHERE attribute.name = outdated.name
""").bindparams(bindparam("found", type_=JSONB))

type Found = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ScannedChunk:
    """Result of a chunk.

    Attributes:
        is_last: True if all clients are scanned.
        forgotten: names that were deleted.
    """

    is_last: bool
    forgotten: Sequence[str] = ()


def scan_next(connection: Connection, *, now: datetime, at_most: int) -> ScannedChunk | None:
    """Scan the next clients, if a scan runs or is due. The last chunk marks and deletes unused names.

    Args:
        at_most: number of clients to read.

    Returns:
        None if no scan is due, or another dispatcher is scanning.
    """
    connection.execute(_FIRST, {"now": now})
    due = select(attribute_scan).where(attribute_scan.c.begins_at <= now).with_for_update(skip_locked=True)
    scan = connection.execute(due).one_or_none()
    if scan is None:
        return None
    chunk = connection.execute(_CHUNK, {"position": scan.position, "at_most": at_most}).one()
    found = _merged(scan.found, chunk.found)
    if chunk.clients == at_most:
        connection.execute(update(attribute_scan).values(position=chunk.last, found=found))
        return ScannedChunk(is_last=False)
    connection.execute(update(attribute_scan).values(begins_at=now + SCAN_INTERVAL, position=0, found={}))
    return ScannedChunk(is_last=True, forgotten=_apply(connection, found, now=now))


def _merged(one: Found, other: Found) -> Found:
    return {name: sorted({*one.get(name, ()), *other.get(name, ())}) for name in one.keys() | other.keys()}


def _apply(connection: Connection, found: Found, *, now: datetime) -> Sequence[str]:
    """Mark, unmark and delete names, and correct their types. Return the deleted names."""
    used = {"used": [*found, *_names_in_texts(connection)]}
    forgotten = connection.execute(_DELETE, used).scalars().all()
    connection.execute(_MARK, used | {"now": now})
    connection.execute(_UNMARK, used)
    connection.execute(_CORRECT_TYPES, {"found": found})
    return sorted(forgotten)


def _names_in_texts(connection: Connection) -> Iterator[str]:
    """Yield the names that unfinished mailings use: their texts must stay valid when they are changed or launched."""
    unfinished = mailing.c.status.in_(CHANGEABLE_STATUSES) & mailing.c.deleted_at.is_(None)
    for written in connection.execute(select(mailing.c.text).where(unfinished).distinct()).scalars():
        yield from (each.name for each in Template.parse_draft(written).placeholders)
