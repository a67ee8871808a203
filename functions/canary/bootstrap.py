"""Wires the canary function: the one place where it meets its collaborators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from notifications.contracts.settings import DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine


class CanarySettings(DatabaseSettings):
    """The database, and the phone that canaries are sent to."""

    canary_phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        engine: returns the database's engine; another one after its password was rotated.
        phone: returns the phone that canaries are sent to.
        now: returns the current time.
    """

    engine: Callable[[], Engine]
    phone: Callable[[], str]
    now: Callable[[], datetime]


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings = cache(CanarySettings)
    return Collaborators(
        engine=lambda: shared_engine(settings().resolve_database_url(), sessions.CANARY),
        phone=lambda: settings().canary_phone,
        now=lambda: datetime.now(UTC),
    )
