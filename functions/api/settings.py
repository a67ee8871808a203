"""What the API reads from its environment."""

from functools import cache

from notifications.contracts.settings import DatabaseSettings


class ApiSettings(DatabaseSettings):
    """The database, and the dispatcher that a change of a mailing wakes."""

    dispatcher_function_name: str


@cache
def settings() -> ApiSettings:
    """The settings, read once an instance."""
    return ApiSettings()
