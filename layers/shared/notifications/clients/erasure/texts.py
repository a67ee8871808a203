"""Erases a person from messages: texts as sent, errors and receipts in the words of the provider, counts of errors.

Messages and counts stay: without them, the figures of their mailings would no longer be true.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from notifications import message_state
from notifications.clients.erasure.person import Person
from notifications.contracts.reasons import ERASED_WORDS

_MESSAGES = text("""
    SELECT id FROM message WHERE client_id = ANY(CAST(:client_ids AS bigint[]))
    UNION ALL
    SELECT message_id FROM direct_message WHERE phone = :phone
""")
_SENT_TEXTS = text("DELETE FROM sent_text WHERE message_id = ANY(CAST(:ids AS bigint[]))")
_DIRECT_MESSAGES = text("UPDATE direct_message SET phone = NULL, text = NULL WHERE phone = :phone")
# The state and the code stay, as the status of the message does.
_DELIVERIES = text("""
    UPDATE delivery SET words = NULL,
        parts = (SELECT jsonb_object_agg(key, value || '{"words": null}') FROM jsonb_each(parts))
    WHERE message_id = ANY(CAST(:ids AS bigint[]))
""")
# Their messages are not known: nothing of a receipt that is kept for a day is the person's but its words.
_EARLY_RECEIPTS = text("DELETE FROM early_receipt WHERE quotes_any(CAST(receipt AS text), :values)")
_ATTEMPTS = text("UPDATE attempt SET error = NULL WHERE message_id = ANY(CAST(:ids AS bigint[]))")
# A kind of errors that other messages have as well is not the person's.
_ERRORS = text("""
    DELETE FROM mailing_error AS e USING (
        SELECT mailing_id, error FROM mailing_error
        WHERE mailing_id IN (SELECT mailing_id FROM message WHERE id = ANY(CAST(:ids AS bigint[])))
        GROUP BY mailing_id, error HAVING sum(n) = 0
    ) AS unused
    WHERE e.mailing_id = unused.mailing_id AND e.error = unused.error AND quotes_any(concat(e.error, e.params), :values)
""")
# A kind is never deleted: the errors of kinds beyond the first hundred are counted as others for good.
_KINDS = text("""
    UPDATE mailing_error_kind AS kind SET error = CAST(gen_random_uuid() AS text)
    WHERE mailing_id IN (SELECT mailing_id FROM message WHERE id = ANY(CAST(:ids AS bigint[])))
      AND NOT EXISTS (SELECT FROM mailing_error AS e WHERE e.mailing_id = kind.mailing_id AND e.error = kind.error)
      AND quotes_any(kind.error, :values)
""")
_PROVIDER = text("""
    UPDATE provider SET reason = :words, reason_params = NULL WHERE quotes_any(concat(reason, reason_params), :values)
""")
_INCIDENTS = text("""
    UPDATE incident SET reason = :words, reason_params = NULL WHERE quotes_any(concat(reason, reason_params), :values)
""")


def erase(connection: Connection, person: Person, *, now: datetime) -> int:
    """Erase a person from messages, and end those that wait or are being sent. Call it last in the transaction.

    A message that is planned and claimed after this call would begin would find the client. Nothing that takes long
    may come between this and the commit.

    Returns:
        The number of the person's messages.
    """
    own = {"client_ids": list(person.client_ids), "phone": person.phone}
    ids = connection.execute(_MESSAGES, own).scalars().all()
    message_state.end_erased(connection, ids, now=now)
    message_state.erase_words(connection, ids)
    for statement in (_SENT_TEXTS, _ATTEMPTS, _DELIVERIES):
        connection.execute(statement, {"ids": list(ids)})
    connection.execute(_DIRECT_MESSAGES, {"phone": person.phone})
    values = {"values": list(person.values)}
    for statement in (_ERRORS, _KINDS):
        connection.execute(statement, {"ids": list(ids), **values})
    connection.execute(_EARLY_RECEIPTS, values)
    for statement in (_PROVIDER, _INCIDENTS):
        connection.execute(statement, {"words": ERASED_WORDS, **values})
    return len(ids)
