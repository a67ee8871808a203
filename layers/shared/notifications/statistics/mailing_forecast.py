"""Forecast of when a mailing's open messages are sent, from its counts and the openings of its time zones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from notifications.clients.audience.counts import count_by_zone
from notifications.contracts.enumerations import GroupKind, MailingStatus
from notifications.mailings.mailing import Mailing, MailingSettings
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
    groups = _groups(row, _waiting(connection, row, by_timezone), now)
    busy = any(each.openings and each.openings[0].due_at <= now for each in groups)
    resumed = forecast(groups, (busy and rate) or row.max_rate or None)
    return replace(resumed, finishes_at=None, paused=True) if row.status == MailingStatus.PAUSED else resumed


def forecast_settings(settings: MailingSettings, by_zone: Mapping[str, int], now: datetime) -> Forecast:
    """Forecast a mailing that is not stored, at its maximum rate.

    Args:
        by_zone: numbers of clients by time zone.
    """
    return forecast(_groups(settings, by_zone, now), settings.max_rate)


def _groups(settings: MailingSettings, by_zone: Mapping[str, int], now: datetime) -> list[Waiting]:
    """Return the messages that wait, together for time zones whose windows open and close at the same times."""
    after, window = max(now, settings.starts_at), settings.send_window
    groups: dict[tuple[Opening, ...], int] = {}
    for zone, clients in by_zone.items():
        found = tuple(islice(openings(after, zone, window, settings.ends_at), OPENINGS_AHEAD))
        groups[found] = groups.get(found, 0) + clients
    return [Waiting(messages, found) for found, messages in groups.items()]


def _waiting(connection: Connection, row: Mailing, by_timezone: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Count open messages by time zone; before the mailing starts, the clients of its filter."""
    if row.status in (MailingStatus.DRAFT, MailingStatus.SCHEDULED):
        return count_by_zone(connection, tags=row.filter_tags, operator_codes=row.filter_operator_codes).by_zone
    return {each[GroupKind.TIMEZONE]: each["open"] for each in by_timezone if each["open"]}
