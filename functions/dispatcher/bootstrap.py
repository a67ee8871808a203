"""Wires the dispatcher: the one place where it meets its collaborators."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pydantic import Field
from sqlalchemy import Engine

from dispatcher import dispatch_loop
from dispatcher.dispatch_loop import DispatchLimits
from dispatcher.sqs_queue import CONNECTIONS, Clock, Queue
from notifications.clients.imports import importer_runs
from notifications.contracts.settings import ConsentSettings, DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine
from notifications.jobs.invocations import lambda_client
from notifications.jobs.retention.periods import Days, RetentionSettings
from notifications.message_state.deliveries.receipt_checks import Check
from notifications.providers.catalog import Catalog, CatalogReader, ProviderSettings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUE_CALLS = 2
QUEUE_CONNECT_SECONDS = 2
QUEUE_READ_SECONDS = 3
# Long enough to be no load on the database, short enough for the queue not to run empty.
WAIT_SECONDS = 0.2


class DispatcherSettings(DatabaseSettings, RetentionSettings, ConsentSettings, ProviderSettings):
    """The database, the queue, the importer, the providers in use, consent, and the days for which rows are kept.

    Attributes:
        job_chunk_size: most items of a chunk of a job.
        receipts_expected: True if the provider sends a receipt of each message.
        unconfirmed_after_hours: hours after the end of a mailing until its messages without receipts are unconfirmed.
    """

    queue_url: str
    importer_function_name: str
    job_chunk_size: int = Field(default=max(kind.chunk_size for kind in dispatch_loop.JOB_KINDS.values()), ge=1)
    receipts_expected: bool = False
    unconfirmed_after_hours: int = Field(default=72, ge=1)

    def receipt_check(self) -> Check | None:
        """Return the settings of the checks for messages without receipts; None if no receipts are expected."""
        wait = timedelta(hours=self.unconfirmed_after_hours)
        return Check(provider=self.provider, wait=wait) if self.receipts_expected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every tick.

    Attributes:
        engine: returns the database's engine; another one after its password was rotated.
        queue: returns the queue.
        catalog: returns the catalog of the configured providers.
        now: returns the current time.
        wait: sleeps a short while, so that senders make room on the queue.
        start_importer: starts a run of the importer without waiting for it.
        retention: returns the days for which rows are kept; None to remove none.
        receipt_check: returns the settings of the checks for messages without receipts; None if none are expected.
        limits: returns the sizes of a step's chunks.
        requires_consent: returns True if marketing needs the consent of the client.
    """

    engine: Callable[[], Engine]
    queue: Callable[[], Queue]
    catalog: Callable[[], Catalog]
    now: Clock
    wait: Callable[[], None]
    start_importer: Callable[[], None]
    retention: Callable[[], Days | None] = lambda: None
    receipt_check: Callable[[], Check | None] = lambda: None
    limits: Callable[[], DispatchLimits] = DispatchLimits
    requires_consent: Callable[[], bool] = lambda: False


def sqs_client() -> "SQSClient":
    """Return a client that gives up on an unresponsive queue within the reserve of a tick."""
    retries: Any = {"total_max_attempts": QUEUE_CALLS, "mode": "standard"}
    config = Config(
        max_pool_connections=CONNECTIONS,
        connect_timeout=QUEUE_CONNECT_SECONDS,
        read_timeout=QUEUE_READ_SECONDS,
        retries=retries,
    )
    client: SQSClient = boto3.client("sqs", config=config)
    return client


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings, functions = cache(DispatcherSettings), cache(lambda_client)
    return Collaborators(
        engine=lambda: shared_engine(settings().resolve_database_url(), sessions.DISPATCHER),
        queue=cache(lambda: Queue(sqs_client(), settings().queue_url)),
        catalog=CatalogReader(settings),
        now=lambda: datetime.now(UTC),
        wait=lambda: time.sleep(WAIT_SECONDS),
        start_importer=lambda: importer_runs.start(functions, settings().importer_function_name),
        retention=lambda: settings().retention_days(),
        receipt_check=lambda: settings().receipt_check(),
        limits=lambda: dispatch_loop.with_job_chunks(settings().job_chunk_size),
        requires_consent=lambda: settings().require_consent,
    )
