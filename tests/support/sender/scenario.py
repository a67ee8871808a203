"""Scenario for the sender: clients, and a mailing whose messages are on the queue."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from notifications import message_state
from notifications.contracts.enumerations import OnUnknown, ProviderKind
from notifications.message_state import Outcome
from notifications.messages import test_sends
from notifications.providers import health
from notifications.providers.catalog import Catalog, ProviderSpec
from notifications.providers.health import State
from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import Behaviour, Fault, FaultKind
from sender.call_results import LatencyMonitor
from sender.delivery import BATCH_TIME_LIMIT, Sender
from sender.providers.base import Provider
from sender.providers.building import ProxyVariables, build_provider
from sender.providers.http import HttpProvider
from sender.settings import SenderSettings
from tests.support.mailings.simulation import no_sleep

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOKEN = "secret-token"


@dataclass
class SenderScenario:
    """One mailing whose messages are on the queue.

    Args:
        now: the time that senders see.
    """

    engine: Engine
    now: datetime = NOW
    ids: list[int] = field(default_factory=list)
    latency: LatencyMonitor = field(default_factory=LatencyMonitor)

    def fill(
        self,
        clients: int = 1,
        *,
        on_unknown: str = "resend",
        status: str = "queued",
        window: tuple[time, time] | None = None,
        lasts: timedelta = timedelta(days=1),
        max_rate: int | None = None,
    ) -> list[int]:
        """Create a mailing and messages that are due now, and return their ids."""
        values = {
            "now": self.now,
            "ends_at": self.now + lasts,
            "on_unknown": on_unknown,
            "start": window and window[0],
            "end": window and window[1],
            "clients": clients,
            "status": status,
            "max_rate": max_rate,
        }
        with self.engine.begin() as connection:
            connection.execute(text(_CLIENTS), values)
            mailing_id = connection.execute(text(_MAILING), values).scalar_one()
            rows = connection.execute(text(_MESSAGES), values | {"mailing_id": mailing_id})
            self.ids = list(rows.scalars())
            message_state.count(connection, mailing_id, {status: len(self.ids)})
        return self.ids

    def fill_direct(
        self, number: int = 1, *, text: str = "Hello", on_unknown: OnUnknown = OnUnknown.RESEND
    ) -> list[int]:
        """Create test sends that are on the queue, due now, and return their ids."""
        phones = (f"7903{n:07d}" for n in range(number))
        with self.engine.begin() as connection:
            self.ids = [
                test_sends.create(connection, phone=phone, text=text, on_unknown=on_unknown, now=self.now).id
                for phone in phones
            ]
            self._release(connection, None)
        return self.ids

    def _release(self, connection: Connection, mailing_id: int | None) -> None:
        later = self.now + timedelta(microseconds=1)
        message_state.release(connection, mailing_id, now=self.now, due_before=later, at_most=100_000)

    def requeue(self) -> None:
        """Move the clock to the last due time, and put all waiting messages onto the queue."""
        with self.engine.begin() as connection:
            latest = connection.execute(text("SELECT max(due_at) FROM message WHERE status = 'pending'")).scalar_one()
            self.now = max(self.now, latest or self.now)
        self.requeue_due()

    def requeue_due(self) -> None:
        """Put the waiting messages that are due onto the queue."""
        with self.engine.begin() as connection:
            for mailing_id in (None, *connection.execute(text("SELECT id FROM mailing")).scalars().all()):
                self._release(connection, mailing_id)

    def rows(self) -> Sequence[Row[Any]]:
        """Return all messages."""
        with self.engine.connect() as connection:
            return connection.execute(text("SELECT * FROM message ORDER BY id")).all()

    def row(self) -> Row[Any]:
        """Return the only message."""
        (row,) = self.rows()
        return row

    def attempts(self) -> Sequence[Row[Any]]:
        """Return all attempts that are kept."""
        with self.engine.connect() as connection:
            return connection.execute(text("SELECT * FROM attempt ORDER BY message_id, claim")).all()

    def statuses(self) -> dict[str, int]:
        """Return the running counts of messages by status, and assert that they equal the rows."""
        with self.engine.connect() as connection:
            counts = connection.execute(text("SELECT status, sum(n) FROM mailing_count GROUP BY status")).all()
        running = {status: int(n) for status, n in counts if n}
        assert running == Counter(row.status for row in self.rows())
        return running

    def state(self, provider: str | None = None) -> State:
        """Return the circuit breaker and the rate limiter of a provider, by default of the only one."""
        with self.engine.connect() as connection:
            if provider is not None:
                return health.load_state(connection, provider)
            states = list(health.load_states(connection).values())
        assert len(states) <= 1
        return states[0] if states else health.HEALTHY

    def send(
        self,
        provider: Provider,
        ids: Sequence[int] | None = None,
        *,
        within: timedelta = BATCH_TIME_LIMIT,
        engine: Engine | None = None,
    ) -> list[Outcome]:
        """Deliver a batch in an event loop of its own.

        Args:
            engine: the sender's engine, if it is not the scenario's.
        """
        sender = Sender(
            erasure_key=bytes,
            engine=engine or self.engine,
            provider=provider,
            clock=lambda: self.now,
            sleep=no_sleep,
            latency=self.latency,
            quick_pause=timedelta(milliseconds=10),
        )

        async def run() -> list[Outcome]:
            try:
                return await sender.deliver(self.ids if ids is None else ids, within=within)
            finally:
                if isinstance(provider, HttpProvider):
                    await provider.aclose()

        return asyncio.run(run())


def spec_of(url: str) -> ProviderSpec:
    """Return the specification of the only provider."""
    return Catalog.of_one(ProviderKind.HTTP, url).specs[0]


def built(settings: SenderSettings, variables: ProxyVariables | None = None) -> Provider:
    """Build the only provider of the settings, as the sender does."""
    spec = settings.only_provider().specs[0]
    return build_provider(spec, plain_token=settings.provider_token, variables=variables)


def client_of(
    url: str,
    *,
    deadline: float = 5,
    connect_within: float = 3,
    token: Any = None,
    tls: ssl.SSLContext | None = None,
    proxy: str | None = None,
) -> HttpProvider:
    """Return a client of the HTTP provider. Each event loop needs one of its own."""
    return HttpProvider(
        spec_of(url),
        read_token=token or (lambda *, refresh=False: TOKEN),  # noqa: ARG005
        tls=tls,
        proxy=proxy,
        deadline=timedelta(seconds=deadline),
        connect_within=timedelta(seconds=connect_within),
    )


def faulty(*kinds: FaultKind, latency_ms: float = 0, **options: Any) -> Behaviour:
    """Return a behaviour in which every call meets the first of the faults."""
    return Behaviour(latency_ms=latency_ms, faults=[Fault(kind=kind) for kind in kinds], **options)


@contextmanager
def fault(simulated: SimulatedProvider, behaviour: Behaviour) -> Iterator[None]:
    """Change the simulated provider's behaviour for the duration of the block."""
    before, simulated.behaviour = simulated.behaviour, behaviour
    yield
    simulated.behaviour = before


_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7926' || lpad(n::text, 7, '0'), '926', 'Europe/Moscow' FROM generate_series(1, :clients) AS n
    ON CONFLICT DO NOTHING
"""
_MAILING = """
    INSERT INTO mailing (
        text, starts_at, ends_at, on_unknown, status, planned_at, plan_until, window_start, window_end, max_rate
    )
    VALUES ('Hello', :now, :ends_at, :on_unknown, 'running', :now, 0, :start, :end, :max_rate) RETURNING id
"""
_MESSAGES = """
    INSERT INTO message (mailing_id, client_id, schedule_version, status, since, due_at, closes_at)
    SELECT :mailing_id, id, 1, :status, :now, :now, :ends_at FROM client ORDER BY id LIMIT :clients RETURNING id
"""
