"""State of the provider in use, its incidents, and other times in which messages were held."""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, Interval, Table, Text

from notifications.contracts.enumerations import BreakerState, RatePhase
from notifications.database.tables.columns import id_column, json_or_null, metadata, moment, one_of

provider = Table(
    "provider",
    metadata,
    Column("name", Text, primary_key=True, comment="the provider in use: there is one row at most"),
    Column("state", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    moment("counted_from", nullable=True),
    Column("pause", Interval, nullable=False),
    moment("probe_at", nullable=True),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("reason_params", json_or_null()),
    Column("rate", Double, nullable=False, comment="messages a second, as of cut_at"),
    moment("cut_at", nullable=True),
    moment("hold_until", nullable=True),
    moment("next_call_at", nullable=True),
    moment("next_release_at", nullable=True),
    one_of("state", BreakerState),
)

# Measurements of the rate limiter. Not columns of `provider`: the version before reads `provider.*` by prepared
# statements, which would fail.
provider_rate = Table(
    "provider_rate",
    metadata,
    Column("name", ForeignKey("provider.name", ondelete="CASCADE"), primary_key=True),
    Column("phase", Text, nullable=False),
    moment("measured_from", nullable=True),
    Column("accepted", Integer, nullable=False),
    Column("throttled", Integer, nullable=False),
    moment("probe_due_at", nullable=True),
    Column("good_rate", Double, nullable=False),
    moment("good_at", nullable=True),
    Column("share", Double, nullable=False),
    Column("share_rate", Double, nullable=False),
    Column("tolerated", Double, nullable=False),
    moment("tolerated_until", nullable=True),
    Column("growth", Double, nullable=False),
    Column("noise", Double, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    one_of("phase", RatePhase),
)

incident = Table(
    "incident",
    metadata,
    id_column(),
    moment("opened_at"),
    moment("closed_at", nullable=True),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("reason_params", json_or_null()),
    Index(None, "closed_at"),
)

# Pauses that have ended, and pauses that the provider has asked for. Incidents hold all messages, too.
hold = Table(
    "hold",
    metadata,
    id_column(),
    Column("mailing_id", BigInteger, comment="null: the provider held all messages"),
    moment("begins_at"),
    moment("ends_at"),
    Index(None, "mailing_id", "ends_at"),
)
