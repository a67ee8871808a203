"""Settings of the API, read from its environment."""

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.settings import DatabaseSettings, TextSettings


class ApiSettings(DatabaseSettings, TextSettings):
    """The database, the dispatcher that a change of a mailing triggers, and the provider in use."""

    dispatcher_function_name: str
    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
