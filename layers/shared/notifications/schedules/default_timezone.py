"""The stack's time zone of new clients for whom none is given."""

from notifications.contracts.settings import Settings
from notifications.schedules.time_zones import canonical_timezone


class DefaultTimezoneSettings(Settings):
    """The default time zone.

    Attributes:
        default_timezone: time zone of new clients for whom none is given; empty if they are refused.
    """

    default_timezone: str = ""

    def zone_of_new_clients(self) -> str | None:
        """Return the default time zone, or None if there is none.

        Raises:
            InvalidInput: it is no time zone. Only calls that need it fail.
        """
        return canonical_timezone(self.default_timezone) if self.default_timezone else None
