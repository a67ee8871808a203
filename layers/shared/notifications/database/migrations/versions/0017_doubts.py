"""A message in doubt ends only as `sent` or `unknown`, whichever version of the code ends it."""

from alembic import op

from notifications.database.migrations import online

revision = "0017"
down_revision = "0016"

# The code before this revision also left messages in doubt that an operator had given up.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION keep_doubt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.last_error_code = 'given_up' THEN
            NEW.in_doubt := false;
        ELSE
            NEW.status := 'unknown';
        END IF;
        RETURN NEW;
    END $$
"""
_TRIGGER = """
    CREATE OR REPLACE TRIGGER message_keep_doubt BEFORE UPDATE OF status ON message
    FOR EACH ROW WHEN (NEW.in_doubt AND NEW.status IN ('failed', 'expired', 'cancelled'))
    EXECUTE FUNCTION keep_doubt()
"""
# The trigger gives each row its status. Triggers adjust all other counts.
_APPLY = """
    WITH picked AS (
        SELECT id, status FROM message
        WHERE id > :after AND id <= :upto AND in_doubt AND status IN ('failed', 'expired', 'cancelled')
        ORDER BY id FOR UPDATE
    ),
    changed AS (
        UPDATE message AS m SET status = m.status FROM picked AS p WHERE m.id = p.id
        RETURNING m.mailing_id, m.status, p.status AS was
    )
    INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
    SELECT mailing_id, status, mod(pg_backend_pid(), 16), sum(n)
    FROM (
        SELECT mailing_id, was AS status, -1 AS n FROM changed
        UNION ALL
        SELECT mailing_id, status, 1 FROM changed
    ) AS moves
    WHERE mailing_id IS NOT NULL
    GROUP BY mailing_id, status HAVING sum(n) <> 0 ORDER BY mailing_id, status
    ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
"""


def upgrade() -> None:
    """Apply."""
    online.create_function(_FUNCTION)
    online.create_trigger(_TRIGGER)
    online.in_batches("message", _APPLY)


def downgrade() -> None:
    """Take back. Messages that became `unknown` stay so."""
    op.execute("DROP TRIGGER message_keep_doubt ON message")
    op.execute("DROP FUNCTION keep_doubt()")
