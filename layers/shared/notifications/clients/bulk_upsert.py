"""The set-based upsert of clients: one statement for all of them, their tags and their lines in the audit log."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from notifications import message_state
from notifications.clients import attributes, client_tags
from notifications.clients.client import NewClient
from notifications.clients.tag_names import tag_key
from notifications.events.audit import Author


@dataclass(frozen=True, slots=True)
class Imported:
    """How many clients an import created and how many it updated."""

    created: int
    updated: int


# `old` is as it was before the statement, whatever the statement does.
_UPSERT = text("""
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS row (phone text, operator_code text, timezone text, tags jsonb, attributes jsonb)
    ),
    old AS MATERIALIZED (
        SELECT client.*, ARRAY(
            SELECT tag.name FROM client_tag JOIN tag ON tag.id = client_tag.tag_id
            WHERE client_tag.client_id = client.id ORDER BY tag.key
        ) AS tags
        FROM given JOIN client ON client.phone = given.phone
    ),
    saved AS (
        INSERT INTO client (phone, operator_code, timezone, attributes)
        SELECT given.phone, COALESCE(given.operator_code, old.operator_code, substr(given.phone, 2, 3)), given.timezone,
               (COALESCE(old.attributes, '{}') - CAST(:columns AS text[])) || given.attributes
        FROM given LEFT JOIN old ON old.phone = given.phone
        ORDER BY given.phone
        ON CONFLICT (phone) DO UPDATE SET
            operator_code = excluded.operator_code, timezone = excluded.timezone, attributes = excluded.attributes,
            updated_at = now()
        RETURNING id, phone, operator_code, timezone, attributes, xmax = 0 AS created
    ),
    wanted AS MATERIALIZED (
        SELECT DISTINCT saved.id AS client_id, tag.id AS tag_id, tag.name, tag.key
        FROM given JOIN saved ON saved.phone = given.phone
        CROSS JOIN LATERAL jsonb_array_elements_text(given.tags) AS own (key)
        JOIN tag ON tag.key = own.key
    ),
    dropped AS (
        DELETE FROM client_tag USING saved
        WHERE client_tag.client_id = saved.id AND CAST(:with_tags AS boolean) AND NOT EXISTS (
            SELECT FROM wanted WHERE wanted.client_id = client_tag.client_id AND wanted.tag_id = client_tag.tag_id
        )
    ),
    added AS (
        INSERT INTO client_tag (client_id, tag_id)
        SELECT client_id, tag_id FROM wanted ORDER BY client_id, tag_id
        ON CONFLICT DO NOTHING
    ),
    labels AS (
        SELECT client_id, array_agg(name ORDER BY key) AS tags FROM wanted GROUP BY client_id
    ),
    change AS MATERIALIZED (
        SELECT saved.id, saved.phone, saved.created, saved.timezone <> old.timezone AS moved,
               CASE WHEN old.id IS NOT NULL THEN jsonb_build_object(
                   'phone', old.phone, 'operator_code', old.operator_code, 'tags', old.tags,
                   'timezone', old.timezone, 'attributes', old.attributes) END AS before,
               jsonb_build_object(
                   'phone', saved.phone, 'operator_code', saved.operator_code,
                   'tags', COALESCE(
                       CASE WHEN CAST(:with_tags AS boolean) THEN labels.tags ELSE old.tags END, ARRAY[]::text[]),
                   'timezone', saved.timezone, 'attributes', saved.attributes) AS after
        FROM saved
        LEFT JOIN old ON old.phone = saved.phone
        LEFT JOIN labels ON labels.client_id = saved.id
    ),
    audited AS (
        INSERT INTO audit (at, actor, name, role, action, kind, key, before, after, request_id)
        SELECT :now, :actor, :name, :role, 'import', 'client', phone, before, after, :request_id
        FROM change WHERE before IS DISTINCT FROM after
        ORDER BY id
    )
    SELECT count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE NOT created) AS updated,
           COALESCE(array_agg(id) FILTER (WHERE moved), '{}') AS moved
    FROM change
""")


def store(
    connection: Connection, new: Sequence[NewClient], *, columns: Collection[str], author: Author, now: datetime
) -> Imported:
    """Store clients by phone, each phone at most once: new ones are created, known ones take the new values.

    Args:
        columns: what the clients were given beside phone and time zone: `tags`, `operator_code`, names of attributes.
            What is not named stays as it is; an attribute that is named and that a client lacks is taken from it.
    """
    client_tags.add(connection, {name for each in new for name in each.tags})
    attributes.learn(connection, set(columns) - attributes.RESERVED)
    values = {
        "rows": json.dumps(list(_rows(new))),
        "columns": list(columns),
        "with_tags": "tags" in columns,
        "now": now,
        **asdict(author),
    }
    done = connection.execute(_UPSERT, values).one()
    message_state.unschedule(connection, done.moved, now=now)
    return Imported(done.created, done.updated)


def _rows(new: Iterable[NewClient]) -> Iterable[dict[str, Any]]:
    for each in new:
        yield {
            "phone": each.phone,
            "operator_code": each.operator_code,
            "timezone": each.timezone,
            "tags": [tag_key(name) for name in each.tags],
            "attributes": each.attributes,
        }
