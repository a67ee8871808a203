"""Parameters of a bulk job: which clients it changes, and how."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Text, func, literal, select

from notifications.clients.audience import filters
from notifications.database.tables import client


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Clients, and the change of them. Ids keep their meaning when a phone changes or a tag is renamed meanwhile.

    Attributes:
        client_ids: ids of the clients, sorted; None for those that the filter selects.
        missing: number of given phones that no client has.
        tag_ids: filter: ids of tags, of which a client has any; None for any client.
        operator_codes: filter: codes, of which a client has any; empty for any client.
        until: greatest id of a client when the job was created; younger clients are left out. None for no limit.
        add, remove: ids of tags.
        delete: True to delete the clients.
    """

    client_ids: Sequence[int] | None = None
    missing: int = 0
    tag_ids: Sequence[int] | None = None
    operator_codes: Sequence[str] = ()
    until: int | None = None
    add: Sequence[int] = ()
    remove: Sequence[int] = ()
    delete: bool = False

    def as_params(self) -> dict[str, Any]:
        """Return the work as parameters of a job."""
        return asdict(self)

    def next_ids(self, connection: Connection, *, after: int, at_most: int) -> Sequence[int]:
        """Return the ids of the next clients after an id; fewer than `at_most` if there are no more."""
        if self.client_ids is not None:
            return [each for each in self.client_ids if each > after][:at_most]
        conditions = [client.c.id > after, *self._filter()]
        if self.until is not None:
            conditions.append(client.c.id <= self.until)
        query = select(client.c.id).where(*conditions).order_by(client.c.id).limit(at_most)
        return connection.execute(query).scalars().all()

    def lock(self, connection: Connection, ids: Sequence[int]) -> Sequence[int]:
        """Lock clients, and return those that still exist and match the filter.

        They are locked in the order of their phones, as imports lock them.
        """
        rows = select(client.c.id).where(_is_any(ids)).order_by(client.c.phone)
        # Rows that refer to a client may be inserted meanwhile, unless the client is deleted.
        locked = connection.execute(rows.with_for_update(key_share=not self.delete)).scalars().all()
        if self.client_ids is not None:
            return locked
        # In a statement of its own, which sees what the transactions have done for which the lock has waited.
        return connection.execute(select(client.c.id).where(_is_any(locked), *self._filter())).scalars().all()

    def _filter(self) -> list[ColumnElement[bool]]:
        if self.client_ids is not None:
            return []
        return filters.conditions_by_id(tag_ids=self.tag_ids, operator_codes=self.operator_codes)


def _is_any(ids: Sequence[int]) -> ColumnElement[bool]:
    return client.c.id == func.any(literal(ids, ARRAY(BigInteger)))


def ids_of_phones(connection: Connection, phones: Collection[str]) -> Sequence[int]:
    """Return the ids of the clients with these phones, sorted."""
    query = select(client.c.id).where(client.c.phone == func.any(literal(list(phones), ARRAY(Text))))
    return connection.execute(query.order_by(client.c.id)).scalars().all()


def last_id(connection: Connection) -> int:
    """Return the greatest id of a client, or 0."""
    return int(connection.execute(select(func.coalesce(func.max(client.c.id), 0))).scalar_one())
