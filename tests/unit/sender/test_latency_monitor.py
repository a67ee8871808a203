"""The latency monitor tells a slow provider from a pause of the sender itself."""

import pytest

from sender.call_results import LatencyMonitor

USUAL = [0.01] * 10
SLOW = [0.2] * 10


@pytest.fixture
def monitor() -> LatencyMonitor:
    """Return a monitor that knows the usual latency."""
    monitor = LatencyMonitor()
    for _ in range(20):
        assert not monitor.observe(USUAL)
    return monitor


def test_single_slow_batch_is_no_slow_provider(monitor: LatencyMonitor) -> None:
    assert [monitor.observe(batch) for batch in (SLOW, USUAL, SLOW, USUAL)] == [False] * 4


def test_slow_batches_in_a_row_are_a_slow_provider(monitor: LatencyMonitor) -> None:
    assert [monitor.observe(batch) for batch in (SLOW, SLOW, SLOW)] == [False, True, True]


def test_lasting_latency_becomes_the_usual_one(monitor: LatencyMonitor) -> None:
    for _ in range(100):
        monitor.observe(SLOW)
    assert not monitor.observe(SLOW)


def test_batch_without_calls_changes_nothing(monitor: LatencyMonitor) -> None:
    assert [monitor.observe(batch) for batch in (SLOW, [], SLOW)] == [False, False, True]
