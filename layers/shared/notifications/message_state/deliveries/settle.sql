-- Gives locked messages in doubt the status that a receipt has proved, and lists the accepted call as an attempt.
--
-- A message that waits again is due and closed now, so that the next tick moves it to the next opening of its time zone.
--
-- ids, statuses   the messages with their new statuses
-- {refused_text}  English phrase of the reason of a refusal; {refused_code} is its code
-- {counted}       adjusts the running counts
WITH picked AS (
    SELECT m.id, m.status, settled.becomes
    FROM unnest(CAST(:ids AS bigint[]), CAST(:statuses AS text[])) AS settled (message_id, becomes)
    JOIN message AS m ON m.id = settled.message_id
    ORDER BY m.id FOR UPDATE OF m
),
changed AS (
    UPDATE message AS m
    SET status = p.becomes, since = :now, in_doubt = false,
        sent_at = CASE p.becomes WHEN 'sent' THEN CAST(:now AS timestamptz) END,
        due_at = CASE p.becomes WHEN 'pending' THEN CAST(:now AS timestamptz) ELSE m.due_at END,
        closes_at = CASE p.becomes WHEN 'pending' THEN CAST(:now AS timestamptz) ELSE m.closes_at END,
        last_error = CASE p.becomes WHEN 'sent' THEN NULL ELSE '{refused_text}' END,
        last_error_code = CASE p.becomes WHEN 'sent' THEN NULL ELSE '{refused_code}' END,
        last_error_params = NULL
    FROM picked AS p WHERE m.id = p.id
    RETURNING m.*, p.status AS was
),
{counted},
accepted AS (
    INSERT INTO attempt AS a (message_id, claim, at, calls, outcome, provider)
    SELECT id, claim, since, 1, 'sent', provider FROM changed WHERE status = 'sent'
    ON CONFLICT (message_id, claim) DO UPDATE SET outcome = excluded.outcome
)
SELECT id FROM changed
