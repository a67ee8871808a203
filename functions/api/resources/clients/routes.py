"""`client/`: the client base."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator
from sqlalchemy import Connection

from api.audit_writer import author_of, record_change
from api.fields import DIGITS_PATTERN, Moment, OperatorCodeOrNone, Tag, Timezone
from api.middleware.etags import IfMatch, IfNoneMatch, etag_of, require_exists, require_match, require_modified
from api.middleware.normalization import decode_segment
from api.paging import Cursor, Limit, Pages
from api.request_context import Context, RequestContext
from api.resources.clients.schemas import Client, ClientChange, ClientInput, ClientPage, ClientReplacement
from api.routing import Routes
from notifications.clients import repository as clients
from notifications.clients.audience.counts import ListTotal, count_for_list
from notifications.clients.audience.selection import Selection
from notifications.clients.client import Client as StoredClient
from notifications.clients.client import NewClient
from notifications.clients.phones import operator_code_of, parse_phone
from notifications.clients.tags.changes import TagChange
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

routes = Routes("clients")


def _phone_in_path(segment: str) -> str:
    """Return the phone as it is stored, or unchanged if it is none: no client has it."""
    given = decode_segment(segment)
    try:
        return parse_phone(given)
    except InvalidInput:
        return given


PhonePath = Annotated[
    str,
    AfterValidator(_phone_in_path),
    Path(description="phone with its country code", examples=["79261234567"]),
]
NewPhonePath = Annotated[PhonePath, AfterValidator(parse_phone)]
TagFilter = Annotated[Tag | None, Query(description="clients with this tag")]
OperatorCodeFilter = Annotated[
    OperatorCodeOrNone | None, Query(description="clients with this operator code; `none`: clients without one")
]
TimezoneFilter = Annotated[Timezone | None, Query(description="clients in this time zone")]
Search = Annotated[
    str | None,
    Query(
        description="clients whose phone has these digits, such as its last four",
        pattern=DIGITS_PATTERN,
        examples=["4567"],
    ),
]
UpdatedSince = Annotated[
    Moment | None,
    Query(
        description="clients that were created or changed at this time or later. A change is seen when it is committed:"
        " to miss none, begin a minute before the previous call"
    ),
]
Sort = Annotated[
    Literal["id", "-id", "phone", "-phone", "updated_at", "-updated_at"],
    Query(description="field to sort by; `-` for descending"),
]


def _answer(status: HTTPStatus, client: Client) -> Response[Client]:
    return Response(status, content_type="application/json", body=client, headers={"ETag": etag_of(client)})


@routes.get("/client/", role=Role.viewer, summary="List clients")
def list_clients(
    context: Context,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "id",
    tag: TagFilter = None,
    operator_code: OperatorCodeFilter = None,
    timezone: TimezoneFilter = None,
    search: Search = None,
    updated_since: UpdatedSince = None,
) -> ClientPage:
    """List clients that match all given filters. `sort=id` is the order of creation.

    Pages are stable: a client that is changed meanwhile is neither missed nor shown twice. With `sort=updated_at` it is
    shown again at its new place.
    """
    pages = Pages(clients.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(
        tag=tag, operator_code=operator_code, timezone=timezone, search=search, updated_since=updated_since
    )
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: clients.page(connection, selection, **page))
        total = ListTotal(len(rows), is_estimated=False)
        if following and cursor is None:
            total = count_for_list(connection, selection.conditions(connection))
    return ClientPage(
        items=[Client.model_validate(row) for row in rows],
        next=following,
        total=total.number if cursor is None else None,
        estimated=total.is_estimated,
    )


@routes.post("/client/", role=Role.operator, summary="Create a client", status=HTTPStatus.CREATED)
def create_client(context: Context, new: ClientInput) -> Response[Client]:
    """Create a client. 409 if a client has the phone; update that client instead."""
    given = {name: value for name, value in new if name not in {"country", "timezone"}}
    zone = new.timezone or context.default_timezone()
    if zone is None:
        raise InvalidInput("timezone", ProblemCode.FIELD_MISSING)
    client = NewClient(**given, timezone=zone, has_default_timezone=new.timezone is None)
    with context.autocommit() as connection:
        row = clients.create(connection, client, author=author_of(context), now=context.now())
    return _answer(HTTPStatus.CREATED, Client.model_validate(row))


@routes.get("/client/<phone>/", role=Role.viewer, summary="Get a client")
def get_client(context: Context, phone: PhonePath, if_none_match: IfNoneMatch = None) -> Response[Client]:
    """Get a client by phone.

    Send the returned `ETag` as `If-Match` with an update, so that no other change is overwritten.
    """
    with context.autocommit() as connection:
        client = Client.model_validate(clients.get(connection, phone))
    require_modified(if_none_match, client)
    return _answer(HTTPStatus.OK, client)


@routes.patch("/client/<phone>/", role=Role.operator, summary="Update a client")
def update_client(
    context: Context, phone: PhonePath, change: ClientChange, if_match: IfMatch = None
) -> Response[Client]:
    """Update the given fields. `tags` and `attributes` are replaced as a whole; `add_tags` and `remove_tags` are not.

    Unsent messages use the new phone and the local hours of the new time zone. An operator code that was derived from
    the old phone is derived from the new one.
    """
    values = {name: getattr(change, name) for name in change.model_fields_set - {"country"}}
    tags = TagChange(
        replaced_by=values.pop("tags", None),
        added=values.pop("add_tags", ()),
        removed=values.pop("remove_tags", ()),
    )
    with context.transaction() as connection:
        row = clients.get(connection, phone, lock=True)
        return _answer(HTTPStatus.OK, _change(context, connection, row, values, tags, if_match=if_match))


@routes.put("/client/<phone>/", role=Role.operator, summary="Create or replace a client")
def put_client(
    context: Context, phone: NewPhonePath, given: ClientReplacement, if_match: IfMatch = None
) -> Response[Client]:
    """Create a client (201), or replace all fields of the stored one (200). Fields that you omit get their defaults.

    Unsent messages use the local hours of the new time zone. With `If-Match` no client is created: 412 if there is
    none. 409 if another call has just created the client.
    """
    if "phone" in given.model_fields_set and given.phone != phone:
        raise InvalidInput("phone", ProblemCode.PHONE_NOT_OF_PATH)
    new = NewClient(**{**dict(given), "phone": phone})
    with context.transaction() as connection:
        row = clients.find(connection, phone, lock=True)
        if row is not None:
            code = new.operator_code or operator_code_of(phone)
            values = {"operator_code": code, "timezone": new.timezone, "attributes": new.attributes}
            tags = TagChange(replaced_by=new.tags)
            return _answer(HTTPStatus.OK, _change(context, connection, row, values, tags, if_match=if_match))
        require_exists(if_match)
        created = clients.create(connection, new, author=author_of(context), now=context.now())
    return _answer(HTTPStatus.CREATED, Client.model_validate(created))


def _change(
    context: RequestContext,
    connection: Connection,
    row: StoredClient,
    values: Mapping[str, object],
    tags: TagChange,
    *,
    if_match: str | None,
) -> Client:
    """Change a locked client, and record the change if there is one."""
    before = Client.model_validate(row)
    require_match(if_match, before)
    after = Client.model_validate(clients.change(connection, row, values, tags=tags, now=context.now()))
    # The new phone first, so that the log of the client does not show the entry under the old one as well.
    for key in dict.fromkeys((after.phone, before.phone)) if after != before else ():
        record_change(context, connection, AuditAction.CHANGE, AuditKind.CLIENT, key, before=before, after=after)
    return after


@routes.delete("/client/<phone>/", role=Role.admin, summary="Delete a client")
def delete_client(context: Context, phone: PhonePath, if_match: IfMatch = None) -> Response[None]:
    """Delete the client and cancel its unsent messages. Messages already sent still count in their mailings."""
    with context.transaction() as connection:
        row = clients.get(connection, phone, lock=True)
        before = Client.model_validate(row)
        require_match(if_match, before)
        clients.remove(connection, [row.id], now=context.now())
        record_change(context, connection, AuditAction.DELETE, AuditKind.CLIENT, phone, before=before)
    return Response(HTTPStatus.NO_CONTENT)
