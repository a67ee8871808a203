"""Names of machine clients for the audit log, read from the Cognito user pool."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from notifications.contracts.observability import logger
from notifications.events.machine_clients import list_names

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Time without a further try after Cognito could not be read, because a caller waits for each.
RETRY_AFTER = timedelta(minutes=1)


class MachineNames:
    """Names of the user pool's app clients, kept for as long as the Lambda instance lives: a client keeps its name."""

    def __init__(self, cognito: "Callable[[], CognitoIdentityProviderClient]", pool: Callable[[], str]) -> None:
        self._cognito = cognito
        self._pool = pool
        self._names: dict[str, str] = {}
        self._next_try = datetime.min.replace(tzinfo=UTC)

    def name_of(self, client_id: str, *, now: datetime) -> str:
        """Return the name of a client, or its id while the name cannot be read."""
        if client_id not in self._names and now >= self._next_try:
            self._read(now)
        return self._names.get(client_id, client_id)

    def _read(self, now: datetime) -> None:
        try:
            self._names = list_names(self._cognito(), self._pool())
        except (BotoCoreError, ClientError):
            self._next_try = now + RETRY_AFTER
            logger.warning("Could not read the names of machine clients. The audit log has their ids.", exc_info=True)
