"""Forecast of when a mailing's open messages are sent, from its counts and the openings of its time zones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from notifications.clients.audience_count import count_by_zone
from notifications.contracts.enumerations import GroupKind, MailingStatus
from notifications.mailings.mailing import Mailing
from notifications.schedules.forecast import Forecast, Waiting, forecast
from notifications.schedules.send_windows import Opening, openings

# Openings of a time zone that a forecast looks at: three months of days.
OPENINGS_AHEAD = 92


def forecast_mailing(
    connection: Connection, row: Mailing, by_timezone: Sequence[dict[str, Any]], rate: float, now: datetime
) -> Forecast:
    """Forecast at the observed rate while sending, otherwise at the mailing's maximum rate.

    A paused mailing does not finish before it is resumed, so it has no finish.
    """
    after, window = max(now, row.starts_at), row.send_window
    groups: dict[tuple[Opening, ...], int] = {}
    for zone, clients in _waiting(connection, row, by_timezone).items():
        found = tuple(islice(openings(after, zone, window, row.ends_at), OPENINGS_AHEAD))
        groups[found] = groups.get(found, 0) + clients
    busy = any(found and found[0].due_at <= now for found in groups)
    resumed = forecast(
        [Waiting(messages, found) for found, messages in groups.items()], (busy and rate) or row.max_rate or None
    )
    return replace(resumed, finishes_at=None, paused=True) if row.status == MailingStatus.PAUSED else resumed


def _waiting(connection: Connection, row: Mailing, by_timezone: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Count open messages by time zone; before the mailing starts, the clients of its filter."""
    if row.status in (MailingStatus.DRAFT, MailingStatus.SCHEDULED):
        return count_by_zone(connection, tags=row.filter_tags, operator_codes=row.filter_operator_codes).by_zone
    return {each[GroupKind.TIMEZONE]: each["open"] for each in by_timezone if each["open"]}
