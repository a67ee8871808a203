"""Handlers of the functions over a test's collaborators."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

import dead_letters.bootstrap
import dead_letters.handler
import dispatcher.bootstrap
import dispatcher.handler
import reporter.bootstrap
import reporter.handler
import sender.bootstrap
import sender.handler
from dispatcher.sqs_queue import Queue
from notifications.contracts.enumerations import ProviderKind, ReportLanguage
from notifications.providers.catalog import Catalog
from reporter.daily import Reporter, Send
from sender.delivery import Sender
from sender.providers.base import Provider
from sender.providers.http import HttpProvider
from tests.support.functions.api import PROVIDER_URL


def now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def dispatcher_over(engine: Engine, sqs: Any) -> dispatcher.handler.Handler:
    """Return a dispatcher that does not wait for senders.

    Args:
        sqs: has `send_message_batch` as boto3's client has it.
    """
    queue, catalog = Queue(sqs, "url"), Catalog.of_one(ProviderKind.HTTP, PROVIDER_URL)
    return dispatcher.handler.build_handler(
        dispatcher.bootstrap.Collaborators(
            engine=lambda: engine,
            queue=lambda: queue,
            catalog=lambda: catalog,
            now=now,
            wait=lambda: None,
            start_importer=lambda: None,
        )
    )


@contextmanager
def sender_over(engine: Engine, provider: Provider) -> Iterator[sender.handler.Handler]:
    """Return a sender. Close its event loop and its connections after the block."""
    made, runner = Sender(erasure_key=bytes, engine=engine, provider=provider, clock=now), asyncio.Runner()
    try:
        yield sender.handler.build_handler(sender.bootstrap.Collaborators(sender=lambda: made, runner=runner))
    finally:
        if isinstance(provider, HttpProvider):
            runner.run(provider.aclose())
        runner.close()


def dead_letters_over(engine: Engine) -> dead_letters.handler.Handler:
    """Return a dead-letter function."""
    return dead_letters.handler.build_handler(dead_letters.bootstrap.Collaborators(engine=lambda: engine, now=now))


def reporter_over(
    engine: Engine,
    send: Send,
    *,
    language: ReportLanguage = ReportLanguage.EN,
    now: Callable[[], datetime] = now,
) -> reporter.handler.Handler:
    """Return a reporter of Moscow's days."""
    made = Reporter(engine=engine, zone=ZoneInfo("Europe/Moscow"), language=language, admin_url="", send=send)
    return reporter.handler.build_handler(reporter.bootstrap.Collaborators(reporter=lambda: made, now=now))
