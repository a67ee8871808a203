"""Settings of the API, read from its environment."""

from pydantic import Field

from notifications.clients.erasure.hashes import ErasureSettings
from notifications.clients.imports.uploads import UploadSettings
from notifications.contracts.settings import ConsentSettings, DatabaseSettings, TextSettings
from notifications.jobs.job import AT_ONCE
from notifications.providers.catalog import ProviderSettings
from notifications.schedules.default_timezone import DefaultTimezoneSettings


class ApiSettings(
    DatabaseSettings,
    TextSettings,
    ConsentSettings,
    UploadSettings,
    ErasureSettings,
    DefaultTimezoneSettings,
    ProviderSettings,
):
    """The database, the functions that a change starts, the user pool, the providers, receipts, the size of a change.

    Attributes:
        changed_at_once: most messages or clients that a call changes without a job.
    """

    dispatcher_function_name: str
    importer_function_name: str
    user_pool_id: str
    receipt_queue_url: str
    receipt_secret_arn: str
    changed_at_once: int = Field(default=AT_ONCE, ge=1)
