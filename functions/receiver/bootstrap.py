"""Wires the receiver: the one place where it meets its collaborators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from notifications.clients.erasure.hashes import ErasureKeySettings, key_reader
from notifications.contracts.settings import DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine
from notifications.messages.callbacks.keywords import KeywordSettings
from notifications.messages.callbacks.replies import Rules


class ReceiverSettings(DatabaseSettings, ErasureKeySettings, KeywordSettings):
    """The database, the key of erased phones, the words of replies, and the text that confirms opt-outs."""

    opt_out_confirmation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        engine: returns the database's engine; another one after its password was rotated.
        rules: returns the rules of replies.
        now: returns the current time.
    """

    engine: Callable[[], Engine]
    rules: Callable[[], Rules]
    now: Callable[[], datetime]


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings = cache(ReceiverSettings)
    key = key_reader(settings)
    return Collaborators(
        engine=lambda: shared_engine(settings().resolve_database_url(), sessions.RECEIVER),
        rules=lambda: Rules(
            keywords=settings().keywords(), erasure_key=key, confirmation=settings().opt_out_confirmation.strip()
        ),
        now=lambda: datetime.now(UTC),
    )
