"""Scenario in which one tick has everything to do: plan, release, take back, sweep, expire, cancel and finish.

There are test sends too. One that is lost is not found again within its 15 minutes, and expires.
"""

from datetime import timedelta

from dispatcher.dispatch_loop import DispatchLimits
from dispatcher.releasing import ReleaseLimits
from notifications import message_state
from notifications.mailings import commands
from notifications.message_state import MAX_QUEUED_TIME
from notifications.messages import test_sends
from tests.support.dispatcher.scenario import NOW, DispatcherScenario

CLIENTS = 12
CODES = ["901", "902", "903"]
# Statuses of each mailing's messages in the end.
ENDS: dict[str, dict[str, int]] = {
    "large": {"sent": 12},
    "rated": {"sent": 5},
    "lost": {"sent": 5},
    "over": {"expired": 12},
    "cancelled": {"cancelled": 12},
    "nobody": {},
}
# Small sizes, so that there are several chunks and rounds.
LIMITS = DispatchLimits(chunk_size=5, release=ReleaseLimits(batch_messages=6, batch_seconds=1, min_room=3))
SENT = sum(each.get("sent", 0) for each in ENDS.values())
TEST_SENDS = 3


def prepare(scenario: DispatcherScenario) -> dict[str, int]:
    """Create mailings of all kinds before a tick, and return their ids by name."""
    scenario.limits = LIMITS
    scenario.add_clients(CLIENTS)
    scenario.now = NOW - MAX_QUEUED_TIME - timedelta(minutes=5)
    ids = {
        "lost": scenario.add_mailing(operator_codes=CODES),
        "over": scenario.add_mailing(lasts=timedelta(minutes=10)),
        "cancelled": scenario.add_mailing(),
    }
    scenario.tick()
    scenario.sqs.waiting.clear()
    with scenario.engine.begin() as connection:
        # As if the queue had refused them and they had waited since.
        for each in ("over", "cancelled"):
            rows = connection.exec_driver_sql(f"SELECT id FROM message WHERE mailing_id = {ids[each]}")
            message_state.put_back(connection, rows.scalars().all(), now=scenario.now)
        commands.cancel(connection, ids["cancelled"], now=scenario.now)
    scenario.now = NOW
    with scenario.engine.begin() as connection:
        for number in range(TEST_SENDS):
            test_sends.create(connection, phone=f"7999000000{number}", text="Hello", now=scenario.now)
    ids |= {
        "large": scenario.add_mailing(),
        "rated": scenario.add_mailing(operator_codes=CODES, max_rate=2),
        "nobody": scenario.add_mailing(operator_codes=["111"]),
    }
    return ids


def assert_all_accounted_for(scenario: DispatcherScenario, ids: dict[str, int]) -> None:
    """Assert that every message has its status, one call if it was sent, and that all counts are true."""
    assert {name: scenario.statuses(ids[name]) for name in ENDS} == ENDS
    assert set(scenario.provider.calls.values()) == {1}
    direct = scenario.direct_statuses()
    assert len(direct) == TEST_SENDS
    assert set(direct.values()) <= {"sent", "expired"}
    sent = {each for each, status in direct.items() if status == "sent"}
    assert sent == direct.keys() & scenario.provider.calls.keys()
    assert len(scenario.provider.calls) == SENT + len(sent)
    scenario.assert_reconciled()


def recover(scenario: DispatcherScenario) -> None:
    """Run later ticks and senders, until the sweep has returned what got stuck."""
    for _ in range(3):
        scenario.tick()
        while scenario.sqs.waiting:
            scenario.now += timedelta(seconds=2)
            scenario.send()
        scenario.now += MAX_QUEUED_TIME + timedelta(minutes=1)
