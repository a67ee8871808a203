"""Settings of the API, read from its environment."""

from notifications.contracts.settings import DatabaseSettings


class ApiSettings(DatabaseSettings):
    """The database, and the dispatcher that a change of a mailing triggers."""

    dispatcher_function_name: str
