"""Wires the sender: the one place where it meets its collaborators."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from notifications.clients.erasure.hashes import key_reader
from notifications.database import sessions
from notifications.database.engine import engine
from notifications.providers.catalog import CatalogReader
from sender.call_results import LatencyMonitor
from sender.delivery import Sender
from sender.providers.building import Clients, build_provider
from sender.settings import SenderSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        sender: returns the sender; one with another engine after the database's password was rotated.
        runner: the Lambda instance's event loop. Connections to the provider live as long as it does.
    """

    sender: Callable[[], Sender]
    runner: asyncio.Runner


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings = cache(SenderSettings)
    catalog = CatalogReader(settings)
    clients = Clients(
        lambda spec: build_provider(
            spec, plain_token=settings().provider_token, configuration_set=settings().eum_configuration_set
        )
    )
    latency = LatencyMonitor()
    erasure_key = key_reader(settings)

    def sender() -> Sender:
        return Sender(
            engine=engine(settings().resolve_database_url(), sessions.SENDER),
            provider=next(iter(clients.of(catalog()).values())),
            clock=lambda: datetime.now(UTC),
            erasure_key=erasure_key,
            latency=latency,
            max_segments=settings().max_segments,
            requires_consent=settings().require_consent,
        )

    return Collaborators(sender=sender, runner=asyncio.Runner())
