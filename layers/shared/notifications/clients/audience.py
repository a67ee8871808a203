"""A mailing's filter as SQL conditions on clients, shared by planning, preview and client lists."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, exists, func, select

from notifications.clients.tag_names import tag_key
from notifications.database.tables import client, client_tag, tag


def conditions(
    connection: Connection,
    *,
    tags: Collection[str] = (),
    operator_codes: Collection[str] = (),
    clients: FromClause = client,
) -> list[ColumnElement[bool]]:
    """Return conditions for clients with any of the tags and any of the operator codes.

    Args:
        tags: empty for any.
        operator_codes: empty for any.
        clients: the client table or a sample of it.
    """
    found: list[ColumnElement[bool]] = []
    if tags:
        has_tag = client_tag.c.tag_id.in_(_tag_ids(connection, tags))
        found.append(exists().where(client_tag.c.client_id == clients.c.id, has_tag))
    if operator_codes:
        found.append(clients.c.operator_code.in_(operator_codes))
    return found


def _tag_ids(connection: Connection, names: Collection[str]) -> list[int]:
    # In a query of its own: PostgreSQL's statistics tell how frequent an id is, but not a subquery's result.
    keys = [tag_key(name) for name in names]
    return list(connection.execute(select(tag.c.id).where(tag.c.key.in_(keys))).scalars())


def client_timezones(connection: Connection) -> Sequence[str]:
    """List the time zones of all clients, by one index lookup a zone."""
    zone = select(func.min(client.c.timezone).label("timezone")).cte("zone", recursive=True)
    after = select(func.min(client.c.timezone)).where(client.c.timezone > zone.c.timezone).scalar_subquery()
    zone = zone.union_all(select(after).where(zone.c.timezone.is_not(None)))
    return connection.execute(select(zone.c.timezone).where(zone.c.timezone.is_not(None))).scalars().all()
