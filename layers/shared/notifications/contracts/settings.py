"""Settings that every function reads from its environment. Functions add fields of their own."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from notifications.contracts.errors import BadDatabaseSecret
from notifications.contracts.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Largest number of SMS segments of a message, if the stack sets no other.
DEFAULT_MAX_SEGMENTS = 10


SECRET_KEPT = timedelta(minutes=5)
# Time after which a reading that failed is repeated: each one takes up to `SECRET_TIMEOUT`.
SECRET_KEPT_UNREAD = timedelta(minutes=1)
_SECRET_CONNECT = timedelta(seconds=1)
_SECRET_ANSWER = timedelta(seconds=2)
_SECRET_TRIES = 2
# Labels that Secrets Manager itself moves when a secret gets a new text.
_CURRENT = "AWSCURRENT"
_PREVIOUS = "AWSPREVIOUS"
# The pause before the second try is at most a second.
SECRET_TIMEOUT = _SECRET_TRIES * (_SECRET_CONNECT + _SECRET_ANSWER) + timedelta(seconds=1)


def impatient() -> Config:
    """Return settings of a client that gives up soon.

    Whoever called the API waits for it, and senders may have the old value.
    """
    retries: Any = {"total_max_attempts": _SECRET_TRIES, "mode": "standard"}
    return Config(
        connect_timeout=_SECRET_CONNECT.total_seconds(), read_timeout=_SECRET_ANSWER.total_seconds(), retries=retries
    )


def secrets_client() -> "SecretsManagerClient":
    """Return an impatient client of Secrets Manager."""
    # Uses boto3's default session: creating another one takes longer than creating the client.
    client: SecretsManagerClient = boto3.client("secretsmanager", config=impatient())
    return client


@dataclass(slots=True)
class Secrets:
    """Texts of Secrets Manager's secrets, kept in memory for five minutes, and longer while they cannot be read.

    Powertools' `SecretsProvider` keeps no value after its time (docs/decisions/0058-secrets-outlive-an-outage.md).

    Args:
        client: boto3's client.
        clock: gives the time in seconds.
    """

    client: "SecretsManagerClient"
    clock: Callable[[], float] = time.monotonic
    _texts: dict[tuple[str, str], str] = field(default_factory=dict, init=False)
    _kept_until: dict[tuple[str, str], float] = field(default_factory=dict, init=False)

    def read(self, arn: str, *, refresh: bool = False) -> str:
        """Return the text of a secret.

        Args:
            arn: the secret's ARN or name.
            refresh: read it again even if it is in memory. The old text is not returned then.

        Raises:
            BotoCoreError, ClientError: the secret cannot be read, and there is no old text or it must be read again.
        """
        return self._read(arn, _CURRENT, refresh=refresh)

    def read_with_previous(self, arn: str) -> list[str]:
        """Return the text of a secret, and the one before its last change if there was one.

        Raises:
            BotoCoreError, ClientError: the secret cannot be read, and there is no old text.
        """
        return list(filter(None, (self._read(arn, stage) for stage in (_CURRENT, _PREVIOUS))))

    def _read(self, arn: str, stage: str, *, refresh: bool = False) -> str:
        key = (arn, stage)
        if refresh or self.clock() >= self._kept_until.get(key, 0):
            try:
                self._texts[key] = self._fetch(arn, stage)
                kept = SECRET_KEPT
            except (BotoCoreError, ClientError):
                if refresh or key not in self._texts:
                    raise
                logger.warning("a secret cannot be read: its old text is used", extra={"secret": arn}, exc_info=True)
                kept = SECRET_KEPT_UNREAD
            self._kept_until[key] = self.clock() + kept.total_seconds()
        return self._texts[key]

    def _fetch(self, arn: str, stage: str) -> str:
        """Return the text of a version of a secret; empty if it has no previous version."""
        try:
            return self.client.get_secret_value(SecretId=arn, VersionStage=stage)["SecretString"]
        except ClientError as error:
            if stage == _PREVIOUS and error.response["Error"]["Code"] == "ResourceNotFoundException":
                return ""
            raise


@cache
def _secrets() -> Secrets:
    return Secrets(secrets_client())


def read_secret(arn: str, *, refresh: bool = False) -> str:
    """Return the text of a secret, as `Secrets.read` does."""
    return _secrets().read(arn, refresh=refresh)


def read_secret_with_previous(arn: str) -> list[str]:
    """Return the last two texts of a secret, as `Secrets.read_with_previous` does."""
    return _secrets().read_with_previous(arn)


class Settings(BaseSettings):
    """Base of all settings: read from the environment, immutable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")


class DatabaseSettings(Settings):
    """Address of the database: a Secrets Manager secret with its URL or, outside AWS, the URL itself.

    A secret that RDS has made is JSON. If it has only user and password, `database_address` is `host:port/name`.
    """

    database_secret_arn: str | None = None
    database_address: str = ""
    database_url: SecretStr | None = None

    def resolve_database_url(self, read: Callable[[str], str] = read_secret) -> str:
        """Return the SQLAlchemy URL of the database.

        Args:
            read: reads a secret by its ARN.

        Raises:
            BadDatabaseSecret: the secret's text is neither a URL of PostgreSQL nor JSON of RDS.
        """
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.database_secret_arn is None:
            raise ValueError("neither DATABASE_SECRET_ARN nor DATABASE_URL is set")
        secret = read(self.database_secret_arn).strip()
        url = _url_of_json(secret, self.database_address) if secret.startswith("{") else _url_of_text(secret)
        return url.render_as_string(hide_password=False)


class TextSettings(Settings):
    """Largest number of SMS segments of a message."""

    max_segments: int = Field(default=DEFAULT_MAX_SEGMENTS, ge=1, le=255)


class ConsentSettings(Settings):
    """Setting that restricts marketing to clients who have consented to it."""

    require_consent: bool = False


def _url_of_text(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadDatabaseSecret("its text is no URL") from None
    if url.get_backend_name() != "postgresql":
        raise BadDatabaseSecret("its URL does not begin with postgresql://")
    _refuse_missing("URL", {"user": url.username, "host": url.host, "name of the database": url.database})
    return url


def _url_of_json(text: str, address: str) -> URL:
    try:
        login: dict[str, Any] = json.loads(text)
    except ValueError:
        raise BadDatabaseSecret("its text is no valid JSON") from None
    if address:
        server = make_url(f"postgresql://{address}")
        login |= {"host": server.host, "port": server.port, "dbname": server.database}
    values = {name: login.get(name) for name in ("username", "password", "host", "port", "dbname")}
    _refuse_missing("JSON", values)
    username, password, host, port, name = map(str, values.values())
    if not port.isdecimal():
        raise BadDatabaseSecret("`port` in its JSON is no number")
    return URL.create("postgresql", username, password, host, int(port), name)


def _refuse_missing(kind: str, values: dict[str, Any]) -> None:
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise BadDatabaseSecret(f"its {kind} has no {', '.join(missing)}")
