from datetime import UTC, datetime, timedelta

import pytest

from notifications.contracts.enumerations import Category, OutcomeStatus
from notifications.contracts.observability import metrics
from notifications.message_state import Claimed, Outcome
from sender import telemetry
from sender.attempt import AttemptResult
from sender.providers.base import Unavailable

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def claimed(message_id: int, *, late: float = 0, attempts: int = 0) -> Claimed:
    return Claimed(
        id=message_id,
        mailing_id=7,
        client_id=3,
        claim=1,
        attempts=attempts,
        phone="79261234567",
        operator_code="926",
        timezone="Europe/Moscow",
        attributes={},
        text="Hello",
        due_at=NOW - timedelta(hours=1),
        sendable_at=NOW - timedelta(seconds=late),
        ends_at=NOW + timedelta(days=1),
        window_start=None,
        window_end=None,
        closes_at=NOW + timedelta(days=1),
        on_unknown="resend",
        in_doubt=False,
        category=Category.MARKETING,
        provider="alpha",
        previous_provider=None,
    )


class Measured:
    """Values of the added metrics by name."""

    def __init__(self) -> None:
        metrics.clear_metrics()

    def __getitem__(self, name: str) -> list[float]:
        metric = metrics.provider.metric_set.get(name)
        return list(metric["Value"]) if metric else []


@pytest.fixture
def measured() -> Measured:
    return Measured()


def test_the_error_rate_is_the_average_of_calls(measured: Measured) -> None:
    telemetry.log_attempt(claimed(1), AttemptResult(Outcome(id=1, claim=1, status=OutcomeStatus.SENT), seconds=0.02))
    deferred = Outcome(id=2, claim=1, status=OutcomeStatus.PENDING, error="HTTP 503")
    telemetry.log_attempt(claimed(2), AttemptResult(deferred, Unavailable("HTTP 503"), seconds=0.04))
    telemetry.log_attempt(
        claimed(3), AttemptResult(Outcome(id=3, claim=1, status=OutcomeStatus.PENDING, attempted=False))
    )
    assert measured["ProviderErrors"] == [0, 1]
    assert measured["ProviderLatency"] == [20, 40]


def test_delays_and_attempts_are_measured(measured: Measured) -> None:
    messages = [claimed(1, late=3), claimed(2, late=4, attempts=2), claimed(3), claimed(4)]
    outcomes = [
        Outcome(id=1, claim=1, status=OutcomeStatus.SENT),
        Outcome(id=2, claim=1, status=OutcomeStatus.FAILED),
        Outcome(id=3, claim=1, status=OutcomeStatus.PENDING),
        Outcome(id=4, claim=1, status=OutcomeStatus.SENT),
    ]
    telemetry.log_claim([1, 2, 3, 4, 5], messages, now=NOW)
    telemetry.log_outcomes(messages, outcomes, {1, 2, 3}, now=NOW + timedelta(seconds=1))
    assert measured["QueueAge"] == [3, 4, 0, 0]
    assert measured["DueToSent"] == [4]
    assert measured["Attempts"] == [1, 3]
    assert (measured["Sent"], measured["Failed"], measured["Deferred"]) == ([1], [1], [1])


def test_every_line_has_its_ids_and_no_phone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        telemetry.log_claim([1, 5], [claimed(1)], now=NOW)
        telemetry.log_attempt(
            claimed(1), AttemptResult(Outcome(id=1, claim=1, status=OutcomeStatus.SENT), seconds=0.02)
        )
        telemetry.log_outcomes([claimed(1)], [Outcome(id=1, claim=1, status=OutcomeStatus.SENT)], set(), now=NOW)
    first, second, third = (vars(record) for record in caplog.records)
    assert (first["message_ids"], first["left"]) == ([1], [5])
    for line in (second, third):
        assert (line["message_id"], line["mailing_id"], line["client_id"]) == (1, 7, 3)
    assert second["phone"] == "7926*****67"
    assert third["message"] == "outcome came too late"
