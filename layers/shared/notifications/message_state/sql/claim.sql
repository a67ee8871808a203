-- Claims queued messages for a sender, with the data that sending them takes; ends those that may no longer be sent.
--
-- A message claimed before it is due or after its window closed goes back to the dispatcher, which finds its next
-- opening. So does one whose due time comes from an older schedule. A message outside mailings has no mailing:
-- comparisons with columns of the mailing are null then, and hold nothing back.
--
-- A message in doubt is sent again with the text that the provider may have accepted: whichever call it accepted, the
-- text is the same.
--
-- A message to a person who has opted out, or who has not consented where marketing needs it, is suppressed.
--
-- A message in doubt is called only at the provider that may have accepted it. One whose provider is no longer
-- configured becomes `unknown`; one for which another provider was chosen, since it was not in doubt then, waits.
--
-- ids, providers  the messages, and the provider that was chosen for each
-- configured   all configured providers
-- lease_until  end of the lease
-- requires_consent  marketing needs the consent of the client
-- {opted_out}  condition that the person has opted out of messages of this category
-- {status}     the new status
-- {errors}     assignments of the last error
-- {counted}    adjusts the running counts
WITH picked AS (
    SELECT m.id, m.status, CASE
        WHEN mailing.status = 'cancelled' OR COALESCE(client.phone, direct.phone) IS NULL THEN 'cancelled'
        WHEN COALESCE(mailing.ends_at, direct.ends_at) <= :now THEN 'expired'
        WHEN {opted_out} THEN 'suppressed'
        WHEN :requires_consent AND mailing.category = 'marketing' AND client.consent_at IS NULL THEN 'suppressed'
        WHEN mailing.status <> 'running' OR m.due_at > :now OR m.closes_at <= :now
          OR m.schedule_version <> mailing.schedule_version THEN 'pending'
        WHEN m.in_doubt AND m.provider <> ALL(CAST(:configured AS text[])) THEN 'unknown'
        WHEN m.in_doubt AND m.provider <> chosen.provider THEN 'pending'
        ELSE 'sending' END AS becomes,
        {opted_out} AS opted_out,
        COALESCE(m.schedule_version <> mailing.schedule_version, false) AS stale,
        COALESCE(client.phone, direct.phone) AS phone, COALESCE(client.operator_code, '') AS operator_code,
        COALESCE(client.timezone, 'UTC') AS timezone, client.attributes,
        COALESCE(mailing.text, direct.text) AS text,
        CASE WHEN m.in_doubt THEN (SELECT text FROM sent_text WHERE message_id = m.id) END AS sent_text,
        COALESCE(mailing.ends_at, direct.ends_at) AS ends_at,
        GREATEST(m.due_at, m.sendable_at) AS sendable_at,
        mailing.window_start, mailing.window_end, COALESCE(mailing.on_unknown, direct.on_unknown) AS on_unknown,
        COALESCE(mailing.category, direct.category) AS category,
        chosen.provider, m.provider AS previous_provider
    FROM unnest(CAST(:ids AS bigint[]), CAST(:providers AS text[])) AS chosen (message_id, provider)
    JOIN message AS m ON m.id = chosen.message_id
    LEFT JOIN mailing ON mailing.id = m.mailing_id
    LEFT JOIN client ON client.id = m.client_id
    LEFT JOIN direct_message AS direct ON direct.message_id = m.id
    LEFT JOIN opt_out ON opt_out.phone = COALESCE(client.phone, direct.phone)
    WHERE m.status = 'queued'
    FOR UPDATE OF m SKIP LOCKED
),
changed AS (
    UPDATE message AS m
    SET status = {status}, since = :now,
        claim = m.claim + CASE p.becomes WHEN 'sending' THEN 1 ELSE 0 END,
        provider = CASE p.becomes WHEN 'sending' THEN p.provider ELSE m.provider END,
        lease_until = CASE p.becomes WHEN 'sending' THEN CAST(:lease_until AS timestamptz) END,
        sendable_at = CASE WHEN p.becomes = 'sending' THEN p.sendable_at + CASE
            WHEN p.sendable_at < CAST(:now AS timestamptz) - interval '1 second'
            THEN held_time(m.mailing_id, p.sendable_at, :now) ELSE '0' END END,
        closes_at = CASE WHEN p.becomes = 'pending' AND p.stale THEN GREATEST(m.due_at, :now) ELSE m.closes_at END,
        {errors}
    FROM picked AS p WHERE m.id = p.id
    RETURNING m.*, p.status AS was
),
{counted}
SELECT changed.id, changed.mailing_id, changed.client_id, changed.claim, changed.attempts,
       p.phone, p.operator_code, p.timezone, CASE WHEN p.sent_text IS NULL THEN p.attributes END AS attributes,
       COALESCE(p.sent_text, p.text) AS text, p.ends_at, p.window_start, p.window_end,
       changed.due_at, changed.sendable_at, changed.closes_at, p.on_unknown, changed.in_doubt, p.category,
       p.provider, p.previous_provider
FROM changed JOIN picked AS p ON p.id = changed.id
WHERE changed.status = 'sending'
ORDER BY changed.id
