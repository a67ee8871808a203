"""Admission of a batch: what is reserved, who is claimed, and who returns to `pending`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, event, text

from notifications.contracts.observability import metrics
from notifications.messages.admission import Admission, admit, next_call_time
from notifications.messages.admission.limits import MailingRate
from notifications.providers import health
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.rate_learning import START
from notifications.schedules.call_schedule import MAX_FIRST_WAIT, MAX_WAIT, gap_of
from sender.providers.base import Unavailable
from tests.support.mailings.simulation import ScriptedProvider
from tests.support.providers.calls import throttled
from tests.support.sender.scenario import NOW, SenderScenario

PROVIDER = "scripted"
SECOND = timedelta(seconds=1)


@pytest.fixture
def scenario(engine: Engine) -> Iterator[SenderScenario]:
    yield SenderScenario(engine)
    metrics.clear_metrics()


def admitted(scenario: SenderScenario, ids: list[int] | None = None) -> Admission:
    return admit(
        scenario.engine,
        scenario.ids if ids is None else ids,
        provider=PROVIDER,
        clock=lambda: scenario.now,
        requires_consent=False,
    )


def next_call_at(scenario: SenderScenario) -> datetime:
    with scenario.engine.connect() as connection:
        moment: datetime = connection.execute(text("SELECT next_call_at FROM mailing_rate")).scalar_one()
    return moment


def test_without_limits_one_read_and_one_claim_are_made(scenario: SenderScenario) -> None:
    scenario.fill(10)
    scenario.engine.dispose()
    with scenario.engine.connect():
        """The connection is set up."""
    seen: list[str] = []
    event.listen(scenario.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    admission = admitted(scenario)
    assert len(seen) == 2
    assert len(admission.claimed) == 10
    assert not admission.call_times
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM mailing_rate")).scalar_one() == 0


def test_messages_whose_time_is_near_are_claimed_and_the_others_are_due_at_theirs(scenario: SenderScenario) -> None:
    scenario.fill(10, max_rate=2)
    admission = admitted(scenario)
    times = [admission.call_times[each.id].at for each in admission.claimed]
    assert times[:2] == [NOW, NOW]
    assert max(times) <= NOW + MAX_WAIT
    rows = {row.id: row for row in scenario.rows()}
    waiting = [rows[each] for each in admission.postponed]
    assert len(times) + len(waiting) == 10
    assert {(row.status, row.attempts) for row in waiting} == {("pending", 0)}
    due = [row.due_at for row in waiting]
    assert due[0] > NOW + MAX_WAIT
    assert {after - before for before, after in pairwise(due)} == {gap_of(2)}
    assert scenario.statuses() == {"sending": len(times), "pending": len(waiting)}


def test_waiting_for_a_call_is_no_lateness(scenario: SenderScenario) -> None:
    scenario.fill(5, max_rate=2)
    admission = admitted(scenario)
    stored = {row.id: row.sendable_at for row in scenario.rows() if row.status == "sending"}
    assert {each.id: each.sendable_at for each in admission.claimed} == stored
    assert stored == {each: max(NOW, time.at) for each, time in admission.call_times.items()}


def test_two_batches_share_the_times(scenario: SenderScenario) -> None:
    ids = scenario.fill(8, max_rate=5)
    first, second = admitted(scenario, ids[:4]), admitted(scenario, ids[4:])
    times = [each.at for admission in (first, second) for each in admission.call_times.values()]
    assert len(times) == 8
    assert times == sorted(times)
    assert times[-1] == next_call_at(scenario) - gap_of(5) - timedelta(seconds=0.75)


def test_a_batch_does_not_wait_behind_a_backlog(scenario: SenderScenario) -> None:
    ids = scenario.fill(12, max_rate=5)
    admitted(scenario, ids[:9])
    last = admitted(scenario, ids[9:])
    assert not last.claimed
    assert min(last.postponed.values()) > NOW + MAX_FIRST_WAIT


def test_repeated_records_take_no_time(scenario: SenderScenario) -> None:
    scenario.fill(3, max_rate=5)
    admitted(scenario)
    before = next_call_at(scenario)
    assert not admitted(scenario).claimed
    assert next_call_at(scenario) == before


def test_a_paused_mailing_takes_no_time(scenario: SenderScenario) -> None:
    scenario.fill(3, max_rate=5)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET status = 'paused'"))
    assert not admitted(scenario).claimed
    assert next_call_at(scenario) == NOW
    assert scenario.statuses() == {"pending": 3}


def test_mailings_without_a_rate_in_the_same_batch_are_called_at_once(scenario: SenderScenario) -> None:
    rated = scenario.fill(9, max_rate=1)
    free = scenario.fill(9)
    admission = admitted(scenario, [*rated, *free])
    assert {each.id for each in admission.claimed if each.id not in admission.call_times} == set(free)
    assert set(admission.postponed) < set(rated)


def test_messages_for_which_the_provider_has_no_call_take_no_time(scenario: SenderScenario) -> None:
    scenario.fill(5, max_rate=5)
    with scenario.engine.begin() as connection:
        health.record_results(
            connection, PROVIDER, CallResults(answered=2), throttled(NOW, retry_after=60 * SECOND), now=NOW
        )
    admission = admitted(scenario)
    assert not admission.claimed
    assert set(admission.postponed.values()) == {NOW + 60 * SECOND}
    assert next_call_at(scenario) == NOW


def test_a_quick_retry_takes_a_further_time(scenario: SenderScenario) -> None:
    scenario.fill(1, max_rate=5)

    def script(_: datetime) -> None:
        if provider.calls == 1:
            raise Unavailable("HTTP 503: busy")

    provider = ScriptedProvider(script, NOW)
    scenario.send(provider)
    assert (provider.calls, scenario.statuses()) == (2, {"sent": 1})
    assert next_call_at(scenario) == NOW + 2 * gap_of(5)


def test_a_retry_whose_time_is_far_away_is_deferred(scenario: SenderScenario) -> None:
    scenario.fill(3, max_rate=1)

    def script(_: datetime) -> None:
        raise Unavailable("HTTP 503: busy")

    provider = ScriptedProvider(script, NOW)
    scenario.send(provider)
    assert provider.calls == 3
    assert scenario.statuses() == {"pending": 3}


def test_no_further_time_is_reserved_that_is_too_far_away(scenario: SenderScenario) -> None:
    scenario.fill(3, max_rate=1)
    admission = admitted(scenario)
    before = next_call_at(scenario)
    first, *_ = admission.call_times.values()
    assert first.rate == MailingRate(1, 1)
    assert next_call_time(scenario.engine, first, clock=lambda: NOW) is None
    assert next_call_at(scenario) == before


def limit_provider(scenario: SenderScenario) -> None:
    with scenario.engine.begin() as connection:
        health.record_results(connection, PROVIDER, CallResults(answered=2), throttled(NOW), now=NOW)


def next_provider_call(scenario: SenderScenario) -> datetime | None:
    with scenario.engine.connect() as connection:
        return health.load_state(connection, PROVIDER)[1].next_call_at


def test_a_mailing_with_a_rate_waits_for_the_later_of_two_times(scenario: SenderScenario) -> None:
    scenario.fill(3, max_rate=2)
    limit_provider(scenario)
    admission = admitted(scenario)
    assert len(admission.claimed) == 3
    assert {each.provider for each in admission.call_times.values()} == {PROVIDER}
    times = [each.at for each in admission.call_times.values()]
    assert times[-1] == next_call_at(scenario) - gap_of(2) - timedelta(seconds=0.75)


def test_messages_that_were_not_claimed_take_no_calls_of_the_provider(scenario: SenderScenario) -> None:
    scenario.fill(2)
    limit_provider(scenario)
    admitted(scenario)
    before = next_provider_call(scenario)
    assert not admitted(scenario).claimed
    assert next_provider_call(scenario) == before


def test_a_quick_retry_takes_a_further_call_of_the_provider(scenario: SenderScenario) -> None:
    scenario.fill(1)
    limit_provider(scenario)

    def script(_: datetime) -> None:
        if provider.calls == 1:
            raise Unavailable("HTTP 503: busy")

    provider = ScriptedProvider(script, NOW)
    scenario.send(provider)
    assert (provider.calls, scenario.statuses()) == (2, {"sent": 1})
    assert next_provider_call(scenario) == NOW + 2 * SECOND / START
