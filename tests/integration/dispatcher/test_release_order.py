"""Order and rate of released messages, and the size of the queue."""

from datetime import datetime, time, timedelta
from itertools import pairwise

from dispatcher.dispatch_loop import DispatchLimits
from dispatcher.rate_schedule import SECOND
from dispatcher.releasing import ReleaseLimits
from notifications.schedules.call_schedule import PACE
from tests.support.dispatcher.scenario import NOW, ZONES, DispatcherScenario
from tests.support.proofs.rate_windows import busiest

SMALL = DispatchLimits(chunk_size=100, release=ReleaseLimits(batch_messages=20, min_room=10, queue_messages=80))


def test_messages_whose_window_closes_first_are_released_first(scenario: DispatcherScenario) -> None:
    scenario.add_clients(30)
    # Now it is 22 in Kamchatka, 16 in Omsk and 13 in Moscow.
    mailing_id = scenario.add_mailing(window=(time(9), time(23)), max_rate=10)
    scenario.tick()
    with scenario.engine.connect() as connection:
        zone_of = {row.id: row.timezone for row in connection.exec_driver_sql("SELECT id, timezone FROM message")}
    moments: dict[str, list[datetime]] = {zone: [] for zone in reversed(ZONES)}
    for moment, mailing, message_id in scenario.sqs.departures:
        if mailing == mailing_id:
            moments[zone_of[message_id]].append(moment)
    assert [len(each) for each in moments.values()] == [10, 10, 10]
    # Zones share the second in which one ends and the next begins.
    assert all(max(before) <= min(after) for before, after in pairwise(moments.values()))


def test_a_rate_is_kept_over_every_ten_seconds_despite_changes(scenario: DispatcherScenario) -> None:
    scenario.add_clients(1_500)
    mailing_id = scenario.add_mailing(max_rate=7)
    rates = {7}
    for step, pause in enumerate([0.0, 0.3, 5.9, 0.05, 61.4, 30.2, 0.7, 59.99, 61.01, 12.5, 47.7, 60.3]):
        scenario.now += timedelta(seconds=pause)
        scenario.sqs.refuses = {step * 100 + 3, step * 100 + 50}
        if step % 4 == 3:
            rates.add(7 - step // 4)
            with scenario.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE mailing SET max_rate = {7 - step // 4}")
        scenario.tick()
        if step % 3 == 0:
            scenario.tick()
    moments = [(moment - NOW) / SECOND for moment, mailing, _ in scenario.sqs.departures if mailing == mailing_id]
    assert len(moments) > 1_400
    # The delay's whole seconds may bring a second's messages into the next one. The claim puts them back.
    assert 9 * max(rates) <= busiest(moments, 10) <= 11 * max(rates)
    assert busiest([each for each in moments if each > 300], 10) <= 11 * 6
    scenario.assert_reconciled()


def test_a_rate_is_reached(scenario: DispatcherScenario) -> None:
    scenario.add_clients(1_000)
    scenario.add_mailing(max_rate=5)
    for _ in range(3):
        scenario.tick()
        # Some ticks are late.
        scenario.now += timedelta(seconds=63)
    moments = [moment for moment, *_ in scenario.sqs.departures]
    lasted = max(moments) - min(moments) + SECOND
    assert len(moments) / lasted.total_seconds() > 5 * PACE * 0.98


def test_the_queue_never_exceeds_its_limit(scenario: DispatcherScenario) -> None:
    scenario.limits = SMALL
    scenario.add_clients(600)
    scenario.add_mailing()
    most = 0

    def wait() -> None:
        nonlocal most
        most = max(most, scenario.statuses()["queued"])
        scenario.send()
        scenario.now += SECOND

    scenario.tick(wait)
    scenario.send()
    assert most == 80
    scenario.assert_each_once(600)


def test_three_mailings_share_the_rate_and_the_small_one_ends_soon(scenario: DispatcherScenario) -> None:
    scenario.limits = SMALL
    scenario.add_clients(1_000)
    large = scenario.add_mailing()
    sent: dict[int, list[int]] = {}
    ids = [large]

    def wait() -> None:
        if len(ids) < 3 and scenario.now > NOW + len(ids) * 3 * SECOND:
            ids.append(scenario.add_mailing(operator_codes=["901", "902", "903"] if len(ids) == 1 else ["904"]))
        # Senders that process 40 messages a second in the order of the queue.
        records = sorted(scenario.sqs.waiting)
        scenario.sqs.waiting, later = records[:40], records[40:]
        scenario.send()
        scenario.sqs.waiting += later
        scenario.now += SECOND
        for each in ids:
            sent.setdefault(each, []).append(scenario.statuses(each).get("sent", 0))

    scenario.tick(wait)
    _, middle, small = ids
    seconds = {each: next(i for i, n in enumerate(sent[each]) if n == sent[each][-1]) for each in ids[1:]}
    assert (sent[middle][-1], sent[small][-1]) == (300, 100)
    assert sent[large][-1] > 900
    # Alone it would take 3 seconds; among three mailings it takes 100 / (40 / 3) seconds and 2 for the queue before it.
    assert seconds[small] <= 12
    assert seconds[middle] <= 30
    scenario.assert_reconciled()


def test_a_mailing_without_audience_is_finished_at_once(scenario: DispatcherScenario) -> None:
    scenario.add_clients(5)
    scenario.add_mailing(operator_codes=["111"])
    scenario.tick()
    assert scenario.scalar("SELECT status FROM mailing") == "finished"


def test_a_mailing_with_a_past_start_is_released_only_until_its_end(scenario: DispatcherScenario) -> None:
    scenario.add_clients(30)
    scenario.add_mailing(starts_at=NOW - timedelta(days=3), lasts=timedelta(days=3, minutes=2), max_rate=1)
    scenario.add_mailing(starts_at=NOW - timedelta(days=3), lasts=timedelta(days=2))
    scenario.run_until_finished(every=SECOND * 10)
    assert all(moment < NOW + timedelta(minutes=2) for moment in scenario.provider.moments.values())
    assert scenario.statuses(1) == {"sent": 30}
    assert scenario.statuses(2) == {"expired": 30}
    scenario.assert_reconciled()
