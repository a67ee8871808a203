"""Work of a job that imports a file: reads the whole file first, then stores its clients."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from importer.position import Position
from importer.reading import Reader
from importer.storing import store
from notifications.clients.imports.uploads import Uploads
from notifications.contracts.enumerations import JobKind
from notifications.contracts.errors import InvalidInput
from notifications.jobs.job import Job, Kind, Kinds, Progress

# Rows of a part: a second or two of work, for which a change of one of its clients by the API may have to wait.
PART_ROWS = 10_000


class Importing:
    """Work of imports, over the bucket of uploaded files.

    Args:
        uploads: the bucket.
        default_timezone: returns the time zone of new clients for whom none is given; None if their rows are refused.
        erasure_key: returns the key of the hashes of erased phones.
    """

    def __init__(
        self, uploads: Uploads, default_timezone: Callable[[], str | None], erasure_key: Callable[[], bytes]
    ) -> None:
        self._reader = Reader(uploads, default_timezone, erasure_key)

    def run_chunk(self, connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
        """Read or store the next part of an import.

        Raises:
            Problem: the file is refused, gone or replaced.
        """
        position = Position.of(job.cursor)
        if position.is_read:
            return store(connection, job, position, size=size, now=now)
        try:
            return self._reader.read(connection, job, position, size=size, now=now)
        except InvalidInput as error:
            # The rules of files are those of the API, where the file is the body.
            raise error.at("file") if error.field == "body" else error from None


def kinds(
    uploads: Uploads,
    default_timezone: Callable[[], str | None],
    erasure_key: Callable[[], bytes],
    *,
    part_rows: int = PART_ROWS,
) -> Kinds:
    """Return the kind of job that the importer works on.

    Args:
        uploads: the bucket of uploaded files.
        default_timezone: returns the time zone of new clients for whom none is given; None if their rows are refused.
        erasure_key: returns the key of the hashes of erased phones.
        part_rows: most rows of a part.
    """
    return {JobKind.IMPORT: Kind(Importing(uploads, default_timezone, erasure_key).run_chunk, part_rows)}
