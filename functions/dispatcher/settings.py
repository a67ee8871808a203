"""What the dispatcher reads from its environment."""

from functools import cache

from notifications.contracts.settings import DatabaseSettings


class DispatcherSettings(DatabaseSettings):
    """The database and the queue."""

    queue_url: str


@cache
def settings() -> DispatcherSettings:
    """The settings, read once an instance."""
    return DispatcherSettings()
