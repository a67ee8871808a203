-- Gives locked messages with their stored deliveries.
--
-- ids               the messages
-- now               current time
-- max_attempts      number of attempts after which a message fails
-- {client_deleted}  condition on the message: its client is deleted
SELECT m.id, m.mailing_id, m.status, m.in_doubt, m.last_error_code, m.sent_at, m.operator_code,
       COALESCE(
           mailing.status IN ('running', 'paused') AND mailing.ends_at > :now OR direct.ends_at > :now, false
       ) AND m.attempts < :max_attempts AND NOT ({client_deleted}) AS may_be_sent,
       known.provider, known.is_accepted, known.parts, known.part_count, known.hour
FROM message AS m
LEFT JOIN mailing ON mailing.id = m.mailing_id
LEFT JOIN direct_message AS direct ON direct.message_id = m.id
LEFT JOIN delivery AS known ON known.message_id = m.id
WHERE m.id = ANY(CAST(:ids AS bigint[]))
