"""Filter of client lists."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from notifications.clients.audience import filters
from notifications.clients.audience.phone_search import phone_contains
from notifications.database.tables import client


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filter of a client list: clients that match all given fields.

    Attributes:
        search: digits of the phone.
        updated_since: clients that were created or changed at this time or later.
    """

    tag: str | None = None
    operator_code: str | None = None
    timezone: str | None = None
    search: str | None = None
    updated_since: datetime | None = None

    def conditions(self, connection: Connection) -> list[ColumnElement[bool]]:
        """Return the filter as conditions on the client table."""
        conditions = filters.conditions(
            connection,
            tags=[self.tag] if self.tag else [],
            operator_codes=[self.operator_code] if self.operator_code else [],
        )
        if self.timezone:
            conditions.append(client.c.timezone == self.timezone)
        if self.search:
            conditions.append(phone_contains(self.search))
        if self.updated_since:
            conditions.append(client.c.updated_at >= self.updated_since)
        return conditions
