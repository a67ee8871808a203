-- Creates a client with its tags, attribute names and audit entry in one round trip: separate statements take seven.
-- If the phone is taken, or belongs to an erased person, `created` is empty and nothing is written.
--
-- client       the client as JSON; the audit entry has the same, with the stored names of tags
-- phone_hash   the keyed hash of the phone; a list, since `erased_hashes` takes one
-- has_default_timezone  true if no time zone was given
-- keys, names  the client's tags: keys, and names for new ones
-- {columns}    columns of the client table that a caller gives
-- {register}   stores the names and types of `used`
WITH created AS (
    INSERT INTO client ({columns}, created_at, updated_at)
    SELECT {columns}, :now, :now FROM jsonb_populate_record(CAST(NULL AS client), CAST(:client AS jsonb))
    WHERE NOT EXISTS (SELECT FROM erased_hashes(CAST(:phone_hash AS bytea[])))
    ON CONFLICT DO NOTHING
    RETURNING {columns}, id, created_at, updated_at
),
known_tag AS MATERIALIZED (
    SELECT id, name, key FROM tag WHERE key = ANY(CAST(:keys AS text[]))
),
-- Waits for a tag that another transaction is creating.
new_tag AS (
    INSERT INTO tag (name, key)
    SELECT given.name, given.key
    FROM created CROSS JOIN unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS given (name, key)
    WHERE given.key NOT IN (SELECT key FROM known_tag)
    ORDER BY given.key
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING id, name, key
),
own_tag AS (
    SELECT id, name, key FROM known_tag UNION ALL SELECT id, name, key FROM new_tag
),
tagged AS (
    INSERT INTO client_tag (client_id, tag_id)
    SELECT created.id, own_tag.id FROM created CROSS JOIN own_tag
),
without_timezone AS (
    INSERT INTO client_default_timezone (client_id) SELECT id FROM created WHERE :has_default_timezone
),
used AS (
    SELECT own.name, jsonb_typeof(own.value) AS type
    FROM created CROSS JOIN jsonb_each(created.attributes) AS own (name, value)
),
registered AS (
    {register}
),
shown AS (
    SELECT created.*, ARRAY(SELECT name FROM own_tag ORDER BY key) AS tags FROM created
),
audited AS (
    INSERT INTO audit (at, actor, name, role, action, kind, key, after, request_id)
    SELECT :now, :actor, :name, :role, 'create', 'client', phone,
           jsonb_set(CAST(:client AS jsonb), ARRAY['tags'], to_jsonb(tags)), :request_id
    FROM shown
)
SELECT {columns}, id, created_at, updated_at, tags FROM shown
