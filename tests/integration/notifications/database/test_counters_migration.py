from sqlalchemy import Engine, text

from notifications.database import migrations
from notifications.statistics.reconciliation import reconcile
from tests.support.mailings.scenario import MailingScenario


def test_messages_older_than_the_counters_are_counted(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(
        mailing_id, [("sent", None), ("failed", "no such number"), ("pending", "HTTP 503")]
    )
    migrations.downgrade(engine, "0002")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert reconcile(connection, [mailing_id]).differences == []
        codes = connection.execute(text("SELECT DISTINCT operator_code FROM message ORDER BY 1")).scalars().all()
    assert codes == ["903", "926"]
