"""First half of an import: reads the file in parts, and stages its valid rows.

A file that is refused as a whole, such as one with a quote that is not closed, is refused before a client is stored.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, text

from importer.position import Position
from importer.uploaded_file import UploadedFile
from notifications.clients.client import NewClient
from notifications.clients.erasure import erased_phones
from notifications.clients.imports import refusals
from notifications.clients.imports.csv_format import Rules
from notifications.clients.imports.parsed_clients import Refused, refusal, too_many
from notifications.clients.imports.uploads import Uploads
from notifications.clients.phones import operator_code_of
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs.job import Job, Progress

_COPY = """
    COPY import_row (
        import_id, line, phone, operator_code, phone_code, timezone, has_default_timezone, tags, attributes,
        consent_at, consent_source
    ) FROM STDIN
"""
_COUNT = text("SELECT count(*) FROM import_row WHERE import_id = :import_id")
_CLEAR = text("DELETE FROM import_row WHERE import_id = :import_id")


class Reader:
    """Reads files in parts. A file stays open between two parts.

    Args:
        uploads: the bucket.
        default_timezone: returns the time zone of new clients for whom none is given; None if their rows are refused.
        erasure_key: returns the key of the hashes of erased phones.
    """

    def __init__(
        self, uploads: Uploads, default_timezone: Callable[[], str | None], erasure_key: Callable[[], bytes]
    ) -> None:
        self._uploads, self._default_timezone, self._erasure_key = uploads, default_timezone, erasure_key
        self._open: dict[int, UploadedFile] = {}

    def read(self, connection: Connection, job: Job, position: Position, *, size: int, now: datetime) -> Progress:
        """Stage the next rows.

        Raises:
            Problem: the file is refused, gone or replaced.
        """
        # A part that fails leaves the file at another position, and the next one opens it again.
        file = self._open.pop(job.id, None)
        if file is None or file.offset != position.offset:
            rules = Rules(job.params["country"], self._default_timezone(), now)
            file = UploadedFile(self._uploads, job.params, position, rules)
        staged, refused, count = _parse(file, size, behind=position.phone)
        staged, erased = _split_erased(connection, staged, self._erasure_key())
        refused += erased
        import_id = job.params["import_id"]
        _stage(connection, import_id, staged)
        refusals.add(connection, import_id, refused)
        following = replace(
            position,
            offset=file.offset,
            bytes_done=file.bytes_done,
            line=file.line,
            separator=file.separator,
            columns=file.header.columns,
            rows=position.rows + count,
            refused=position.refused + len(refused),
            staged=position.staged + len(staged),
            is_read=count < size,
        )
        _require_few_refused(connection, import_id, following)
        if not following.is_read:
            self._open[job.id] = file
        elif connection.execute(_COUNT, {"import_id": import_id}).scalar_one() != following.staged:
            return restart(connection, job, following, more={"rows": count, "refused": len(refused)})
        return Progress(cursor=following.as_json(), done=0, result={"rows": count, "refused": len(refused)})


def restart(connection: Connection, job: Job, position: Position, *, more: dict[str, int] | None = None) -> Progress:
    """Begin to read the file again, since a crash of the database has emptied the unlogged table of staged rows.

    Clients that have been stored are neither stored nor counted again.

    Args:
        more: counts of the part that is being read, which are not in the job's result yet.
    """
    connection.execute(_CLEAR, {"import_id": job.params["import_id"]})
    counted = more or {}
    taken_back = {
        "rows": counted.get("rows", 0) - position.rows,
        "refused": counted.get("refused", 0) - position.refused,
    }
    return Progress(cursor=Position(phone=position.phone).as_json(), done=0, result=taken_back)


def _parse(file: UploadedFile, size: int, *, behind: str) -> tuple[list[tuple[int, NewClient]], list[Refused], int]:
    """Parse the next rows.

    Args:
        file: the open file.
        size: largest number of rows.
        behind: valid rows are left out unless their phone is greater.

    Returns:
        The valid rows with their lines, the invalid rows, and the number of all rows.
    """
    parse, count = file.header.parser(file.rules), 0
    valid, refused = list[tuple[int, NewClient]](), list[Refused]()
    for row in islice(file.rows, size):
        count += 1
        new = parse(row)
        if isinstance(new, InvalidInput):
            refused.append(refusal(row.line, new))
        elif new.phone > behind:
            valid.append((row.line, new))
    return valid, refused, count


def _split_erased(
    connection: Connection, rows: Sequence[tuple[int, NewClient]], key: bytes
) -> tuple[list[tuple[int, NewClient]], list[Refused]]:
    """Return the rows without those of erased people, and these as rejected rows."""
    erased = erased_phones.erased(connection, key, {new.phone for _, new in rows})
    reason = InvalidInput("phone", ProblemCode.PHONE_ERASED)
    refused = [refusal(line, reason) for line, new in rows if new.phone in erased]
    return [(line, new) for line, new in rows if new.phone not in erased], refused


def _stage(connection: Connection, import_id: int, rows: Sequence[tuple[int, NewClient]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for line, new in rows:
            copy.write_row(
                (
                    import_id,
                    line,
                    new.phone,
                    new.operator_code,
                    operator_code_of(new.phone),
                    new.timezone,
                    new.has_default_timezone,
                    "|".join(new.tags),
                    json.dumps(new.attributes) if new.attributes else "{}",
                    new.consent_at,
                    new.consent_source,
                )
            )


def _require_few_refused(connection: Connection, import_id: int, position: Position) -> None:
    if position.refused > refusals.MAX_REFUSED_ROWS:
        (first,) = refusals.page(connection, import_id, order=refusals.ORDERS["line"], after=None, limit=1)
        raise too_many(first, refusals.MAX_REFUSED_ROWS).at("file")
