"""What the routes work with: the database of this instance and the clock."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from api.settings import settings
from notifications.database import engine


def database() -> Engine:
    """The engine of this function instance."""
    return engine(settings().resolve_database_url())


def now() -> datetime:
    """The moment of this call."""
    return datetime.now(UTC)
