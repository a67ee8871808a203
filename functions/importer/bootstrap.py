"""Wires the importer: the one place where it meets its collaborators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from importer.importing import kinds
from importer.reading import Reader
from notifications.clients.erasure.hashes import ErasureKeySettings, key_reader
from notifications.clients.imports.uploads import Uploads, UploadSettings, s3_client
from notifications.contracts.settings import DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine
from notifications.jobs.job import Kinds
from notifications.schedules.default_timezone import DefaultTimezoneSettings


class ImporterSettings(DatabaseSettings, UploadSettings, ErasureKeySettings, DefaultTimezoneSettings):
    """The database, the bucket of uploaded files, the key of erasures, and the time zone of new clients without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of every invocation.

    Attributes:
        engine: returns the database's engine; another one after its password was rotated.
        kinds: returns the work of imports.
        now: returns the current time.
    """

    engine: Callable[[], Engine]
    kinds: Callable[[], Kinds]
    now: Callable[[], datetime]


def from_environment() -> Collaborators:
    """Return the collaborators of a Lambda function. The environment is read by the first call that needs it."""
    settings = cache(ImporterSettings)
    uploads = Uploads(cache(s3_client), lambda: settings().upload_bucket)
    erasure_key = key_reader(settings)
    return Collaborators(
        engine=lambda: shared_engine(settings().resolve_database_url(), sessions.IMPORTER),
        kinds=cache(lambda: kinds(Reader(uploads, lambda: settings().zone_of_new_clients(), erasure_key))),
        now=lambda: datetime.now(UTC),
    )
