"""Jobs, and the interface of the work of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from notifications.contracts.enumerations import JobKind, JobStatus
from notifications.contracts.phrases import Params
from notifications.contracts.problem_codes import ProblemCode

# More items than this are changed by a job: the call must answer long before the gateway gives up.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A stored job.

    Attributes:
        mailing_id: the mailing on which it works; None for none.
        params: what it is to do, as its kind reads it.
        cursor: position from which the next chunk continues; None before the first chunk.
        done, total: numbers of items; `total` is None if it is not known.
        result: numbers of items by what became of them.
        error, error_code, error_params: why it failed.
        tries: number of tries of the next chunk that have begun.
        actor, name: author of the job: the `sub` and the name of the token.
    """

    id: int
    kind: JobKind
    status: JobStatus
    mailing_id: int | None
    params: Mapping[str, Any]
    cursor: Any
    done: int
    total: int | None
    result: Mapping[str, int]
    error: str | None
    error_code: ProblemCode | None
    error_params: Params | None
    tries: int
    actor: str
    name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress that one chunk has made.

    Attributes:
        cursor: position from which the next chunk continues, as JSON.
        done: number of items of this chunk.
        result: numbers of items of this chunk by what became of them.
        is_complete: True if nothing is left to do.
    """

    cursor: Any
    done: int
    result: Mapping[str, int] = field(default_factory=dict)
    is_complete: bool = False


class RunChunk(Protocol):
    """Work of a kind of job."""

    def __call__(self, connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
        """Do the next chunk in the caller's transaction, which saves the progress too.

        Locks of the job's row come first, so a chunk must not lock rows that are locked before a job's row elsewhere:
        a mailing is one.

        Args:
            job: the job, with the cursor of the chunk before.
            size: largest number of items.

        Raises:
            Problem: the job cannot go on, ever. Any other exception is tried again.
        """


@dataclass(frozen=True, slots=True)
class Kind:
    """Work of a kind of job, and the number of items of a chunk: a tenth of a second of work or less."""

    run_chunk: RunChunk
    chunk_size: int


type Kinds = Mapping[JobKind, Kind]
