"""A mailing's filter as SQL conditions on clients, shared by planning, preview and client lists."""

from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, ColumnElement, Connection, FromClause, Text, cast, exists, func, or_, select

from notifications.clients.phones import NO_OPERATOR_CODE
from notifications.clients.tags import assignment
from notifications.clients.tags.names import tag_key
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
        operator_codes: empty for any; `none` for clients without a code.
        clients: the client table or a sample of it.
    """
    # In a query of its own: PostgreSQL's statistics tell how frequent an id is, but not a subquery's result.
    tag_ids = assignment.find(connection, tags) if tags else None
    return conditions_by_id(tag_ids=tag_ids, operator_codes=operator_codes, clients=clients)


def conditions_by_id(
    *, tag_ids: Collection[int] | None, operator_codes: Collection[str], clients: FromClause = client
) -> list[ColumnElement[bool]]:
    """Return conditions for clients with any of the tags and any of the operator codes.

    Args:
        tag_ids: None for any.
        operator_codes: empty for any.
        clients: the client table or a sample of it.
    """
    found: list[ColumnElement[bool]] = []
    if tag_ids is not None:
        found.append(exists().where(client_tag.c.client_id == clients.c.id, client_tag.c.tag_id.in_(tag_ids)))
    if operator_codes:
        found.append(_has_operator_code(clients, operator_codes))
    return found


def _has_operator_code(clients: FromClause, codes: Collection[str]) -> ColumnElement[bool]:
    is_any = clients.c.operator_code.in_([code for code in codes if code != NO_OPERATOR_CODE])
    return or_(is_any, clients.c.operator_code.is_(None)) if NO_OPERATOR_CODE in codes else is_any


def tags_without_clients(connection: Connection, names: Collection[str]) -> list[str]:
    """Return the names of tags that no client has."""
    has_client = exists().where(client_tag.c.tag_id == tag.c.id)
    keys = [tag_key(name) for name in names]
    found = set(connection.execute(select(tag.c.key).where(tag.c.key.in_(keys), has_client)).scalars())
    return [name for name, key in zip(names, keys, strict=True) if key not in found]


def operator_codes_without_clients(connection: Connection, codes: Collection[str]) -> list[str]:
    """Return the operator codes that no client has; `none` if each client has one."""
    given = func.unnest(cast(list(codes), ARRAY(Text))).table_valued("code", name="given").render_derived()
    has_client = exists().where(client.c.operator_code == given.c.code)
    found = set(connection.execute(select(given.c.code).where(has_client)).scalars())
    if NO_OPERATOR_CODE in codes and connection.scalar(select(exists().where(client.c.operator_code.is_(None)))):
        found.add(NO_OPERATOR_CODE)
    return [code for code in codes if code not in found]


def client_timezones(connection: Connection) -> Sequence[str]:
    """List the time zones of all clients, by one index lookup a zone."""
    zone = select(func.min(client.c.timezone).label("timezone")).cte("zone", recursive=True)
    after = select(func.min(client.c.timezone)).where(client.c.timezone > zone.c.timezone).scalar_subquery()
    zone = zone.union_all(select(after).where(zone.c.timezone.is_not(None)))
    return connection.execute(select(zone.c.timezone).where(zone.c.timezone.is_not(None))).scalars().all()
