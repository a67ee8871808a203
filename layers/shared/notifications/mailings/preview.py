"""Preview of a mailing that is not stored: its reach and send times, by the functions that plan it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from notifications.clients.attributes.values import placeholder_values
from notifications.clients.audience import filters
from notifications.clients.audience.counts import count_by_zone, count_default_timezones
from notifications.contracts.errors import MissingValue
from notifications.database.tables import client
from notifications.mailings import planning
from notifications.mailings.mailing import MailingSettings
from notifications.mailings.text_reach import TextReach, text_reach
from notifications.schedules.send_windows import openings
from notifications.texts.placeholders import Template
from notifications.texts.sms import Segments, count_segments

# Largest number of clients whose texts are rendered.
SAMPLED_TEXTS = 500
# Resolution of send times.
_SECOND = timedelta(seconds=1)
# Longer than the time between two openings of a window.
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Zone:
    """Clients of a time zone, with their first and last send times: None if no window opens before the end."""

    timezone: str
    clients: int
    first_send: datetime | None
    last_send: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Preview of a mailing.

    Attributes:
        default_timezones: number of clients whose time zone is the default one, since none was given.
        longest, typical: segments of the longest text, and of the text of median length.
        text: whom the text reaches.
        is_estimated: True if the numbers of clients are estimated from a sample.
        sampled_texts: number of clients whose text was rendered; None for all.
    """

    zones: Sequence[Zone]
    default_timezones: int
    longest: Segments
    typical: Segments
    text: TextReach
    is_estimated: bool
    sampled_texts: int | None

    @property
    def by_zone(self) -> Mapping[str, int]:
        """Return the numbers of clients by time zone."""
        return {zone.timezone: zone.clients for zone in self.zones}

    @property
    def audience(self) -> int:
        """Return the number of clients that the filter selects."""
        return sum(zone.clients for zone in self.zones)

    @property
    def unreachable(self) -> int:
        """Return the number of clients whose send window does not open before the end."""
        return sum(zone.clients for zone in self.zones if zone.first_send is None)


def preview(connection: Connection, settings: MailingSettings, *, now: datetime, max_segments: int) -> Preview:
    """Preview a mailing with these settings.

    Args:
        max_segments: largest number of SMS segments of a message.
    """
    tags, operator_codes = settings.filter_tags, settings.filter_operator_codes
    counted = count_by_zone(connection, tags=tags, operator_codes=operator_codes)
    defaults = count_default_timezones(connection, tags=tags, operator_codes=operator_codes)
    zones = list(_zones(settings, counted.by_zone, now))
    template = Template.parse(settings.text)
    same_for_all = not template.placeholders
    conditions = filters.conditions(connection, tags=tags, operator_codes=operator_codes)
    texts = _texts(connection, template, conditions, at_most=1 if same_for_all else SAMPLED_TEXTS)
    reach = text_reach(connection, settings, max_segments=max_segments)
    sizes = sorted((count_segments(each) for each in texts), key=lambda size: (size.count, size.units))
    return Preview(
        zones=zones,
        default_timezones=defaults.clients,
        longest=sizes[-1],
        typical=sizes[len(sizes) // 2],
        text=reach,
        is_estimated=counted.is_estimated or defaults.is_estimated or reach.is_estimated,
        sampled_texts=None if same_for_all or counted.total <= SAMPLED_TEXTS else SAMPLED_TEXTS,
    )


def _zones(settings: MailingSettings, clients: Mapping[str, int], now: datetime) -> Iterator[Zone]:
    begins = max(now, settings.starts_at)
    for zone, opening in planning.openings(settings, clients, after=begins).items():
        first = opening.due_at if opening else None
        yield Zone(zone, clients[zone], first, _last_send(settings, zone, begins) if first else None)


def _last_send(settings: MailingSettings, zone: str, begins: datetime) -> datetime:
    *_, last = openings(max(begins, settings.ends_at - _WEEK), zone, settings.send_window, settings.ends_at)
    return max(last.due_at, last.closes_at - _SECOND)


def _texts(
    connection: Connection, template: Template, conditions: Iterable[ColumnElement[bool]], *, at_most: int
) -> list[str]:
    """Return the text with the values of up to `at_most` clients, or with its defaults if it fits no client."""
    query = select(client.c.phone, client.c.operator_code, client.c.attributes).where(*conditions).limit(at_most)
    filled = list(_filled(template, (placeholder_values(*row) for row in connection.execute(query))))
    return filled or [template.render({each.name: each.default or "-" for each in template.placeholders})]


def _filled(template: Template, clients: Iterable[Mapping[str, str]]) -> Iterator[str]:
    for values in clients:
        try:
            yield template.render(values)
        except MissingValue:
            continue
