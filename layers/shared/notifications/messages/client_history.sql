-- Selects a page of the messages to one person, newest first.
--
-- A message is as old as the start of its mailing or, outside mailings, as its creation: times that change no more, so
-- that the key of a page stays true. The mailings of one person are found in the index on client and mailing alone and
-- sorted; only the messages of the page are read. Messages outside mailings may be many for one phone, and are read in
-- the order of their index.
--
-- client_ids    ids under which the person has been a client
-- phone         the person's phone now
-- before_…      key of the last message on the page before
-- at_most       number of messages
-- {selected}    condition on the message `m` by its status; empty for any
-- {characters}  number of characters of a mailing's text
WITH of_mailings AS MATERIALIZED (
    SELECT mailing.starts_at AS at, m.mailing_id, m.client_id
    FROM message AS m JOIN mailing ON mailing.id = m.mailing_id
    WHERE m.client_id = ANY(CAST(:client_ids AS bigint[])) {selected}
),
newest AS (
    SELECT * FROM of_mailings
    WHERE (at, mailing_id, client_id)
        < (CAST(:before_at AS timestamptz), CAST(:before_source AS bigint), CAST(:before_client AS bigint))
    ORDER BY at DESC, mailing_id DESC, client_id DESC LIMIT :at_most
),
page AS (
    SELECT newest.at, newest.mailing_id AS source_id, newest.client_id, m.id
    FROM newest JOIN message AS m ON m.client_id = newest.client_id AND m.mailing_id = newest.mailing_id
    UNION ALL
    (
        SELECT direct.created_at, direct.message_id, 0, direct.message_id
        FROM direct_message AS direct JOIN message AS m ON m.id = direct.message_id
        WHERE direct.phone = :phone {selected}
          AND (direct.created_at, direct.message_id) < (CAST(:before_at AS timestamptz), CAST(:before_source AS bigint))
        ORDER BY direct.created_at DESC, direct.message_id DESC LIMIT :at_most
    )
    ORDER BY at DESC, source_id DESC, client_id DESC LIMIT :at_most
)
SELECT page.at, page.source_id, page.client_id, m.id, m.mailing_id, left(mailing.text, {characters}) AS mailing_text,
       mailing.deleted_at IS NOT NULL AS mailing_deleted, m.status, delivery.state AS delivery, m.attempts, m.due_at, m.sent_at, m.last_error,
       m.last_error_code, m.last_error_params,
       CASE WHEN m.in_doubt OR m.status = 'sent' THEN COALESCE(direct.text, sent_text.text) END AS text
FROM page
JOIN message AS m ON m.id = page.id
LEFT JOIN mailing ON mailing.id = m.mailing_id
LEFT JOIN direct_message AS direct ON direct.message_id = m.id
LEFT JOIN sent_text ON sent_text.message_id = m.id
LEFT JOIN delivery ON delivery.message_id = m.id
ORDER BY page.at DESC, page.source_id DESC, page.client_id DESC
