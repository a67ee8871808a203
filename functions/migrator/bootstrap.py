"""Wires the migrator: the one place where it meets its collaborators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from sqlalchemy import Engine

from notifications.clients.erasure import journal
from notifications.clients.erasure.hashes import ErasureSettings, key_reader
from notifications.clients.erasure.journal import Journal
from notifications.contracts.settings import DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class MigratorSettings(DatabaseSettings, ErasureSettings):
    """The database, and the key and the journal of erasures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        engine: returns the database's engine.
        now: returns the current time.
        cognito: returns a client of Cognito.
        erasure_key: returns the key of the hashes of erased phones.
        erasure_journal: the journal of erasures.
    """

    engine: Callable[[], Engine]
    now: Callable[[], datetime]
    cognito: "Callable[[], CognitoIdentityProviderClient]"
    erasure_key: Callable[[], bytes]
    erasure_journal: Journal


def cognito_client() -> "CognitoIdentityProviderClient":
    """Return a client that fails within 35 s if the network does not lead to Cognito. The deployment then says so."""
    retries: Any = {"total_max_attempts": 3, "mode": "standard"}
    config = Config(connect_timeout=3, read_timeout=7, retries=retries)
    client: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=config)
    return client


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings = cache(MigratorSettings)
    return Collaborators(
        engine=lambda: shared_engine(settings().resolve_database_url(), sessions.MIGRATOR),
        now=lambda: datetime.now(UTC),
        cognito=cognito_client,
        erasure_key=key_reader(settings),
        erasure_journal=Journal(cache(journal.s3_client), lambda: settings().erasure_bucket),
    )
