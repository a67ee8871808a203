"""The limits that hold for the messages of a batch, by one read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from notifications.providers import health, quotas
from notifications.providers.quotas import CallQuota


@dataclass(frozen=True, slots=True)
class MailingRate:
    """Rate of a mailing in messages a second."""

    mailing_id: int
    max_rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for the messages of a batch.

    Attributes:
        provider: the provider's name.
        quota: quota of the whole batch while the provider has no limit; None if calls have to be taken.
        rates: rates of queued messages, by message id; nothing for mailings without a rate.
        unknown_rates: mailings with a rate whose row does not exist yet.
    """

    provider: str
    quota: CallQuota | None
    rates: Mapping[int, MailingRate]
    unknown_rates: Sequence[int]


_STATE = ", ".join(f"{each.table.name}.{each.name}" for each in health.COLUMNS)
_LIMITS = text(f"""
    SELECT {_STATE}, rated.*
    FROM (VALUES (1)) AS one
    LEFT JOIN provider ON provider.name = :provider
    LEFT JOIN provider_rate ON provider_rate.name = provider.name
    LEFT JOIN (
        SELECT m.id AS message_id, m.mailing_id, mailing.max_rate, known.mailing_id IS NULL AS is_unknown
        FROM message AS m
        JOIN mailing ON mailing.id = m.mailing_id
        LEFT JOIN mailing_rate AS known ON known.mailing_id = m.mailing_id
        WHERE m.id = ANY(CAST(:ids AS bigint[])) AND m.status = 'queued' AND mailing.max_rate IS NOT NULL
    ) AS rated ON true
""")  # noqa: S608 - names of columns


def read_limits(connection: Connection, ids: Sequence[int], *, provider: str, now: datetime) -> Limits:
    """Read the provider's state and the rates of the messages' mailings.

    The answer has one row if no message has a rate, otherwise one for each that has.
    """
    rows = connection.execute(_LIMITS, {"ids": list(ids), "provider": provider}).all()
    state = health.HEALTHY if rows[0].name is None else health.state_in(dict(rows[0]._mapping))
    rated = [row for row in rows if row.message_id is not None]
    return Limits(
        provider=provider,
        quota=quotas.unlimited_calls(*state, wanted=len(ids), now=now),
        rates={row.message_id: MailingRate(row.mailing_id, row.max_rate) for row in rated},
        unknown_rates=sorted({row.mailing_id for row in rated if row.is_unknown}),
    )
