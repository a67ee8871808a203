"""Jobs, counts of errors by kind, and a mark on cancelled mailings that have no open messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"

_OPEN = "('pending', 'queued', 'sending')"
_SHARD = "mod(pg_backend_pid(), 16)"
_ADD = "DO UPDATE SET n = c.n + excluded.n"
_ATTRIBUTES = "CROSS JOIN LATERAL (VALUES ('timezone', timezone), ('operator_code', operator_code)) AS a (kind, value)"
_DELAY = """
    CASE status WHEN 'sent' THEN (ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400, 2147483647])[1 + width_bucket(
        CAST(extract(epoch FROM since - {late_from}) AS float8),
        CAST(ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400] AS float8[])
    )] ELSE 0 END
"""
_PLANNED = f"""
    INSERT INTO mailing_group AS c (mailing_id, kind, value, status, shard, n)
    SELECT mailing_id, kind, value, 'planned', {_SHARD}, sum(n)
    FROM {{moves}} {_ATTRIBUTES}
    GROUP BY mailing_id, kind, value ORDER BY mailing_id, kind, value
    ON CONFLICT (mailing_id, kind, value, status, shard) {_ADD};
"""
_ENDED = f"""
    INSERT INTO mailing_hour AS c (mailing_id, hour, status, delay, shard, n)
    SELECT mailing_id, date_trunc('hour', since, 'UTC') AS hour, status, {_DELAY} AS delay, {_SHARD}, sum(n)
    FROM {{moves}} WHERE status NOT IN {_OPEN}
    GROUP BY mailing_id, hour, status, delay HAVING sum(n) <> 0 ORDER BY mailing_id, hour, status, delay
    ON CONFLICT (mailing_id, hour, status, delay, shard) {_ADD};

    INSERT INTO mailing_group AS c (mailing_id, kind, value, status, shard, n)
    SELECT mailing_id, kind, value, status, {_SHARD}, sum(n)
    FROM {{moves}} {_ATTRIBUTES} WHERE status NOT IN {_OPEN}
    GROUP BY mailing_id, kind, value, status HAVING sum(n) <> 0 ORDER BY mailing_id, kind, value, status
    ON CONFLICT (mailing_id, kind, value, status, shard) {_ADD};
"""
_TEXTS = """
    SELECT mailing_id, last_error, sum(n) AS n, max(last_error_code) AS code,
           (array_agg(last_error_params) FILTER (WHERE last_error_params IS NOT NULL))[1] AS params
    FROM {moves} WHERE last_error IS NOT NULL AND status NOT IN ('sent', 'cancelled')
    GROUP BY mailing_id, last_error HAVING sum(n) <> 0 ORDER BY mailing_id, last_error
"""
_ADD_ERRORS = f"""
    ON CONFLICT (mailing_id, error, shard) {_ADD},
        code = COALESCE(c.code, excluded.code), params = COALESCE(c.params, excluded.params);
"""
_ERRORS_BY_TEXT = f"""
    INSERT INTO mailing_error AS c (mailing_id, error, shard, n, code, params)
    SELECT mailing_id, last_error, {_SHARD}, n, code, params FROM ({_TEXTS}) AS counted
    {_ADD_ERRORS}
"""
_ERRORS_BY_KIND = f"""
    INSERT INTO mailing_error AS c (mailing_id, error, shard, n, code, params)
    SELECT mailing_id, error, {_SHARD}, sum(n),
           CASE error WHEN 'other reasons' THEN 'other' ELSE max(code) END,
           CASE WHEN error <> 'other reasons' THEN (array_agg(params) FILTER (WHERE params IS NOT NULL))[1] END
    FROM (
        SELECT mailing_id, count_error_as(mailing_id, last_error, kind.error) AS error, n, code, kind.params
        FROM ({_TEXTS}) AS counted CROSS JOIN LATERAL error_kind(last_error, counted.params) AS kind
    ) AS counted
    GROUP BY mailing_id, error HAVING sum(n) <> 0 ORDER BY mailing_id, error
    {_ADD_ERRORS}
"""
_PACE = f"""
    INSERT INTO mailing_pace AS c (mailing_id, slot, shard, minute, n, since)
    SELECT mailing_id, mod(CAST(extract(minute FROM since) AS int), 3) AS slot, {_SHARD},
           date_trunc('minute', since, 'UTC') AS minute, sum(n), min(since)
    FROM {{moves}} WHERE status = 'sent' GROUP BY mailing_id, slot, minute ORDER BY mailing_id, slot
    ON CONFLICT (mailing_id, slot, shard) DO UPDATE SET
        minute = excluded.minute, n = excluded.n + CASE WHEN c.minute = excluded.minute THEN c.n ELSE 0 END,
        since = CASE WHEN c.minute = excluded.minute THEN LEAST(c.since, excluded.since) ELSE excluded.since END;
"""
_TELLS = f"WHERE status NOT IN {_OPEN} OR last_error IS NOT NULL"
_OF_MAILINGS = "WHERE mailing_id IS NOT NULL"
# Words from outside: every word with a digit in it becomes an ellipsis, but the status of `HTTP 503: …`.
_WITHOUT_IDS = r"""
    CREATE FUNCTION without_ids(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(words, '(?<!^HTTP )\m[\w.+/-]*\d[\w.+/-]*=*', '…', 'g')
"""
# A text has words from outside if its code has no parameters, or the parameter `error`, or a reason that has them.
_ERROR_KIND = """
    CREATE FUNCTION error_kind(INOUT error text, INOUT params jsonb)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        inner_text text = params #>> '{reason,text}';
        inner_kind record;
    BEGIN
        IF inner_text IS NOT NULL THEN
            SELECT * INTO inner_kind FROM error_kind(inner_text, params #> '{reason,params}');
            error = replace(error, inner_text, inner_kind.error);
            params = jsonb_set(params, '{reason,text}', to_jsonb(inner_kind.error));
            params = jsonb_set(params, '{reason,params}', COALESCE(inner_kind.params, '{}'));
        ELSIF COALESCE(params, '{}') = '{}' THEN
            error = without_ids(error);
        ELSIF params ? 'error' THEN
            error = without_ids(error);
            params = jsonb_set(params, '{error}', to_jsonb(without_ids(params ->> 'error')));
        END IF;
        error = left(error, 300);
    END $$
"""
# Before this revision, errors were counted by their texts. One that has such a count keeps it: what is subtracted must
# equal what was added. Null: neither the text nor its kind has a count of its own.
_ERROR_COUNTED_AS = """
    CREATE FUNCTION error_counted_as(of_mailing bigint, last_error text, kind text) RETURNS text
    LANGUAGE sql STABLE
    RETURN CASE
        WHEN EXISTS (SELECT FROM mailing_error AS c WHERE c.mailing_id = of_mailing AND c.error = last_error)
        THEN last_error
        WHEN EXISTS (SELECT FROM mailing_error_kind AS k WHERE k.mailing_id = of_mailing AND k.error = kind)
        THEN kind END
"""
# A kind that once was among the others stays so, since kinds are never deleted. Two writers that bring a new kind take
# turns, so that both see the same kinds: at most a hundred times a mailing.
_COUNT_ERROR_AS = """
    CREATE FUNCTION count_error_as(of_mailing bigint, last_error text, kind text) RETURNS text
    LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
        known text = error_counted_as(of_mailing, last_error, kind);
    BEGIN
        IF known IS NOT NULL THEN RETURN known; END IF;
        IF (SELECT count(*) FROM mailing_error_kind WHERE mailing_id = of_mailing) >= 100 THEN
            RETURN 'other reasons';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('mailing_error_kind', of_mailing));
        INSERT INTO mailing_error_kind (mailing_id, error)
        SELECT of_mailing, kind WHERE (SELECT count(*) FROM mailing_error_kind WHERE mailing_id = of_mailing) < 100
        ON CONFLICT DO NOTHING;
        RETURN COALESCE(error_counted_as(of_mailing, last_error, kind), 'other reasons');
    END $$
"""


def upgrade() -> None:
    """Apply."""
    _create_job()
    op.create_table(
        "mailing_error_kind",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=False, comment="the error without digits and ids"),
        sa.PrimaryKeyConstraint("mailing_id", "error", name="mailing_error_kind_pkey"),
    )
    for function in (_WITHOUT_IDS, _ERROR_KIND, _ERROR_COUNTED_AS, _COUNT_ERROR_AS):
        op.execute(function)
    op.execute(_functions(_ERRORS_BY_KIND))
    settled: sa.Column[bool] = sa.Column(
        "settled", sa.Boolean(), server_default=sa.false(), nullable=False, comment="cancelled, and no message is open"
    )
    op.add_column("mailing", settled)


def downgrade() -> None:
    """Take back."""
    op.drop_column("mailing", "settled")
    op.execute(_functions(_ERRORS_BY_TEXT))
    for function in (
        "count_error_as(bigint, text, text)",
        "error_counted_as(bigint, text, text)",
        "error_kind(text, jsonb)",
        "without_ids(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("mailing_error_kind")
    op.drop_table("job")


def _create_job() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), comment="null: works on no mailing"),
        sa.Column("params", JSONB(), nullable=False, comment="what it is to do, as its kind reads it"),
        sa.Column("cursor", JSONB(), comment="where the next chunk continues; null before the first"),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), comment="null: not known"),
        sa.Column(
            "result", JSONB(), server_default="{}", nullable=False, comment="numbers of items by what became of them"
        ),
        sa.Column("error", sa.Text()),
        sa.Column("error_code", sa.Text(), comment="notifications.contracts.problem_codes.ProblemCode"),
        sa.Column("error_params", JSONB()),
        sa.Column(
            "tries", sa.SmallInteger(), server_default="0", nullable=False, comment="begun tries of the next chunk"
        ),
        sa.Column("lease_until", moment, comment="no dispatcher begins a chunk before; null: free"),
        sa.Column("actor", sa.Text(), nullable=False, comment="the sub of the author's token"),
        sa.Column("name", sa.Text(), nullable=False, comment="the author's name, as the token gives it"),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("finished_at", moment),
        sa.Column(
            "turn_at",
            moment,
            server_default=sa.func.now(),
            nullable=False,
            comment="its last turn; the job that has waited longest comes next",
        ),
        sa.CheckConstraint("kind IN ('retry', 'resolve')", name="job_kind_check"),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'finished', 'failed', 'cancelled')", name="job_status_check"
        ),
        sa.PrimaryKeyConstraint("id", name="job_pkey"),
    )
    op.create_index("job_mailing_id_id_idx", "job", ["mailing_id", "id"])
    op.create_index("job_finished_at_idx", "job", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL"))
    unended = sa.text("status IN ('waiting', 'running')")
    op.create_index("job_turn_idx", "job", ["turn_at", "id"], postgresql_where=unended)


def _functions(errors: str) -> str:
    new = f"(SELECT *, 1 AS n FROM became {_OF_MAILINGS}) AS moves"
    moves = f"(SELECT *, 1 AS n FROM became {_OF_MAILINGS} UNION ALL SELECT *, -1 FROM was {_OF_MAILINGS}) AS moves"
    late_from = "COALESCE(sendable_at, due_at)"
    return f"""
        CREATE OR REPLACE FUNCTION count_planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_PLANNED.format(moves=new)}
            IF EXISTS (SELECT FROM became {_TELLS}) THEN
                {_ENDED.format(moves=new, late_from="due_at")}
                {errors.format(moves=new)}
            END IF;
            RETURN NULL;
        END $$;
        CREATE OR REPLACE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
                {_ENDED.format(moves=moves, late_from=late_from)}
                {errors.format(moves=moves)}
                {_PACE.format(moves=moves)}
            END IF;
            RETURN NULL;
        END $$;
    """
