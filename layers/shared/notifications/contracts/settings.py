"""Settings that every function reads from its environment. Functions add fields of their own."""

import json
from collections.abc import Callable
from functools import cache

import boto3
from aws_lambda_powertools.utilities import parameters
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

# Largest number of SMS segments of a message, if the stack sets no other.
DEFAULT_MAX_SEGMENTS = 10


@cache
def _secrets() -> parameters.SecretsProvider:
    # Uses boto3's default session: creating another one takes longer than creating the client.
    return parameters.SecretsProvider(boto3_client=boto3.client("secretsmanager"))


def read_secret(arn: str, *, refresh: bool = False) -> str:
    """Return the text of a Secrets Manager secret, kept in memory for five minutes.

    Args:
        arn: the secret's ARN or name.
        refresh: read it again even if it is in memory.
    """
    return str(_secrets().get(arn, max_age=300, force_fetch=refresh))


class Settings(BaseSettings):
    """Base of all settings: read from the environment, immutable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")


class DatabaseSettings(Settings):
    """Address of the database: a Secrets Manager secret with its URL or, outside AWS, the URL itself.

    A secret of RDS has only user and password, in JSON. Then `database_address` is `host:port/name`.
    """

    database_secret_arn: str | None = None
    database_address: str = ""
    database_url: SecretStr | None = None

    def resolve_database_url(self, read: Callable[[str], str] = read_secret) -> str:
        """Return the SQLAlchemy URL of the database.

        Args:
            read: reads a secret by its ARN.
        """
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.database_secret_arn is None:
            raise ValueError("neither DATABASE_SECRET_ARN nor DATABASE_URL is set")
        secret = read(self.database_secret_arn)
        return _url_of(secret, self.database_address) if self.database_address else secret


class TextSettings(Settings):
    """Largest number of SMS segments of a message."""

    max_segments: int = Field(default=DEFAULT_MAX_SEGMENTS, ge=1, le=255)


def _url_of(secret: str, address: str) -> str:
    login = json.loads(secret)
    server = make_url(f"postgresql://{address}")
    url = URL.create(server.drivername, login["username"], login["password"], server.host, server.port, server.database)
    return url.render_as_string(hide_password=False)
