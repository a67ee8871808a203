-- Stores deliveries of locked messages, and adjusts the counts of their mailings and operator codes.
--
-- rows      deliveries as a JSON list, each with the state before in `was`
-- {shards}  number of rows that a count is spread over
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
        message_id bigint, mailing_id bigint, provider text, operator_code text, state text, is_accepted boolean,
        parts jsonb, part_count smallint, code text, words text, at timestamptz, hour timestamptz, was text
    )
),
saved AS (
    INSERT INTO delivery (
        message_id, mailing_id, provider, operator_code, state, is_accepted, parts, part_count, code, words, at, hour
    )
    SELECT message_id, mailing_id, provider, operator_code, state, is_accepted, parts, part_count, code, words, at,
           date_trunc('hour', hour, 'UTC')
    FROM given ORDER BY message_id
    ON CONFLICT (message_id) DO UPDATE SET
        state = excluded.state, is_accepted = excluded.is_accepted, parts = excluded.parts,
        part_count = excluded.part_count, code = excluded.code, words = excluded.words, at = excluded.at
),
moved AS MATERIALIZED (
    SELECT mailing_id, provider, operator_code, date_trunc('hour', hour, 'UTC') AS hour, moves.state, sum(n) AS n
    FROM given CROSS JOIN LATERAL (VALUES (given.state, 1), (given.was, -1)) AS moves (state, n)
    WHERE moves.state IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
),
counted AS (
    INSERT INTO mailing_delivery AS c (mailing_id, kind, value, state, shard, n)
    SELECT mailing_id, kind, value, state, mod(pg_backend_pid(), {shards}), sum(n)
    FROM moved
    CROSS JOIN LATERAL (VALUES
        ('mailing', ''), ('operator_code', operator_code), ('provider', provider),
        ('hour', to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:00\:00"Z"'))
    ) AS grouped (kind, value)
    WHERE mailing_id IS NOT NULL
    GROUP BY mailing_id, kind, value, state HAVING sum(n) <> 0
    ORDER BY mailing_id, kind, value, state
    ON CONFLICT (mailing_id, kind, value, state, shard) DO UPDATE SET n = c.n + excluded.n
)
INSERT INTO operator_delivery AS c (hour, operator_code, state, shard, n)
SELECT hour, operator_code, state, mod(pg_backend_pid(), {shards}), sum(n)
FROM moved GROUP BY hour, operator_code, state HAVING sum(n) <> 0
ORDER BY hour, operator_code, state
ON CONFLICT (hour, operator_code, state, shard) DO UPDATE SET n = c.n + excluded.n
