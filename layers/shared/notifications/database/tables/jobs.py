"""Jobs: long work in resumable chunks."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind, JobStatus
from notifications.database.tables.columns import id_column, json_or_null, metadata, moment, one_of, sql_list

job = Table(
    "job",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=JobStatus.WAITING),
    Column("mailing_id", BigInteger, comment="null: works on no mailing"),
    Column("params", JSONB, nullable=False, comment="what it is to do, as its kind reads it"),
    Column("cursor", json_or_null(), comment="where the next chunk continues; null before the first"),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, comment="null: not known"),
    Column("result", JSONB, nullable=False, server_default="{}", comment="numbers of items by what became of them"),
    Column("error", Text),
    Column("error_code", Text, comment="notifications.contracts.problem_codes.ProblemCode"),
    Column("error_params", json_or_null()),
    Column("tries", SmallInteger, nullable=False, server_default="0", comment="begun tries of the next chunk"),
    moment("lease_until", nullable=True, comment="no dispatcher begins a chunk before; null: free"),
    Column("actor", Text, nullable=False, comment="the sub of the author's token"),
    Column("name", Text, nullable=False, comment="the author's name, as the token gives it"),
    moment("created_at"),
    moment("started_at", nullable=True),
    moment("finished_at", nullable=True),
    moment("turn_at", default=True, comment="its last turn; the job that has waited longest comes next"),
    one_of("kind", JobKind),
    one_of("status", JobStatus),
    Index(None, "mailing_id", "id"),
    Index(None, "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    Index("job_turn_idx", "turn_at", "id", postgresql_where=text(f"status IN {sql_list(OPEN_JOB_STATUSES)}")),
)
