"""Jobs."""

from typing import Annotated

from pydantic import Field

from api.fields import NextCursor, Output, Params, ShownMoment
from notifications.contracts.enumerations import JobKind, JobStatus
from notifications.contracts.problem_codes import ProblemCode


class Job(Output):
    """Long work in chunks, with its progress."""

    id: int
    kind: JobKind
    status: Annotated[
        JobStatus,
        Field(
            description="`waiting` and `running` change by themselves; what a cancelled or failed job has done stays"
        ),
    ]
    mailing_id: Annotated[int | None, Field(description="the mailing on which it works; null for none")]
    done: Annotated[int, Field(description="number of items done")]
    total: Annotated[int | None, Field(description="number of items; null if it is not known")]
    result: Annotated[
        dict[str, int],
        Field(description="numbers of items by what became of them; for messages by their new status"),
    ]
    error: Annotated[
        str | None, Field(description="why it failed, in English; programs read `error_code` and `error_params`")
    ]
    error_code: ProblemCode | None
    error_params: Params | None
    name: Annotated[str, Field(description="name of the author")]
    created_at: ShownMoment
    started_at: Annotated[ShownMoment | None, Field(description="start of the first chunk")]
    finished_at: Annotated[ShownMoment | None, Field(description="time at which it finished, failed or was cancelled")]


class JobPage(Output):
    """A page of jobs."""

    items: list[Job]
    next: NextCursor
