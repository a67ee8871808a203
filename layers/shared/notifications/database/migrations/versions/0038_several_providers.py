"""State, incidents and pauses of each provider, and the provider of each message and attempt."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0038"
down_revision = "0035"

# As in 0016, but a time counts only if all providers were held then. A provider counts from its configuration on.
# Rows without a provider are those of the version before, which had one.
_HELD_TIME = """
    CREATE OR REPLACE FUNCTION held_time(of_mailing bigint, begins timestamptz, ends timestamptz) RETURNS interval
    LANGUAGE sql STABLE
    RETURN (
        WITH held AS MATERIALIZED (
            SELECT mailing_id, provider, tstzrange(GREATEST(begins_at, begins), LEAST(ends_at, ends)) AS span
            FROM (
                SELECT mailing_id, provider, begins_at, ends_at FROM hold
                WHERE (hold.mailing_id = of_mailing OR hold.mailing_id IS NULL) AND ends_at > begins
                UNION ALL
                SELECT NULL, provider, opened_at, COALESCE(closed_at, ends)
                FROM incident WHERE closed_at IS NULL OR closed_at > begins
            ) AS hold (mailing_id, provider, begins_at, ends_at)
            WHERE begins_at < ends AND begins_at < ends_at
        ),
        of_providers AS (
            SELECT range_intersect_agg(spans) AS spans
            FROM (
                SELECT tstzmultirange(tstzrange(NULL, configured_at)) + COALESCE(range_agg(span), '{}') AS spans
                FROM provider LEFT JOIN held
                ON held.mailing_id IS NULL AND (held.provider = provider.name OR held.provider IS NULL)
                GROUP BY name
            ) AS of_provider
        )
        SELECT COALESCE(sum(upper(span) - lower(span)), CAST('0' AS interval))
        FROM unnest(
            COALESCE((SELECT range_agg(span) FROM held WHERE mailing_id IS NOT NULL), '{}')
            + COALESCE((SELECT range_agg(span) FROM held WHERE mailing_id IS NULL), '{}')
            * COALESCE((SELECT spans FROM of_providers), '{(,)}')
        ) AS span
    )
"""
_HELD_TIME_BEFORE = """
    CREATE OR REPLACE FUNCTION held_time(of_mailing bigint, begins timestamptz, ends timestamptz) RETURNS interval
    LANGUAGE sql STABLE
    RETURN (
        SELECT COALESCE(sum(upper(held) - lower(held)), CAST('0' AS interval))
        FROM unnest((
            SELECT range_agg(tstzrange(GREATEST(begins_at, begins), LEAST(ends_at, ends)))
            FROM (
                SELECT begins_at, ends_at FROM hold
                WHERE (hold.mailing_id = of_mailing OR hold.mailing_id IS NULL) AND ends_at > begins
                UNION ALL
                SELECT opened_at, COALESCE(closed_at, ends) FROM incident WHERE closed_at IS NULL OR closed_at > begins
            ) AS hold (begins_at, ends_at)
            WHERE begins_at < ends AND begins_at < ends_at
        )) AS held
    )
"""
_COMMENTS: Sequence[tuple[str, str, TypeEngine[Any], str, str | None]] = [
    ("provider", "name", sa.Text(), "the provider in use: there is one row at most", None),
    ("hold", "mailing_id", sa.BigInteger(), "null: the provider held all messages", "null: a provider asked for it"),
]


def upgrade() -> None:
    """Add the columns, name the provider of earlier incidents and pauses, and replace the function."""
    for table, comment in (
        ("message", "of the last claim; null: never claimed, or by older code"),
        ("attempt", "null: written by older code"),
        ("incident", "null: written by older code"),
        ("hold", "null: a mailing's, or written by older code"),
    ):
        op.add_column(table, sa.Column("provider", sa.Text(), comment=comment))
    op.add_column(
        "provider", sa.Column("configured_at", sa.DateTime(True), server_default=sa.func.now(), nullable=False)
    )
    op.add_column("provider", sa.Column("opened_at", sa.DateTime(True), comment="the breaker is open since then"))
    op.add_column(
        "provider", sa.Column("weight", sa.SmallInteger(), comment="set by an admin; null: the configured one")
    )
    factor = "by which failures lower the weight, 0.05 to 1"
    op.add_column("provider", sa.Column("factor", sa.Double(), server_default="1", nullable=False, comment=factor))
    for table, column, kind, before, after in _COMMENTS:
        op.alter_column(table, column, existing_type=kind, existing_comment=before, comment=after)
    op.execute("UPDATE incident SET provider = (SELECT min(name) FROM provider)")
    op.execute("UPDATE hold SET provider = (SELECT min(name) FROM provider) WHERE mailing_id IS NULL")
    op.execute(_HELD_TIME)


def downgrade() -> None:
    """Restore the function and drop the columns."""
    op.execute(_HELD_TIME_BEFORE)
    for table, column, kind, before, after in _COMMENTS:
        op.alter_column(table, column, existing_type=kind, existing_comment=after, comment=before)
    for column in ("factor", "weight", "opened_at", "configured_at"):
        op.drop_column("provider", column)
    for table in ("hold", "incident", "attempt", "message"):
        op.drop_column(table, "provider")
