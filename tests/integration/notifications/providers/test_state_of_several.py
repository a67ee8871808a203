"""State of several providers: each has its own, all of them hold messages only together, and share the release."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from notifications.contracts.enumerations import BreakerState
from notifications.events import holds
from notifications.providers import health, incidents, quotas
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.rate_learning import START
from notifications.providers.rate_limiter import BatchCalls
from tests.support.providers.calls import throttled

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DOWN = CallResults(failed=5, reason="HTTP 503")
MAILING = 7


@pytest.fixture
def connection(engine: Engine) -> Iterable[Connection]:
    with engine.begin() as connection:
        yield connection


def configure(connection: Connection, *names: str, at: datetime = NOW - HOUR) -> None:
    health.keep_configured(connection, names, now=at)


def hold(connection: Connection, name: str, begins: timedelta, ends: timedelta) -> None:
    incidents.begin(connection, name, reason="HTTP 503", now=NOW + begins)
    incidents.end(connection, name, now=NOW + ends)


def held(connection: Connection, *, begins: datetime = NOW, ends: datetime = NOW + HOUR) -> timedelta:
    return holds.held_time(connection, MAILING, begins=begins, ends=ends)


def test_the_breaker_of_one_leaves_the_others_closed(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    health.record_results(connection, "alpha", DOWN, BatchCalls(), now=NOW)
    states = health.load_states(connection)
    assert {name: breaker.state for name, (breaker, _) in states.items()} == {
        "alpha": BreakerState.OPEN,
        "beta": BreakerState.CLOSED,
    }
    assert states["alpha"][0].opened_at == NOW
    (incident,) = incidents.latest(connection, "alpha", at_most=10)
    assert (incident.provider, incident.closed_at) == ("alpha", None)
    assert incidents.latest(connection, "beta", at_most=10) == []


def test_providers_that_are_no_longer_configured_are_forgotten(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    for name in ("alpha", "beta"):
        health.record_results(connection, name, DOWN, BatchCalls(), now=NOW)
    configure(connection, "beta", "gamma", at=NOW + MINUTE)
    assert set(health.load_states(connection)) == {"beta", "gamma"}
    assert [each.closed_at for each in incidents.latest(connection, "alpha", at_most=10)] == [NOW + MINUTE]
    assert [each.closed_at for each in incidents.latest(connection, "beta", at_most=10)] == [None]


def test_a_time_is_held_only_if_all_providers_are(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    hold(connection, "alpha", 0 * MINUTE, 10 * MINUTE)
    assert held(connection) == 0 * MINUTE
    hold(connection, "beta", 6 * MINUTE, 20 * MINUTE)
    assert held(connection) == 4 * MINUTE
    holds.extend(connection, "alpha", until=NOW + 18 * MINUTE, now=NOW + 15 * MINUTE)
    assert held(connection) == 7 * MINUTE


def test_a_pause_of_the_mailing_counts_whatever_the_providers_do(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    hold(connection, "alpha", 0 * MINUTE, 10 * MINUTE)
    holds.record(connection, MAILING, begins_at=NOW + 5 * MINUTE, ends_at=NOW + 12 * MINUTE)
    assert held(connection) == 7 * MINUTE


def test_a_provider_counts_from_its_configuration_on(connection: Connection) -> None:
    configure(connection, "alpha")
    hold(connection, "alpha", 0 * MINUTE, 30 * MINUTE)
    configure(connection, "alpha", "beta", at=NOW + 10 * MINUTE)
    assert held(connection) == 10 * MINUTE


def test_an_outage_of_the_only_provider_counts_after_it_was_replaced(connection: Connection) -> None:
    configure(connection, "alpha")
    hold(connection, "alpha", 0 * MINUTE, 10 * MINUTE)
    configure(connection, "beta", at=NOW + 10 * MINUTE)
    assert held(connection) == 10 * MINUTE


def test_incidents_and_pauses_of_older_code_held_every_provider(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    connection.execute(
        text("INSERT INTO incident (opened_at, closed_at) VALUES (:begins, :ends)"),
        {"begins": NOW, "ends": NOW + 3 * MINUTE},
    )
    assert held(connection) == 3 * MINUTE


def test_releases_have_no_limit_while_one_provider_has_none(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    health.record_results(connection, "alpha", DOWN, BatchCalls(), now=NOW)
    assert quotas.for_release(connection, now=NOW, until=NOW + MINUTE).messages is None


def test_limited_providers_share_the_release(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    health.record_results(connection, "alpha", CallResults(answered=2), throttled(NOW), now=NOW)
    health.record_results(connection, "beta", CallResults(answered=2), throttled(NOW), now=NOW)
    quota = quotas.for_release(connection, now=NOW, until=NOW + MINUTE)
    assert (quota.messages, quota.interval) == (2 * START, SECOND / (2 * START))


def test_a_provider_that_is_down_takes_nothing_from_the_release_of_another_one(connection: Connection) -> None:
    configure(connection, "alpha", "beta")
    health.record_results(connection, "alpha", CallResults(unauthorized=True), BatchCalls(), now=NOW)
    health.record_results(connection, "beta", CallResults(answered=2), throttled(NOW), now=NOW)
    assert quotas.for_release(connection, now=NOW, until=NOW + 5 * SECOND).messages == START
