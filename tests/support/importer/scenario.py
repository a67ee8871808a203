"""Scenario for the importer: files in a bucket, and runs that may die."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, text

from importer.importing import kinds
from importer.reading import Reader
from notifications.clients.imports import refusals
from notifications.clients.imports import repository as imports
from notifications.clients.imports.parsed_clients import Refused
from notifications.clients.imports.repository import Import
from notifications.clients.imports.uploads import Uploads
from notifications.database.tables import metadata
from notifications.jobs import runner
from tests.support.functions.api import ERASURE_KEY
from tests.support.importer.fake_s3 import FakeS3
from tests.support.mailings.planned import AUTHOR
from tests.support.proofs.model_collaborators import KillAtCommit, ProcessKilled


@dataclass
class ImportScenario:
    """Imports of uploaded files.

    Attributes:
        part_rows: most rows of a part.
        default_timezone: time zone of new clients for whom the file has none.
    """

    engine: Engine
    s3: FakeS3 = field(default_factory=FakeS3)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    part_rows: int = 3
    default_timezone: str | None = None

    @property
    def uploads(self) -> Uploads:
        return Uploads(lambda: cast("Any", self.s3), lambda: "uploads")

    def reset(self) -> None:
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        with self.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))

    def start(self, body: bytes | str, *, dry_run: bool = False, country: str | None = None) -> int:
        """Upload a file, and start its import."""
        with self.engine.begin() as connection:
            made = imports.create(connection, dry_run=dry_run, country=country, author=AUTHOR, now=self.now)
        self.s3.objects[made.upload_key] = body.encode() if isinstance(body, str) else body
        with self.engine.begin() as connection:
            upload = self.uploads.find(made.upload_key)
            return imports.start(connection, made, upload, author=AUTHOR, now=self.now).id

    def run(self, *, parts: int | None = None) -> int:
        """Run an importer until nothing is left to do, and return the number of its parts."""
        reader = Reader(self.uploads, lambda: self.default_timezone, lambda: ERASURE_KEY)
        work = kinds(reader, part_rows=self.part_rows)
        done = 0
        while done != parts and runner.run_next(self.engine, work, now=self.now) is not None:
            done += 1
        return done

    def run_killed_at(self, commit: int) -> bool:
        """Run an importer that dies at a commit. Return False if it has ended before."""
        with self._killed_at(commit):
            try:
                self.run()
            except ProcessKilled:
                self.now += timedelta(minutes=2)
                return True
        return False

    @contextmanager
    def _killed_at(self, commit: int) -> Iterator[None]:
        kill = KillAtCommit(commit)
        kill.over(self.engine)
        try:
            yield
        finally:
            kill.leave(self.engine)

    def get(self, import_id: int) -> Import:
        with self.engine.connect() as connection:
            return imports.get(connection, import_id, now=self.now)

    def counts(self, import_id: int) -> tuple[int, int, int, int, int]:
        """Return the numbers of rows: all, created, updated, refused and skipped."""
        found = self.get(import_id)
        return found.rows, found.created, found.updated, found.refused, found.skipped

    def refused(self, import_id: int) -> Sequence[Refused]:
        with self.engine.connect() as connection:
            return refusals.page(connection, import_id, order=refusals.ORDERS["line"], after=None, limit=1_000)

    def clients(self) -> list[tuple[Any, ...]]:
        """Return the clients with their tags, in the order of their phones."""
        query = text("""
            SELECT phone, operator_code, timezone, attributes, ARRAY(
                SELECT name FROM client_tag JOIN tag ON tag.id = tag_id WHERE client_id = client.id ORDER BY key
            )
            FROM client ORDER BY phone
        """)
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def scalar(self, query: str) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    def execute(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))
