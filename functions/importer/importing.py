"""Work of a job that imports a file: reads the whole file first, then stores its clients."""

from datetime import datetime

from sqlalchemy import Connection

from importer.position import Position
from importer.reading import Reader
from importer.storing import store
from notifications.contracts.enumerations import JobKind
from notifications.contracts.errors import InvalidInput
from notifications.jobs.job import Job, Kind, Kinds, Progress

# Rows of a part: a second or two of work, for which a change of one of its clients by the API may have to wait.
PART_ROWS = 10_000


class Importing:
    """Work of imports, over a reader of their files."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

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


def kinds(reader: Reader, *, part_rows: int = PART_ROWS) -> Kinds:
    """Return the kind of job that the importer works on.

    Args:
        reader: reads the uploaded files.
        part_rows: most rows of a part.
    """
    return {JobKind.IMPORT: Kind(Importing(reader).run_chunk, part_rows)}
