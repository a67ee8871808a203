"""Handlers as Lambda runs them, over the tests' database and a provider that takes everything."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

import dispatcher.bootstrap
import dispatcher.handler
import reporter.bootstrap
import reporter.handler
import sender.handler
import sender.settings
from dispatcher.sqs_queue import Queue
from notifications.contracts.enumerations import ReportLanguage
from notifications.contracts.observability import logger, metrics
from reporter.daily import Reporter
from reporter.mail import Mail
from tests.support.database.contents import Contents, contents
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, World

VARIABLES = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "PROVIDER_URL": "http://127.0.0.1:9",
    "PROVIDER_TOKEN": "secret-token",
}
CACHES = (*(sender.settings.settings, sender.handler._loop),)


@dataclass
class Accepting:
    """A provider that takes everything, and remembers what."""

    name: str = "http"
    accepted: list[int] = field(default_factory=list)

    async def send(self, message_id: int, phone: str, text: str) -> None:  # noqa: ARG002
        self.accepted.append(message_id)


class Mailbox(list[str]):
    """The subjects of what the reporter mails."""


@pytest.fixture(autouse=True)
def surroundings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for cached in CACHES:
        cached.cache_clear()
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", database_url)
    level = logger.log_level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)
    metrics.clear_metrics()
    sender.handler._loop().close()
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Accepting:
    accepting = Accepting()
    monkeypatch.setattr(sender.handler, "_provider", lambda: accepting)
    return accepting


@pytest.fixture
def queue() -> TimedSqs:
    return TimedSqs(NOW)


@pytest.fixture
def dispatch(engine: Engine, queue: TimedSqs) -> dispatcher.handler.Handler:
    """The dispatcher's handler."""
    collaborators = dispatcher.bootstrap.Collaborators(
        engine=lambda: engine,
        queue=lambda: Queue(queue, "url"),  # type: ignore[arg-type]
        now=lambda: datetime.now(UTC),
        wait=lambda: None,
    )
    return dispatcher.handler.build_handler(collaborators)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def report(engine: Engine, mailbox: Mailbox) -> reporter.handler.Handler:
    """The reporter's handler."""

    def send(mail: Mail) -> str:
        mailbox.append(mail.subject)
        return f"id {len(mailbox)}"

    made = Reporter(engine=engine, zone=ZoneInfo("Europe/Moscow"), language=ReportLanguage.EN, admin_url="", send=send)
    return reporter.handler.build_handler(
        reporter.bootstrap.Collaborators(reporter=lambda: made, now=lambda: datetime.now(UTC))
    )


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


@pytest.fixture
def held(engine: Engine) -> "Held":
    return Held(engine)


@dataclass
class Held:
    """What the database holds, without what a test has no interest in."""

    engine: Engine

    def __call__(self, *without: str) -> Contents:
        return {name: rows for name, rows in contents(self.engine).items() if name not in without}
