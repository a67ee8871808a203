from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus
from notifications.database.tables import client, mailing
from notifications.mailings import planning
from notifications.mailings import repository as mailings
from notifications.message_state import Outcome
from notifications.statistics import reconciliation
from tests.support.mailings.claims import claim_messages

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
CLIENTS = [
    ("79260000001", "926", "Europe/Moscow"),
    ("79260000002", "926", "Europe/Moscow"),
    ("79030000003", "903", "Asia/Omsk"),
    ("79030000004", "903", "Asia/Omsk"),
    ("79030000005", "903", "Europe/Moscow"),
]


class MailingScenario:
    """Clients and mailings whose messages get the outcomes that a test wants."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with engine.begin() as connection:
            rows = [{"phone": phone, "operator_code": code, "timezone": zone} for phone, code, zone in CLIENTS]
            connection.execute(insert(client), rows)

    def plan(self, **values: Any) -> int:
        defaults = {"text": "Hello", "starts_at": NOW, "ends_at": NOW + timedelta(days=2)}
        with self.engine.begin() as connection:
            new = insert(mailing).values(**(defaults | values)).returning(mailing.c.id)
            mailing_id: int = connection.execute(new).scalar_one()
            planning.begin(connection, mailing_id)
            row = mailings.get(connection, mailing_id)
            planning.plan_chunk(connection, row, now=row.starts_at, size=100, requires_consent=False)
        return mailing_id

    def record_outcomes(
        self, mailing_id: int, verdicts: Sequence[tuple[str, str | None]], *, at: datetime = NOW
    ) -> None:
        """Release and claim as many messages as there are verdicts, and record these with their errors."""
        with self.engine.begin() as connection:
            due = message_state.release(
                connection, mailing_id, now=at, due_before=at + timedelta(seconds=1), at_most=len(verdicts)
            )
            claimed = claim_messages(connection, [row.id for row in due], now=at)
            outcomes = [
                Outcome(
                    id=each.id,
                    claim=each.claim,
                    status=OutcomeStatus(verdict),
                    error=error,
                    calls=1,
                    called_at=at,
                    duration_ms=20,
                    due_at=at + timedelta(minutes=1) if verdict == "pending" else None,
                    closes_at=at + timedelta(days=1) if verdict == "pending" else None,
                )
                for each, (verdict, error) in zip(claimed, verdicts, strict=True)
            ]
            message_state.record_outcomes(connection, outcomes, now=at)
            mailings.finish(connection, [mailing_id], now=at)


@pytest.fixture
def mailing_scenario(engine: Engine) -> MailingScenario:
    return MailingScenario(engine)


@pytest.fixture
def reconciled(engine: Engine) -> Callable[[], None]:
    """Assert that every running count equals the rows."""

    def check() -> None:
        with engine.connect() as connection:
            ids = connection.execute(select(mailing.c.id)).scalars().all()
            assert reconciliation.reconcile(connection, ids).differences == []

    return check
