"""Fixtures: handlers on the tests' database, with a provider that accepts everything."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

import dead_letters.handler
import dispatcher.handler
import reporter.handler
import sender.handler
from notifications.contracts.observability import logger, metrics
from reporter.mail import Mail
from sender.providers.base import OutgoingMessage
from tests.support.database.contents import Contents, contents
from tests.support.functions.handlers import dead_letters_over, dispatcher_over, reporter_over, sender_over
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, SenderScenario


@dataclass
class Accepting:
    """Fake provider that accepts and records every message."""

    name: str = "http"
    accepted: list[int] = field(default_factory=list)

    async def send(self, message: OutgoingMessage) -> None:
        self.accepted.append(message.id)


class Mailbox(list[str]):
    """Subjects of the reporter's mails."""


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Log nothing."""
    level = logger.log_level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)
    metrics.clear_metrics()


@pytest.fixture
def provider() -> Accepting:
    return Accepting()


@pytest.fixture
def queue() -> TimedSqs:
    return TimedSqs(NOW)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def deliver(engine: Engine, provider: Accepting) -> Iterator[sender.handler.Handler]:
    with sender_over(engine, provider) as handler:
        yield handler


@pytest.fixture
def dispatch(engine: Engine, queue: TimedSqs) -> dispatcher.handler.Handler:
    return dispatcher_over(engine, queue)


@pytest.fixture
def record_letters(engine: Engine) -> dead_letters.handler.Handler:
    return dead_letters_over(engine)


@pytest.fixture
def report(engine: Engine, mailbox: Mailbox) -> reporter.handler.Handler:
    def send(mail: Mail) -> str:
        mailbox.append(mail.subject)
        return f"id {len(mailbox)}"

    return reporter_over(engine, send)


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


@pytest.fixture
def held(engine: Engine) -> "Held":
    return Held(engine)


@dataclass
class Held:
    """Contents of the database, without the given tables and columns."""

    engine: Engine

    def __call__(self, *without: str) -> Contents:
        return {name: rows for name, rows in contents(self.engine).items() if name not in without}
