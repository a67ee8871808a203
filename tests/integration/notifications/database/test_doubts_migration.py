"""Migration 0017 makes messages in doubt `unknown` that had ended otherwise, and keeps all counts."""

from sqlalchemy import Engine, text

from notifications.database import migrations
from notifications.statistics.reconciliation import reconcile
from tests.support.sender.scenario import SenderScenario

REVISIONS = migrations.revisions()
BEFORE = REVISIONS[REVISIONS.index("0017") - 1]
# As the previous version left them: status, doubt, reason.
ROWS = [
    ("failed", True, "provider_unavailable"),
    ("failed", True, "given_up"),
    ("failed", False, "provider_rejected"),
    ("expired", True, "provider_timeout"),
    ("cancelled", True, "mailing_cancelled"),
    ("pending", True, "provider_timeout"),
    ("unknown", True, "held"),
]
MIGRATED = [
    ("unknown", True, "provider_unavailable"),
    ("failed", False, "given_up"),
    ("failed", False, "provider_rejected"),
    ("unknown", True, "provider_timeout"),
    ("unknown", True, "mailing_cancelled"),
    ("pending", True, "provider_timeout"),
    ("unknown", True, "held"),
]
_END = text("""
    WITH changed AS (
        UPDATE message SET status = :status, in_doubt = :in_doubt, last_error = :code, last_error_code = :code
        WHERE id = :id RETURNING mailing_id
    )
    INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
    SELECT mailing_id, moved.status, 0, moved.n
    FROM changed CROSS JOIN (VALUES ('pending', -1), (CAST(:status AS text), 1)) AS moved (status, n)
    WHERE :status <> 'pending'
    ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
""")


def test_messages_in_doubt_become_unknown(engine: Engine) -> None:
    migrations.downgrade(engine, BEFORE)
    scenario = SenderScenario(engine)
    scenario.fill(len(ROWS), status="pending")
    with engine.begin() as connection:
        for message_id, (status, in_doubt, code) in zip(scenario.ids, ROWS, strict=True):
            values = {"id": message_id, "status": status, "in_doubt": in_doubt, "code": code}
            connection.execute(_END, values)
    migrations.upgrade(engine)
    found = [(row.status, row.in_doubt, row.last_error_code) for row in scenario.rows()]
    assert found == MIGRATED
    with engine.connect() as connection:
        assert reconcile(connection, [1]).differences == []
