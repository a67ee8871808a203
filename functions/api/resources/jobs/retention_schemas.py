"""Retention of rows."""

from typing import Annotated

from pydantic import Field

from api.fields import Output, ShownMoment
from notifications.contracts.enumerations import JobStatus, RetentionSubject


class KeptRows(Output):
    """Rows of one kind."""

    subject: Annotated[
        RetentionSubject,
        Field(
            description="`messages` of mailings and outside them; `texts` as they were sent; `attempts` to send; "
            "`imports` of files, with their refused rows; `idempotency_keys` with their answers; `holds`: pauses; "
            "`former_clients`: phones of deleted clients with messages; `replies` of people, kept as long as messages"
        ),
    ]
    days: Annotated[
        int, Field(description="days for which they are kept after their end; 0 until nothing refers to them any more")
    ]
    removed: Annotated[int, Field(description="rows that the newest removal has removed")]


class Retention(Output):
    """Periods for which rows are kept, and the newest removal."""

    items: list[KeptRows]
    job_id: Annotated[int | None, Field(description="job of the newest removal; null before the first")]
    status: JobStatus | None
    started_at: ShownMoment | None
    finished_at: ShownMoment | None
