"""Wires the sender: the one place where it meets its collaborators."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import boto3

from notifications.clients.erasure.hashes import key_reader
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.observability import logger
from notifications.database import sessions
from notifications.database.engine import engine
from notifications.providers.address import BadAddress
from notifications.providers.connection import BadConnection
from notifications.providers.in_use import ProviderInUse
from sender.call_results import LatencyMonitor
from sender.delivery import MAX_CONCURRENT_CALLS, Sender
from sender.providers.answers import Table, table_of
from sender.providers.base import Provider
from sender.providers.http import HttpProvider
from sender.providers.sns import SnsProvider, client_config
from sender.providers.unusable import UnusableProvider
from sender.settings import ProxyVariables, SenderSettings


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
    provider = _LastingProvider(lambda: build_provider(settings()))
    latency = LatencyMonitor()
    erasure_key = key_reader(settings)

    def sender() -> Sender:
        return Sender(
            engine=engine(settings().resolve_database_url(), sessions.SENDER),
            provider=provider(),
            clock=lambda: datetime.now(UTC),
            erasure_key=erasure_key,
            latency=latency,
            max_segments=settings().max_segments,
            requires_consent=settings().require_consent,
        )

    return Collaborators(sender=sender, runner=asyncio.Runner())


class _LastingProvider:
    """Provider of a Lambda instance. It is built again for each batch while its settings cannot be used.

    So a corrected secret takes effect without a deployment.
    """

    def __init__(self, build: Callable[[], Provider]) -> None:
        self._build = build
        self._provider: Provider | None = None

    def __call__(self) -> Provider:
        if self._provider is None or isinstance(self._provider, UnusableProvider):
            self._provider = self._build()
        return self._provider


def build_provider(settings: SenderSettings, variables: ProxyVariables | None = None) -> Provider:
    """Build the client of the provider that the settings name.

    Args:
        variables: the usual variables that name proxies; read from the environment if not given.
    """
    table = table_of(settings.provider_http_500)
    match settings.provider:
        case ProviderKind.SNS:
            client = boto3.client("sns", config=client_config(MAX_CONCURRENT_CALLS))
            return SnsProvider(client, connections=MAX_CONCURRENT_CALLS, table=table)
        case ProviderKind.HTTP:
            return _http_provider(settings, variables or ProxyVariables(), table)


def _http_provider(settings: SenderSettings, variables: ProxyVariables, table: Table) -> Provider:
    try:
        return HttpProvider(
            settings.provider_url,
            read_token=settings.resolve_provider_token,
            table=table,
            tls=settings.tls(),
            proxy=settings.proxy(variables),
        )
    except (BadAddress, BadConnection) as error:
        logger.error("the provider's settings cannot be used", extra={"error": str(error)})
        in_use = ProviderInUse.of_settings(settings.provider, settings.provider_url)
        return UnusableProvider(in_use.name, str(error))
