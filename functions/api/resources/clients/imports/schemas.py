"""Imports of files of any size."""

from typing import Annotated

from pydantic import Field

from api.fields import Country, Input, NextCursor, Output, Params, ShownMoment
from notifications.contracts.enumerations import JobStatus
from notifications.contracts.problem_codes import ProblemCode


class ImportInput(Input):
    """An import to create."""

    dry_run: Annotated[bool, Field(description="true: count and list the refused rows, but store nothing")] = False
    country: Country | None = None


class Import(Output):
    """An import of a file of any size, with its progress."""

    id: int
    status: Annotated[
        JobStatus,
        Field(
            description="`waiting`: for its file or its turn. A failed import has `error`, and a cancelled one keeps "
            "what it has stored"
        ),
    ]
    dry_run: bool
    country: Annotated[str | None, Field(description="country whose national writing of phones is accepted as well")]
    job_id: Annotated[int | None, Field(description="the job that does the work; null before the start")]
    rows: Annotated[
        int, Field(description="rows read; in the end the sum of `created`, `updated`, `refused` and `skipped`")
    ]
    created: Annotated[int, Field(description="clients created, or that would be in a dry run")]
    updated: Annotated[int, Field(description="known clients that have the values of the file now")]
    refused: Annotated[int, Field(description="invalid rows, which are not stored")]
    skipped: Annotated[int, Field(description="valid rows that are not stored, since a later row has their phone")]
    bytes_done: Annotated[int, Field(description="bytes of the file read; the clients are stored after the last one")]
    bytes_total: Annotated[int | None, Field(description="size of the file; null before the start")]
    error: Annotated[
        str | None, Field(description="why it failed, in English; programs read `error_code` and `error_params`")
    ]
    error_code: ProblemCode | None
    error_params: Params | None
    name: Annotated[str, Field(description="name of the author")]
    created_at: ShownMoment
    started_at: Annotated[ShownMoment | None, Field(description="start of the reading")]
    finished_at: Annotated[ShownMoment | None, Field(description="time at which it finished, failed or was cancelled")]


class UploadRequest(Output):
    """The request that uploads the file. It needs no token, since the URL has a signature that is valid for an hour."""

    method: Annotated[str, Field(examples=["PUT"])]
    url: str
    headers: Annotated[dict[str, str], Field(description="headers that the request must have")]


class CreatedImport(Import):
    """An import that waits for its file."""

    upload: UploadRequest


class ImportPage(Output):
    """A page of imports."""

    items: list[Import]
    next: NextCursor
