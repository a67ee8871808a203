"""`mailing/{id}/message/?status=`: a page of the few unsent messages does not read those that were sent."""

import pytest
from sqlalchemy import Engine, text

from notifications.contracts.enumerations import UNSENT_STATUSES
from tests.support.database.plans import blocks, plan_of
from tests.support.functions.gateway import Gateway

# In order of their ids 100 of each unsent status among the sent ones.
_MAILING = text("""
    INSERT INTO mailing (text, starts_at, ends_at) VALUES ('Hello', now(), now() + interval '1 day')
""")
_MESSAGES = text("""
    INSERT INTO message (mailing_id, client_id, status, schedule_version, due_at)
    SELECT 1, n, COALESCE(statuses[1 + n % 200], 'sent'), 1, now()
    FROM generate_series(1, 20000) AS n CROSS JOIN (VALUES (CAST(:statuses AS text[]))) AS given (statuses)
""")


@pytest.mark.parametrize("status", UNSENT_STATUSES)
def test_a_page_of_one_status_is_found_by_index(call: Gateway, engine: Engine, status: str) -> None:
    with engine.begin() as connection:
        connection.execute(_MAILING)
        connection.execute(_MESSAGES, {"statuses": list(UNSENT_STATUSES)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE message"))
    plan = plan_of(call, engine, f"mailing/1/message/?status={status}", "FROM message")
    assert "message_unsent_idx" in str(plan)
    assert blocks(plan) < 500
