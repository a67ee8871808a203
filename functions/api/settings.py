"""Settings of the API, read from its environment."""

from pydantic import Field

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.settings import DatabaseSettings, TextSettings
from notifications.mailings import retries


class ApiSettings(DatabaseSettings, TextSettings):
    """The database, the dispatcher that a change triggers, the user pool, the provider in use, and the size of a retry.

    Attributes:
        retried_at_once: most messages that a retry changes without a job, and a decision on unknown outcomes too.
    """

    dispatcher_function_name: str
    user_pool_id: str
    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
    retried_at_once: int = Field(default=retries.AT_ONCE, ge=1)
