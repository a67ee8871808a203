"""Second half of an import: stores the staged clients in parts, in the order of their phones.

Each step is one statement for the whole part. Statements join the table of staged rows with the client table itself and
never the result of another step, for which PostgreSQL has no statistics.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from importer.position import Position
from importer.reading import restart
from notifications import message_state
from notifications.clients.attributes.names import REGISTER_SQL
from notifications.clients.attributes.values import MAX_ATTRIBUTES
from notifications.clients.imports.csv_format import Header
from notifications.clients.tags import assignment as client_tags
from notifications.contracts.problem_codes import ProblemCode
from notifications.database import statements
from notifications.jobs.job import Job, Progress

_SQL = Path(__file__).with_name("sql")
_FRAGMENTS = {
    "part": "import_row.import_id = :import_id AND import_row.phone > :after AND import_row.phone <= :upto",
    "tag_ids": """ARRAY(
        SELECT DISTINCT CAST(CAST(:tags AS jsonb) ->> name AS int)
        FROM unnest(string_to_array(tags, '|')) AS name ORDER BY 1
    )""",
}


def _of_part(statement: str, **more: str) -> TextClause:
    return text(statement.format(**_FRAGMENTS, **more))


_NEXT = text("""
    SELECT max(phone) FROM (
        SELECT phone FROM import_row WHERE import_id = :import_id AND phone > :after ORDER BY phone LIMIT :size
    ) AS next
""")
_OVERRIDE = statements.load(_SQL / "override.sql", **_FRAGMENTS)
_REFUSE = statements.load(_SQL / "refuse.sql", **_FRAGMENTS)
_TAG_NAMES = _of_part("""
    SELECT DISTINCT unnest(string_to_array(tags, '|')) FROM import_row WHERE {part} AND tags <> ''
""")
_REGISTER = _of_part(
    """
    WITH used (name, type) AS (
        SELECT DISTINCT key, jsonb_typeof(value) FROM import_row CROSS JOIN jsonb_each(attributes) WHERE {part}
    ) {register}
    """,
    register=REGISTER_SQL,
)
_COUNT_KNOWN = _of_part("SELECT count(*) FROM import_row JOIN client USING (phone) WHERE {part}")
# FOR NO KEY UPDATE: rows that refer to a client's id may still be inserted. In the order of phones, as other imports.
_LOCK = _of_part("""
    WITH locked AS MATERIALIZED (
        SELECT client.id, client.timezone <> import_row.timezone AND NOT has_default_timezone AS moves
        FROM import_row JOIN client USING (phone) WHERE {part} ORDER BY client.phone FOR NO KEY UPDATE OF client
    )
    SELECT COALESCE(array_agg(id) FILTER (WHERE moves), '{{}}') FROM locked
""")
_OVERRIDDEN = {"code": ProblemCode.CSV_ROW_OVERRIDDEN}
_TOO_MANY = {"code": ProblemCode.ATTRIBUTES_TOO_MANY, "max_items": MAX_ATTRIBUTES}
_KEEP_TIMEZONES = _of_part("""
    UPDATE import_row SET timezone = client.timezone, has_default_timezone = false FROM client
    WHERE {part} AND client.phone = import_row.phone AND has_default_timezone
""")
_FORGET_DEFAULT_TIMEZONES = _of_part("""
    DELETE FROM client_default_timezone USING import_row, client
    WHERE {part} AND client.phone = import_row.phone AND client_default_timezone.client_id = client.id
      AND client.timezone <> import_row.timezone
""")
_MARK_DEFAULT_TIMEZONES = _of_part("""
    INSERT INTO client_default_timezone (client_id)
    SELECT client.id FROM import_row JOIN client USING (phone) WHERE {part} AND has_default_timezone
    ON CONFLICT DO NOTHING
""")
_SAVE = statements.load(_SQL / "save.sql", **_FRAGMENTS)
_DELETE_OTHER_TAGS = _of_part("""
    DELETE FROM client_tag USING import_row, client
    WHERE {part} AND client.phone = import_row.phone AND client_tag.client_id = client.id
      AND client_tag.tag_id <> ALL({tag_ids})
""")
_INSERT_TAGS = _of_part("""
    INSERT INTO client_tag (client_id, tag_id)
    SELECT client.id, unnest({tag_ids}) AS tag_id FROM import_row JOIN client USING (phone) WHERE {part} ORDER BY 1, 2
    ON CONFLICT DO NOTHING
""")
_TAKE = _of_part("DELETE FROM import_row WHERE {part}")


@dataclass(frozen=True, slots=True)
class _Part:
    """Staged rows of an import in an interval of phones.

    Args:
        columns: the given columns without phone and time zone. Others keep their values.
        now: time of the change.
    """

    connection: Connection
    range: Mapping[str, Any]
    columns: Sequence[str]
    now: datetime

    def override(self) -> int:
        """Remove rows that a later row overrides. Return their number."""
        return int(self._execute(_OVERRIDE, **_OVERRIDDEN).rowcount)

    def refuse(self) -> int:
        """Remove rows whose clients would have too many attributes. Return their number."""
        return int(self._execute(_REFUSE, columns=list(self.columns), **_TOO_MANY).rowcount)

    def lock(self) -> Sequence[int]:
        """Lock the stored clients. Return the ids of those whose time zone changes."""
        ids: Sequence[int] = self._execute(_LOCK).scalar_one()
        return ids

    def count_known(self) -> int:
        """Return the number of clients that are stored already."""
        return int(self._execute(_COUNT_KNOWN).scalar_one())

    def register(self) -> dict[str, int]:
        """Create missing tags and attribute names. Return the ids of the tags by name."""
        names = list(self._execute(_TAG_NAMES).scalars()) if "tags" in self.columns else []
        self._execute(_REGISTER)
        return {name: tag.id for name, tag in client_tags.get_or_create(self.connection, names).items()}

    def keep_timezones(self) -> None:
        """Let stored clients keep their time zones in rows without one, and make those of other rows their own."""
        self._execute(_KEEP_TIMEZONES)
        self._execute(_FORGET_DEFAULT_TIMEZONES)

    def save(self, tags: Mapping[str, int]) -> int | None:
        """Store the clients with their tags.

        Returns:
            The number of created clients; None if another call has created one of them since `lock`, so that its values
            were not kept.
        """
        saved = self._execute(_SAVE, columns=list(self.columns), tags=tags, now=self.now).one()
        if saved.created < saved.new:
            return None
        self._execute(_MARK_DEFAULT_TIMEZONES)
        if "tags" in self.columns:
            self._execute(_DELETE_OTHER_TAGS, tags=tags)
            self._execute(_INSERT_TAGS, tags=tags)
        return int(saved.created)

    def take(self) -> int:
        """Remove the rows that are left. Return their number."""
        return int(self._execute(_TAKE).rowcount)

    def _execute(self, statement: Any, **values: Any) -> Any:
        if "tags" in values:
            statement = statement.bindparams(bindparam("tags", type_=JSONB))
        return self.connection.execute(statement, {**self.range, **values})


def store(connection: Connection, job: Job, position: Position, *, size: int, now: datetime) -> Progress:
    """Store the next clients, or only count them in a dry run."""
    bounds = {"import_id": job.params["import_id"], "after": position.phone}
    upto = connection.execute(_NEXT, {**bounds, "size": size}).scalar_one()
    if upto is None:
        if job.done + position.refused == position.rows:
            return Progress(cursor=position.as_json(), done=0, is_complete=True)
        return restart(connection, job, position)
    part = _Part(connection, {**bounds, "upto": upto}, Header(position.columns).given, now)
    result = _count(part) if job.params["dry_run"] else _store(part)
    handled = sum(result.values())
    return Progress(cursor=replace(position, phone=upto).as_json(), done=handled, result=result)


def _count(part: _Part) -> Counter[str]:
    skipped, refused = part.override(), part.refuse()
    updated = part.count_known()
    return Counter(skipped=skipped, refused=refused, updated=updated, created=part.take() - updated)


def _store(part: _Part) -> Counter[str]:
    skipped = part.override()
    tags = part.register()
    while (merged := _merge(part, tags)) is None:
        pass
    refused, created = merged
    return Counter(skipped=skipped, refused=refused, created=created, updated=part.take() - created)


def _merge(part: _Part, tags: Mapping[str, int]) -> tuple[int, int] | None:
    """Merge a part into the stored clients.

    Returns:
        The numbers of refused rows and of created clients. None if another call has created one of the clients
        meanwhile: nothing was done, and the next time finds that client.
    """
    with part.connection.begin_nested() as savepoint:
        moved = part.lock()
        refused = part.refuse()
        part.keep_timezones()
        created = part.save(tags)
        if created is None:
            savepoint.rollback()
            return None
        message_state.unschedule(part.connection, moved, now=part.now)
    return refused, created
