-- Records outcomes of claimed messages, lists their attempts, deletes the oldest attempts of each message, and stores
-- the texts that the provider has accepted, or may have accepted. Messages outside mailings have their text already.
--
-- Outcomes of an earlier claim are left out. A message that goes back with a due time of an older schedule closes at
-- that time: the dispatcher then gives it an opening of the new schedule. A message that would wait again is cancelled
-- if its client is deleted. A message in doubt ends only as `sent` or `unknown`: as `sent` if a receipt has proved that the
-- provider accepted it.
--
-- ids, claims, …         one array for each column of the outcomes
-- {attempts_kept}        number of attempts kept of a message
-- {client_deleted}       condition on the message: its client is deleted
-- {client_deleted_text}  the reason's English phrase; {client_deleted_code} and {client_deleted_params} belong to it
-- {status}               the new status
-- {in_doubt}             condition that the provider may have accepted the message, by this outcome or before
-- {counted}              adjusts the running counts
WITH picked AS (
    SELECT m.id, m.status, o.*, proved.next_status,
        COALESCE(m.schedule_version <> mailing.schedule_version, false) AS stale,
        COALESCE(mailing.on_unknown = 'hold', false) AS is_held,
        proved.next_status IN ('pending', 'expired') AND {client_deleted} AS cancelled
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:claims AS int[]), CAST(:next_statuses AS text[]), CAST(:attempted AS int[]),
        CAST(:due_at AS timestamptz[]), CAST(:closes_at AS timestamptz[]), CAST(:errors AS text[]),
        CAST(:in_doubt AS int[]), CAST(:calls AS int[]), CAST(:called_at AS timestamptz[]),
        CAST(:durations AS int[]), CAST(:error_codes AS text[]), CAST(:error_params AS text[]),
        CAST(:texts AS text[])
    ) AS o (
        message_id, claim, outcome_status, attempted, due_at, closes_at, error, in_doubt, calls, called_at, duration_ms,
        error_code, error_params, text
    )
    JOIN message AS m ON m.id = o.message_id AND m.claim = o.claim
    LEFT JOIN mailing ON mailing.id = m.mailing_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN m.is_proved AND (m.in_doubt OR o.in_doubt = 1) THEN 'sent' ELSE o.outcome_status END AS next_status
    ) AS proved
    WHERE m.status = 'sending'
    FOR UPDATE OF m
),
changed AS (
    UPDATE message AS m
    SET status = {status}, since = :now, lease_until = NULL, attempts = m.attempts + p.attempted,
        due_at = COALESCE(p.due_at, m.due_at),
        closes_at = CASE WHEN p.stale AND p.next_status IN ('pending', 'expired') THEN COALESCE(p.due_at, m.due_at)
            ELSE COALESCE(p.closes_at, m.closes_at) END,
        sent_at = CASE p.next_status WHEN 'sent' THEN CAST(:now AS timestamptz) END,
        last_error = CASE WHEN p.cancelled THEN {client_deleted_text} WHEN p.next_status = 'sent' THEN NULL
            ELSE COALESCE(p.error, m.last_error) END,
        last_error_code = CASE WHEN p.cancelled THEN {client_deleted_code} WHEN p.next_status = 'sent' THEN NULL
            WHEN p.error IS NULL THEN m.last_error_code ELSE p.error_code END,
        last_error_params = CASE WHEN p.cancelled THEN {client_deleted_params} WHEN p.next_status = 'sent' THEN NULL
            WHEN p.error IS NULL THEN m.last_error_params ELSE CAST(p.error_params AS jsonb) END,
        in_doubt = p.next_status <> 'sent' AND {in_doubt}, is_proved = false
    FROM picked AS p WHERE m.id = p.id
    RETURNING m.*, p.status AS was
),
{counted},
attempted AS (
    INSERT INTO attempt (message_id, claim, at, duration_ms, calls, outcome, error, error_code, provider)
    SELECT p.id, p.claim, p.called_at, p.duration_ms, p.calls, changed.status, p.error, p.error_code, changed.provider
    FROM changed JOIN picked AS p ON p.id = changed.id
    WHERE p.calls > 0
),
stored AS (
    INSERT INTO sent_text (message_id, text)
    SELECT p.id, p.text FROM changed JOIN picked AS p ON p.id = changed.id
    WHERE p.text IS NOT NULL AND changed.mailing_id IS NOT NULL
    ON CONFLICT (message_id) DO UPDATE SET text = excluded.text WHERE sent_text.text <> excluded.text
),
forgotten AS (
    DELETE FROM attempt WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM changed CROSS JOIN LATERAL (
            SELECT ctid FROM attempt
            WHERE message_id = changed.id AND claim <= changed.claim - {attempts_kept} OFFSET 0
        ) AS old
        WHERE changed.claim > {attempts_kept}
    ))
)
SELECT id FROM changed
