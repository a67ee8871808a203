"""All that is known of a person by phone, section by section (`GET client/{phone}/data/`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, select

from notifications.clients import repository as clients
from notifications.clients.client import Client
from notifications.clients.erasure import person as people
from notifications.clients.opt_outs import commands
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.errors import NotFound
from notifications.contracts.phrases import Params
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key
from notifications.database.rows import columns_of
from notifications.database.tables import attempt, client_import, import_refusal, import_row
from notifications.messages import client_history
from notifications.messages.attempts import Attempt
from notifications.messages.client_history import ClientMessage

_MAX_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row of an import that was not stored, and whose refusal quotes the phone."""

    import_id: int
    line: int
    field: str
    code: str
    params: Params


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A row of an import under way that is read and not stored yet."""

    import_id: int
    line: int
    operator_code: str | None
    timezone: str
    tags: str
    attributes: Mapping[str, Any]
    consent_at: datetime | None
    consent_source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a person, but messages and changes.

    Attributes:
        client, opt_out: None if there is none. The opt-out of an erased person is all that is left of it.
        waiting_rows, refused_rows: the first hundred of each.
    """

    phone: str
    client: Client | None
    opt_out: OptOut | None
    waiting_rows: Sequence[WaitingRow]
    refused_rows: Sequence[RefusedRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage(ClientMessage):
    """A message to the person with the attempts to send it that are kept."""

    attempt_list: Sequence[Attempt]


def get(connection: Connection, phone: str, *, erasure_key: bytes) -> Known:
    """Return what is known of a person.

    Args:
        erasure_key: key of the hashes of erased phones.

    Raises:
        NotFound: nothing is stored under the phone, and it is not that of an erased person.
    """
    opt_out = commands.find_or_none(connection, phone, erasure_key=erasure_key)
    if opt_out is None and not people.is_known(connection, phone):
        raise NotFound(ProblemCode.PERSON_NOT_FOUND, phone=phone)
    return Known(
        phone=phone,
        client=clients.find(connection, phone),
        opt_out=opt_out,
        waiting_rows=_waiting_rows(connection, phone),
        refused_rows=_refused_rows(connection, phone),
    )


def _waiting_rows(connection: Connection, phone: str) -> Sequence[WaitingRow]:
    # By import and phone, as the key is ordered: there may be a million rows.
    query = select(*columns_of(WaitingRow, import_row)).join(
        client_import, client_import.c.id == import_row.c.import_id
    )
    found = query.where(import_row.c.phone == phone).order_by(import_row.c.import_id, import_row.c.line)
    return [WaitingRow(**row._mapping) for row in connection.execute(found.limit(_MAX_ROWS))]


def _refused_rows(connection: Connection, phone: str) -> Sequence[RefusedRow]:
    query = select(*columns_of(RefusedRow, import_refusal)).where(cast(import_refusal.c.params, Text).contains(phone))
    rows = connection.execute(query.order_by(import_refusal.c.import_id, import_refusal.c.line).limit(_MAX_ROWS))
    return [RefusedRow(**row._mapping) for row in rows]


def messages(connection: Connection, phone: str, *, after: Key | None, limit: int) -> Sequence[SentMessage]:
    """Return at most `limit` messages to the person, newest first."""
    rows = client_history.page(connection, phone, after=after, limit=limit)
    attempts = _attempts(connection, [row.id for row in rows])
    return [
        SentMessage(**{name: getattr(row, name) for name in _FIELDS}, attempt_list=attempts.get(row.id, ()))
        for row in rows
    ]


_FIELDS = list(ClientMessage.__dataclass_fields__)


def _attempts(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[Attempt]]:
    query = select(attempt.c.message_id, *columns_of(Attempt, attempt)).where(attempt.c.message_id.in_(ids))
    found: dict[int, list[Attempt]] = {}
    for row in connection.execute(query.order_by(attempt.c.message_id, attempt.c.claim)):
        values = {**row._mapping, "outcome": MessageStatus(row.outcome)}
        found.setdefault(values.pop("message_id"), []).append(Attempt(**values))
    return found
