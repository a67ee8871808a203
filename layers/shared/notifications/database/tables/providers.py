"""State of each provider, incidents, and other times in which messages were held."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Interval,
    SmallInteger,
    Table,
    Text,
)

from notifications.contracts.enumerations import BreakerState, RatePhase
from notifications.database.tables.columns import id_column, json_or_null, metadata, moment, one_of

provider = Table(
    "provider",
    metadata,
    Column("name", Text, primary_key=True),
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
    moment("configured_at", default=True),
    moment("opened_at", nullable=True, comment="the breaker is open since then"),
    Column("weight", SmallInteger, comment="set by an admin; null: the configured one"),
    Column(
        "factor",
        Double,
        nullable=False,
        server_default="1",
        comment="by which failures lower the weight, 0.05 to 1",
    ),
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
    Column("provider", Text, comment="null: written by older code"),
    Index(None, "closed_at"),
)

# Pauses that have ended, and pauses that a provider has asked for. An incident holds its provider, too.
hold = Table(
    "hold",
    metadata,
    id_column(),
    Column("mailing_id", BigInteger, comment="null: a provider asked for it"),
    moment("begins_at"),
    moment("ends_at"),
    Column("provider", Text, comment="null: a mailing's, or written by older code"),
    Index(None, "mailing_id", "ends_at"),
)
