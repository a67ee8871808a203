"""Imports of files of any size: create, start, read and page them, and list the rows that were not stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, insert, select, update

from notifications.clients.imports.uploads import UPLOAD_KEPT, Upload
from notifications.contracts.enumerations import JobKind, JobStatus
from notifications.contracts.errors import Conflict, NotFound, Problem
from notifications.contracts.phrases import Params
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.tables import client_import, job
from notifications.events.audit import Author
from notifications.jobs import repository as jobs

ORDERS = {"id": Order([client_import.c.id]), "-id": Order([client_import.c.id], descending=True)}

_EXPIRED = Problem(ProblemCode.UPLOAD_EXPIRED, hours=UPLOAD_KEPT.total_seconds() // 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import with its progress.

    Attributes:
        upload_key: key of the uploaded file.
        job_id: the job that does the work; None before the start.
        country: country whose national writing of phones is accepted as well.
        rows: rows that have been read; `created`, `updated`, `refused` and `skipped` add up to it in the end.
        bytes_total: size of the file; None before the start.
    """

    id: int
    upload_key: str
    job_id: int | None
    status: JobStatus
    dry_run: bool
    country: str | None
    rows: int
    created: int
    updated: int
    refused: int
    skipped: int
    bytes_done: int
    bytes_total: int | None
    error: str | None
    error_code: ProblemCode | None
    error_params: Params | None
    name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


_COUNTS = ("rows", "created", "updated", "refused", "skipped")
_OWN = ("id", "upload_key", "job_id", "dry_run", "country", "name", "created_at")
_OF_JOB = ("status", "params", "cursor", "result", "error", "error_code", "error_params", "started_at", "finished_at")


def _select() -> Select[Any]:
    joined = client_import.outerjoin(job, job.c.id == client_import.c.job_id)
    return select(*(client_import.c[name] for name in _OWN), *(job.c[name] for name in _OF_JOB)).select_from(joined)


def _read(row: Row[Any], now: datetime) -> Import:
    values = dict(row._mapping)
    params, cursor, result = (values.pop(name) or {} for name in ("params", "cursor", "result"))
    if row.job_id is None:
        values |= _read_not_started(row, now)
    code = values["error_code"]
    return Import(
        **values | {"status": JobStatus(values["status"]), "error_code": code and ProblemCode(code)},
        **{name: result.get(name, 0) for name in _COUNTS},
        bytes_done=cursor.get("bytes_done", 0),
        bytes_total=params.get("size"),
    )


def _read_not_started(row: Row[Any], now: datetime) -> Mapping[str, Any]:
    if now < row.created_at + UPLOAD_KEPT:
        return {"status": JobStatus.WAITING}
    error = {"error": str(_EXPIRED), "error_code": _EXPIRED.code, "error_params": _EXPIRED.params}
    return {"status": JobStatus.FAILED, "finished_at": row.created_at + UPLOAD_KEPT, **error}


def create(
    connection: Connection, *, dry_run: bool, country: str | None = None, author: Author, now: datetime
) -> Import:
    """Store a new import, which waits for its file."""
    own = {"upload_key": f"imports/{uuid4()}", "dry_run": dry_run, "country": country}
    values = insert(client_import).values(**own, name=author.name, created_at=now)
    made = connection.execute(values.returning(client_import.c.id)).scalar_one()
    return get(connection, made, now=now)


def get(connection: Connection, import_id: int, *, now: datetime, lock: bool = False) -> Import:
    """Return the import with an id.

    Args:
        lock: lock its row until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = _select().where(client_import.c.id == import_id)
    row = connection.execute(query.with_for_update(of=client_import) if lock else query).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.IMPORT_NOT_FOUND, import_id=import_id)
    return _read(row, now)


def page(connection: Connection, *, now: datetime, order: Order, after: Key | None, limit: int) -> Sequence[Import]:
    """Return at most `limit` imports."""
    return [_read(row, now) for row in connection.execute(order.page(_select(), after=after, limit=limit))]


def start(connection: Connection, waiting: Import, upload: Upload | None, *, author: Author, now: datetime) -> Import:
    """Create the job of an import that the caller has locked and that has none.

    Args:
        upload: the uploaded file; None if there is none.

    Raises:
        Conflict: nothing has been uploaded, or the time to start is over.
    """
    if waiting.status != JobStatus.WAITING:
        raise Conflict(_EXPIRED.code, **_EXPIRED.params)
    if upload is None:
        raise Conflict(ProblemCode.UPLOAD_MISSING)
    params = {
        "import_id": waiting.id,
        "key": waiting.upload_key,
        "version": upload.version,
        "size": upload.size,
        "dry_run": waiting.dry_run,
        "country": waiting.country,
    }
    made = jobs.create(connection, JobKind.IMPORT, params, author=author, now=now)
    connection.execute(update(client_import).where(client_import.c.id == waiting.id).values(job_id=made.id))
    return get(connection, waiting.id, now=now)
