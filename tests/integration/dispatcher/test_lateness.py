"""Lateness: measured from the moment at which a message could first have gone."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from notifications.contracts.observability import metrics
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.providers import health
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.rate_limiter import BatchCalls
from notifications.statistics import daily_figures, mailing_statistics
from tests.support.dispatcher.scenario import NOW, DispatcherScenario
from tests.support.providers.calls import throttled

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# Upper bounds in seconds: of a message that is sent on the next second, and of one that is some minutes late.
ON_TIME, MINUTES, HALF_AN_HOUR = 1, 300, 1800


def delays(scenario: DispatcherScenario, mailing_id: int) -> Mapping[int, int]:
    with scenario.engine.connect() as connection:
        row = mailings.get(connection, mailing_id)
        found = mailing_statistics.detail(connection, row, now=scenario.now, requires_consent=False).delays.by_bound
    return {bound: n for bound, n in found.items() if n}


def pause(scenario: DispatcherScenario, mailing_id: int) -> None:
    with scenario.engine.begin() as connection:
        commands.pause(connection, mailing_id, now=scenario.now)


def resume(scenario: DispatcherScenario, mailing_id: int) -> None:
    with scenario.engine.begin() as connection:
        commands.resume(connection, mailing_id, now=scenario.now)


def stop_provider(scenario: DispatcherScenario) -> None:
    record(scenario, CallResults(unauthorized=True))


def record(scenario: DispatcherScenario, results: CallResults, *, hold: timedelta | None = None) -> None:
    with scenario.engine.begin() as connection:
        health.record_results(
            connection,
            scenario.provider.name,
            results,
            throttled(scenario.now, retry_after=hold) if hold else BatchCalls(),
            now=scenario.now,
        )


def send_all(
    scenario: DispatcherScenario, *, messages: int | None = None, seconds: int = 600, tick_every: int = 60
) -> None:
    """Tick every minute and send every second until so many messages are sent, or all.

    Args:
        tick_every: seconds between ticks; 1 in place of a tick that continues while messages may come back.
    """
    for second in range(seconds):
        if second % tick_every == 0:
            scenario.tick()
        scenario.send()
        statuses = scenario.statuses()
        if statuses.get("sent", 0) == (messages or sum(statuses.values())):
            return
        scenario.now += SECOND
    raise AssertionError(scenario.statuses())


def test_a_pause_over_the_opening_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing(starts_at=NOW + MINUTE / 2)
    scenario.tick()
    pause(scenario, mailing_id)
    scenario.now += MINUTE
    scenario.send()
    scenario.now += HOUR
    resume(scenario, mailing_id)
    send_all(scenario)
    assert delays(scenario, mailing_id) == {ON_TIME: 5}


def test_a_pause_does_not_hide_lateness_before_it(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    scenario.now += 4 * MINUTE
    pause(scenario, mailing_id)
    scenario.send()
    scenario.now += HOUR
    resume(scenario, mailing_id)
    send_all(scenario)
    assert delays(scenario, mailing_id) == {MINUTES: 5}


def test_two_pauses_are_taken_off_together(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    for _ in range(2):
        pause(scenario, mailing_id)
        scenario.now += HOUR
        resume(scenario, mailing_id)
        scenario.now += MINUTE
    send_all(scenario)
    assert delays(scenario, mailing_id) == {MINUTES: 5}


def test_a_pause_while_the_message_is_on_the_queue_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    pause(scenario, mailing_id)
    scenario.now += HOUR
    resume(scenario, mailing_id)
    scenario.send()
    assert delays(scenario, mailing_id) == {ON_TIME: 5}


def test_a_pause_of_another_mailing_is_not_taken_off(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id, other = scenario.add_mailing(), scenario.add_mailing(starts_at=NOW + 2 * HOUR)
    scenario.tick()
    pause(scenario, other)
    scenario.now += 4 * MINUTE
    resume(scenario, other)
    scenario.send()
    assert delays(scenario, mailing_id) == {MINUTES: 5}


def test_the_mailings_own_rate_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(200)
    mailing_id = scenario.add_mailing(max_rate=1)
    send_all(scenario)
    assert delays(scenario, mailing_id) == {ON_TIME: 200}


def test_a_pause_of_a_mailing_with_a_rate_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(100)
    mailing_id = scenario.add_mailing(max_rate=1)
    scenario.tick()
    pause(scenario, mailing_id)
    scenario.now += HOUR
    scenario.send()
    resume(scenario, mailing_id)
    send_all(scenario)
    assert delays(scenario, mailing_id) == {ON_TIME: 100}


def test_a_dispatcher_that_stood_still_is_lateness_at_any_rate(scenario: DispatcherScenario) -> None:
    scenario.add_clients(200)
    mailing_id = scenario.add_mailing(max_rate=1)
    scenario.tick()
    for _ in range(90):
        scenario.send()
        scenario.now += SECOND
    sent = scenario.statuses()["sent"]
    scenario.now += 4 * MINUTE
    send_all(scenario)
    assert delays(scenario, mailing_id) == {ON_TIME: sent, MINUTES: 200 - sent}


def test_lateness_of_a_rate_ends_with_its_backlog(scenario: DispatcherScenario) -> None:
    scenario.add_clients(90)
    mailing_id = scenario.add_mailing(window=(time(16), time(17)), max_rate=1)
    scenario.tick()
    scenario.now += 4 * MINUTE
    send_all(scenario, messages=30)
    assert delays(scenario, mailing_id)[MINUTES] > 0
    late = delays(scenario, mailing_id)
    scenario.now = NOW + 3 * HOUR - MINUTE / 2
    send_all(scenario, messages=60)
    assert delays(scenario, mailing_id) == {**late, ON_TIME: late.get(ON_TIME, 0) + 30}


def test_a_stopped_provider_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    stop_provider(scenario)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    scenario.now += HOUR
    send_all(scenario, tick_every=1)
    # One message probes. The others are released when it has succeeded.
    assert delays(scenario, mailing_id) == {ON_TIME: 1, 2: 4}


def test_a_hold_that_the_provider_asks_for_is_no_lateness(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    record(scenario, CallResults(answered=1), hold=HOUR)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    scenario.now += HOUR
    send_all(scenario)
    # The provider's limit spreads the calls, and the queue delays by whole seconds.
    assert delays(scenario, mailing_id) == {ON_TIME: 1, 2: 4}


def test_a_pause_and_a_hold_at_the_same_time_are_taken_off_once(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    pause(scenario, mailing_id)
    record(scenario, CallResults(answered=1), hold=HOUR)
    scenario.now += HOUR
    resume(scenario, mailing_id)
    scenario.now += 4 * MINUTE
    scenario.send()
    assert delays(scenario, mailing_id) == {MINUTES: 5}


def test_metrics_measure_the_same(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    pause(scenario, mailing_id)
    scenario.now += HOUR
    resume(scenario, mailing_id)
    metrics.clear_metrics()
    scenario.now += 3 * SECOND
    scenario.send()
    measured = {name: each["Value"] for name, each in metrics.provider.metric_set.items()}
    assert (measured["QueueAge"], measured["DueToSent"]) == ([3.0] * 5, [3.0] * 5)


def test_the_daily_report_measures_mailings_with_a_rate_too(scenario: DispatcherScenario) -> None:
    scenario.add_clients(90)
    scenario.add_mailing(max_rate=1)
    send_all(scenario)
    with scenario.engine.connect() as connection:
        figures = daily_figures.collect(connection, date(2026, 11, 23), ZoneInfo("UTC"))
    assert (figures.delays.sent, figures.delays.share_in_time) == (90, 1.0)


@pytest.mark.parametrize("max_rate", [None, 5])
def test_messages_released_by_the_previous_version_are_measured_from_their_due_time(
    scenario: DispatcherScenario, max_rate: int | None
) -> None:
    scenario.add_clients(5)
    mailing_id = scenario.add_mailing(max_rate=max_rate)
    scenario.tick()
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET sendable_at = NULL"))
    scenario.now += 4 * MINUTE
    scenario.send()
    assert delays(scenario, mailing_id) == {MINUTES: 5}
