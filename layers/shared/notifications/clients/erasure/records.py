"""Erases a person from records about calls and long work: audit log, stored answers, imports, jobs, dead letters.

The phone has at least seven digits, which stand unchanged in texts and in JSON.
"""

from sqlalchemy import Connection, select, text

from notifications.clients.erasure import answers
from notifications.clients.erasure.person import Person
from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import ERASED_WORDS
from notifications.database.tables import job

_LOCK_IMPORTS = (
    select(job.c.id)
    .where(job.c.kind == JobKind.IMPORT, job.c.status.in_(OPEN_JOB_STATUSES))
    .order_by(job.c.id)
    .with_for_update()
)
_CHANGES = text("""
    UPDATE audit SET key = :reference, before = NULL, after = NULL WHERE id = ANY(CAST(:change_ids AS bigint[]))
""")
_TEST_SENDS = text("""
    UPDATE audit SET before = NULL, after = NULL
    WHERE kind = 'test_send' AND key IN (SELECT CAST(message_id AS text) FROM direct_message WHERE phone = :phone)
""")
_BULK_CHANGES = text("""
    UPDATE audit SET after = jsonb_set(after, '{phones}', (after -> 'phones') - CAST(:phone AS text))
    WHERE kind = 'job' AND after -> 'phones' ? :phone
""")
# Staged rows that an open import has not stored become refused ones, so that its numbers still add up.
_STAGED = text("""
    WITH removed AS (
        DELETE FROM import_row USING client_import
        WHERE import_row.import_id = client_import.id AND import_row.phone = :phone
        RETURNING import_row.import_id, import_row.line, client_import.job_id
    ),
    listed AS (
        INSERT INTO import_refusal (import_id, line, field, code, params)
        SELECT import_id, line, 'phone', :code, '{}' FROM removed ON CONFLICT DO NOTHING
    )
    UPDATE job SET
        cursor = cursor || jsonb_build_object(
            'refused', CAST(cursor ->> 'refused' AS bigint) + counted.n,
            'staged', CAST(cursor ->> 'staged' AS bigint) - counted.n
        ),
        result = result || jsonb_build_object('refused', COALESCE(CAST(result ->> 'refused' AS bigint), 0) + counted.n)
    FROM (SELECT job_id, count(*) AS n FROM removed GROUP BY job_id) AS counted
    WHERE job.id = counted.job_id AND job.cursor IS NOT NULL
""")
# The position of an import: the phone that it has stored last. All that it has staged comes after that phone.
_POSITIONS = text("""
    UPDATE job SET cursor = jsonb_set(cursor, '{phone}', '""') WHERE kind = 'import' AND cursor ->> 'phone' = :phone
""")
_REFUSALS = text("""
    UPDATE import_refusal SET params = CAST(replace(CAST(params AS text), :phone, :words) AS jsonb)
    WHERE position(:phone IN CAST(params AS text)) > 0
""")
_JOBS = text("""
    UPDATE job SET error = replace(error, :phone, :words),
        error_params = CAST(replace(CAST(error_params AS text), :phone, :words) AS jsonb)
    WHERE position(:phone IN concat(error, error_params)) > 0
""")
_DEAD_LETTERS = text("UPDATE dead_letter SET body = :words WHERE position(:phone IN body) > 0")

_ALL = (_CHANGES, _TEST_SENDS, _BULK_CHANGES, _STAGED, _POSITIONS, _REFUSALS, _JOBS, _DEAD_LETTERS)


def lock_imports(connection: Connection) -> None:
    """Wait for the parts of imports under way, and keep further ones from beginning.

    Call it before `erased_phones.lock`: a part locks its job, too, before it asks for the erased phones.
    """
    connection.execute(_LOCK_IMPORTS)


def erase(connection: Connection, person: Person, *, reference: str) -> None:
    """Erase a person from the records. The entries of the audit log stay, without the person.

    Args:
        reference: stands for the person as the key of the entries.
    """
    values = {
        "phone": person.phone,
        "code": ProblemCode.PHONE_ERASED,
        "change_ids": list(person.change_ids),
        "reference": reference,
        "words": ERASED_WORDS,
    }
    for statement in _ALL:
        connection.execute(statement, values)
    answers.erase(connection, person.phones)
