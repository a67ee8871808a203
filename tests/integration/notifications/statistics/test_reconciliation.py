from datetime import timedelta

from sqlalchemy import Engine, text

from notifications import message_state
from notifications.contracts.enumerations import ReconciledCount
from notifications.statistics.reconciliation import Difference, reconcile
from tests.support.mailings.receipts import receive
from tests.support.mailings.scenario import NOW, MailingScenario


def test_correct_counts_have_no_differences(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(
        mailing_id, [("sent", None), ("pending", "HTTP 503"), ("failed", "no such number")]
    )
    with engine.begin() as connection:
        message_state.expire(connection, mailing_id, now=NOW + timedelta(days=2), at_most=1)
        message_state.cancel(connection, mailing_id, now=NOW, at_most=1)
    with engine.connect() as connection:
        found = reconcile(connection, [mailing_id])
    assert (found.mailings, found.messages, found.differences) == (1, 5, [])


def test_a_wrong_count_is_reported(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing_count SET n = n + 1"))
        connection.execute(text("DELETE FROM mailing_group WHERE value = '926'"))
    with engine.connect() as connection:
        found = reconcile(connection, [mailing_id])
    assert found.differences == [
        Difference(mailing_id, ReconciledCount.OPERATOR_CODE, "926 planned", 2, 0),
        Difference(mailing_id, ReconciledCount.STATUS, "pending", 5, 6),
    ]
    assert str(found.differences[1]) == f"mailing {mailing_id}, status pending: 5 rows, 6 counted"


def test_a_contradictory_row_is_reported(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)])
    with engine.begin() as connection:
        connection.execute(text("UPDATE message SET sent_at = NULL WHERE status = 'sent'"))
    with engine.connect() as connection:
        assert reconcile(connection, [mailing_id]).differences == [
            Difference(mailing_id, ReconciledCount.OUTCOME, "sent", 1, 0)
        ]


def test_a_sent_message_without_an_accepted_attempt_is_reported(
    engine: Engine, mailing_scenario: MailingScenario
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None), ("sent", None)])
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM attempt WHERE message_id = 1"))
    with engine.connect() as connection:
        assert reconcile(connection, [mailing_id]).differences == [
            Difference(mailing_id, ReconciledCount.ATTEMPT, "sent", 1, 0)
        ]


def test_wrong_counts_of_deliveries_are_reported(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)])
    with engine.connect() as connection:
        message_id = connection.execute(text("SELECT id FROM message WHERE status = 'sent'")).scalar_one()
    receive(engine, {message_id: "delivered"}, at=NOW)
    with engine.connect() as connection:
        assert reconcile(connection, [mailing_id]).differences == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing_delivery SET n = n + 1 WHERE kind IN ('mailing', 'hour')"))
        connection.execute(text("DELETE FROM mailing_delivery WHERE kind = 'provider'"))
    with engine.connect() as connection:
        found = reconcile(connection, [mailing_id]).differences
    assert {(each.counter, each.key, each.rows, each.counted) for each in found} == {
        (ReconciledCount.DELIVERY, "mailing delivered", 1, 2),
        (ReconciledCount.DELIVERY, "hour 2026-11-22T12:00:00Z delivered", 1, 2),
        (ReconciledCount.DELIVERY, "provider http delivered", 1, 0),
    }


def test_without_mailings_there_is_nothing_to_compare(engine: Engine) -> None:
    with engine.connect() as connection:
        assert reconcile(connection, []).messages == 0
