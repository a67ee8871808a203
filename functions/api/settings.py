"""Settings of the API, read from its environment."""

from pydantic import Field

from notifications.clients.imports.uploads import UploadSettings
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.settings import DatabaseSettings, TextSettings
from notifications.jobs.job import AT_ONCE
from notifications.schedules.time_zones import canonical_timezone


class ApiSettings(DatabaseSettings, TextSettings, UploadSettings):
    """The database, the functions that a change starts, the user pool, the provider in use, the size of a change.

    Attributes:
        changed_at_once: most messages or clients that a call changes without a job.
        default_timezone: time zone of new clients for whom none is given; empty if they are refused.
    """

    dispatcher_function_name: str
    importer_function_name: str
    user_pool_id: str
    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
    changed_at_once: int = Field(default=AT_ONCE, ge=1)
    default_timezone: str = ""

    def zone_of_new_clients(self) -> str | None:
        """Return the default time zone, or None if there is none.

        Raises:
            InvalidInput: it is no time zone. Only calls that need it fail.
        """
        return canonical_timezone(self.default_timezone) if self.default_timezone else None
