-- Returns messages to `pending` that were queued too long, or claimed by a sender that died; lists its attempt.
--
-- A claimed message is sent if a receipt has proved that the provider accepted it. Otherwise it becomes `unknown` if
-- messages of unknown outcome are held, and after its last attempt. Messages of deleted clients are cancelled.
--
-- queued_before              messages queued earlier count as lost
-- {client_deleted}           condition on the message: its client is deleted
-- {status}                   the new status
-- {errors}                   assignments of the last error
-- {in_doubt}                 condition that the provider may have accepted the message, this time or before
-- {worker_died}              the reason's code; {worker_died_text} is its English phrase
-- {counted}                  adjusts the running counts
WITH picked AS (
    SELECT m.id, m.status, CASE
        WHEN m.status = 'sending' AND m.is_proved THEN 'sent'
        WHEN m.status = 'sending' AND (
            COALESCE(mailing.on_unknown, direct.on_unknown) = 'hold' OR m.attempts + 1 >= :max_attempts
        ) THEN 'unknown'
        WHEN {client_deleted} THEN 'cancelled'
        ELSE 'pending' END AS becomes,
        COALESCE(m.schedule_version <> mailing.schedule_version, false) AS stale
    FROM message AS m
    LEFT JOIN mailing ON mailing.id = m.mailing_id
    LEFT JOIN direct_message AS direct ON direct.message_id = m.id
    WHERE (m.status = 'queued' AND m.since < :queued_before)
       OR (m.status = 'sending' AND m.lease_until < :now AND m.since < :now)
    LIMIT :at_most FOR UPDATE OF m SKIP LOCKED
),
changed AS (
    UPDATE message AS m
    SET status = {status}, since = :now, lease_until = NULL,
        closes_at = CASE WHEN p.stale THEN GREATEST(m.due_at, :now) ELSE m.closes_at END,
        attempts = m.attempts + CASE p.status WHEN 'sending' THEN 1 ELSE 0 END,
        sent_at = CASE p.becomes WHEN 'sent' THEN CAST(:now AS timestamptz) ELSE m.sent_at END,
        {errors},
        in_doubt = p.becomes <> 'sent' AND {in_doubt}, is_proved = false
    FROM picked AS p WHERE m.id = p.id
    RETURNING m.*, p.status AS was
),
{counted},
attempted AS (
    INSERT INTO attempt (message_id, claim, at, calls, outcome, error, error_code, provider)
    SELECT id, claim, since, 1, CASE status WHEN 'sent' THEN 'sent' ELSE 'unknown' END, '{worker_died_text}',
           '{worker_died}', provider
    FROM changed WHERE was = 'sending'
)
SELECT mailing_id, status, count(*) AS messages FROM changed GROUP BY mailing_id, status
