-- Compares numbers of message rows with running counts and recorded outcomes, as of one moment.
--
-- Gives a row for each number on which they disagree, and one without a mailing for the number of all messages. Rows
-- whose columns contradict their status, and sent messages without a sent attempt, are numbers that must be zero.
--
-- Retention removes messages and attempts, and leaves the counts: a mailing whose messages it removes is left out, and
-- the attempts of one whose attempts it removes are.
--
-- ids              the mailings
-- {open_statuses}  statuses of messages that have not ended
-- {other}          error under which the errors of the other kinds are counted
WITH whole AS MATERIALIZED (
    SELECT id, attempts_removed_at IS NULL AS has_attempts FROM mailing
    WHERE id = ANY(CAST(:ids AS bigint[])) AND messages_removed_at IS NULL
),
unattempted AS (
    SELECT m.mailing_id, count(*) AS n
    FROM message AS m
    LEFT JOIN attempt ON attempt.message_id = m.id AND attempt.claim = m.claim AND attempt.outcome = 'sent'
    WHERE m.mailing_id IN (SELECT id FROM whole WHERE has_attempts)
      AND m.status = 'sent' AND attempt.message_id IS NULL
    GROUP BY m.mailing_id
),
message AS MATERIALIZED (
    SELECT mailing_id, status, status NOT IN {open_statuses} AS ended,
           date_trunc('hour', since, 'UTC') AS hour, timezone, operator_code,
           CASE WHEN status NOT IN ('sent', 'cancelled') THEN last_error END AS error,
           CASE WHEN status NOT IN ('sent', 'cancelled') THEN last_error_params END AS params,
           (status = 'sent') <> (sent_at IS NOT NULL) OR (status = 'sending') <> (lease_until IS NOT NULL)
               OR in_doubt AND status IN ('sent', 'failed', 'expired', 'cancelled', 'suppressed') AS contradicts,
           count(*) AS n
    FROM message WHERE mailing_id IN (SELECT id FROM whole)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
row_number (counter, mailing_id, key, n) AS (
    SELECT 'status', mailing_id, status, n FROM message
    UNION ALL SELECT 'hour', mailing_id, concat(hour, ' ', status), n FROM message WHERE ended
    UNION ALL
    SELECT kind, mailing_id, concat(value, ' ', how), n
    FROM message
    CROSS JOIN LATERAL (VALUES ('timezone', timezone), ('operator_code', operator_code)) AS attribute (kind, value)
    CROSS JOIN LATERAL (VALUES ('planned', true), (status, ended)) AS counted (how, counts)
    WHERE counts
    UNION ALL
    SELECT 'error', mailing_id, COALESCE(error_counted_as(mailing_id, message.error, kind.error), {other}), n
    FROM message CROSS JOIN LATERAL error_kind(message.error, message.params) AS kind
    WHERE message.error IS NOT NULL
    UNION ALL SELECT 'outcome', mailing_id, status, n FROM message WHERE contradicts
    UNION ALL SELECT 'attempt', mailing_id, 'sent', n FROM unattempted
    UNION ALL
    SELECT 'delivery', mailing_id, concat_ws(' ', kind, value, state), count(*)
    FROM delivery
    CROSS JOIN LATERAL (VALUES
        ('mailing', ''), ('operator_code', operator_code), ('provider', provider),
        ('hour', to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:00\:00"Z"'))
    ) AS grouped (kind, value)
    WHERE mailing_id IN (SELECT id FROM whole) AND state IS NOT NULL
    GROUP BY 1, 2, 3
),
counted_number (counter, mailing_id, key, n) AS (
    SELECT 'status', mailing_id, status, n FROM mailing_count
    UNION ALL SELECT 'hour', mailing_id, concat(hour, ' ', status), n FROM mailing_hour
    UNION ALL SELECT kind, mailing_id, concat(value, ' ', status), n FROM mailing_group
    UNION ALL SELECT 'error', mailing_id, error, n FROM mailing_error
    UNION ALL SELECT 'delivery', mailing_id, concat_ws(' ', kind, value, state), n FROM mailing_delivery
),
both_numbers AS (
    SELECT counter, mailing_id, key, n AS rows, 0 AS counted FROM row_number
    UNION ALL
    SELECT counter, mailing_id, key, 0, n FROM counted_number WHERE mailing_id IN (SELECT id FROM whole)
)
SELECT mailing_id, counter, key, sum(rows) AS rows, sum(counted) AS counted,
       (SELECT count(*) FROM whole) AS mailings, (SELECT sum(n) FROM message) AS messages
FROM both_numbers GROUP BY GROUPING SETS ((mailing_id, counter, key), ())
HAVING sum(rows) <> sum(counted) OR mailing_id IS NULL
ORDER BY mailing_id, counter, key
