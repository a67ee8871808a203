"""Wires the reporter: the one place where it meets its collaborators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from notifications.database import sessions
from notifications.database.engine import engine
from reporter import ses
from reporter.daily import Reporter
from reporter.mail import Mail
from reporter.settings import ReporterSettings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SES_CONNECT_SECONDS = 5
SES_READ_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        reporter: returns the reporter; one with another engine after the database's password was rotated.
        now: returns the current time.
    """

    reporter: Callable[[], Reporter]
    now: Callable[[], datetime]


def ses_client() -> "SESV2Client":
    """Return a client without retries: if SES took a mail but its answer was lost, a retry would send it twice."""
    config = Config(
        connect_timeout=SES_CONNECT_SECONDS, read_timeout=SES_READ_SECONDS, retries={"total_max_attempts": 1}
    )
    client: SESV2Client = boto3.client("sesv2", config=config)
    return client


def from_environment(make_client: "Callable[[], SESV2Client]" = ses_client) -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings, client = cache(ReporterSettings), cache(make_client)
    return Collaborators(reporter=lambda: _reporter(settings(), client), now=lambda: datetime.now(UTC))


def _reporter(settings: ReporterSettings, client: "Callable[[], SESV2Client]") -> Reporter:
    def send(mail: Mail) -> str:
        return ses.send(
            client(),
            mail,
            sender=settings.report_sender,
            recipients=settings.recipients(),
            configuration_set=settings.report_configuration_set,
        )

    return Reporter(
        engine=engine(settings.resolve_database_url(), sessions.REPORTER),
        zone=settings.timezone(),
        language=settings.report_language,
        admin_url=settings.admin_url,
        send=send,
    )
