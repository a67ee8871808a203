-- Returns claimed or queued messages that were not called to `pending`.
--
-- A message in doubt whose acceptance a receipt has proved meanwhile is sent, and the accepted call is listed.
--
-- ids          the messages
-- lease_until  end of the lease of the claim: messages that another sender has claimed keep their state
-- {counted}    adjusts the running counts
WITH picked AS (
    SELECT id, status, is_proved AND in_doubt AS is_sent FROM message
    WHERE id = ANY(CAST(:ids AS bigint[]))
      AND (status = 'queued' OR (status = 'sending' AND lease_until = :lease_until))
    ORDER BY id FOR UPDATE
),
changed AS (
    UPDATE message AS m
    SET status = CASE WHEN p.is_sent THEN 'sent' ELSE 'pending' END, since = :now, lease_until = NULL,
        sent_at = CASE WHEN p.is_sent THEN CAST(:now AS timestamptz) END,
        in_doubt = m.in_doubt AND NOT p.is_sent, is_proved = false
    FROM picked AS p WHERE m.id = p.id
    RETURNING m.*, p.status AS was
),
{counted},
accepted AS (
    INSERT INTO attempt (message_id, claim, at, calls, outcome, provider)
    SELECT id, claim, since, 1, 'sent', provider FROM changed WHERE status = 'sent'
)
SELECT count(*) AS n FROM changed
