"""`client/`: the client base."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.audit_writer import author, note
from api.fields import OperatorCode, Tag, Timezone
from api.middleware.etags import IfMatch, IfNoneMatch, etag_of, require_match, require_modified
from api.paging import Cursor, Limit, Pages
from api.resources.clients.schemas import Client, ClientChange, ClientInput, ClientPage
from notifications.clients import repository as clients
from notifications.clients.repository import NewClient, Selection
from notifications.contracts.enumerations import AuditAction, AuditKind

router = APIGatewayHttpRouter()

PhonePath = Annotated[str, Path(description="7 and ten digits", examples=["79261234567"])]
TagFilter = Annotated[Tag | None, Query(description="clients with this tag")]
OperatorCodeFilter = Annotated[OperatorCode | None, Query(description="clients with this operator code")]
TimezoneFilter = Annotated[Timezone | None, Query(description="clients in this time zone")]
Search = Annotated[
    str | None, Query(description="the beginning of a phone", pattern="^[0-9]{1,11}$", examples=["7926"])
]
Sort = Annotated[Literal["id", "-id", "phone", "-phone"], Query(description="the order; `-` for descending")]


def _answer(status: HTTPStatus, shown: Client) -> Response[Client]:
    headers: dict[str, Any] = {"ETag": etag_of(shown)}
    return Response(status, content_type="application/json", body=shown, headers=headers)


@router.get("/api/v1/client/", summary="A page of clients", tags=["clients"])
def list_clients(
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "id",
    tag: TagFilter = None,
    operator_code: OperatorCodeFilter = None,
    timezone: TimezoneFilter = None,
    search: Search = None,
) -> ClientPage:
    """Filters combine: all that are given must hold. The order `id` is that of creation."""
    pages = Pages(clients.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(tag=tag, operator_code=operator_code, timezone=timezone, search=search)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: clients.page(connection, selection, **page))
    return ClientPage(items=[Client.model_validate(row) for row in rows], next=following)


@router.post("/api/v1/client/", summary="Create a client", tags=["clients"], status_code=201)
def create_client(new: ClientInput) -> Response[Client]:
    """Without an operator code, digits 2 to 4 of the phone are it. A phone that is taken is a 409."""
    with request_context.autocommit() as connection:
        row = clients.create(connection, NewClient(**dict(new)), author=author(router), now=request_context.now())
    return _answer(HTTPStatus.CREATED, Client.model_validate(row))


@router.get("/api/v1/client/<phone>/", summary="One client", tags=["clients"])
def get_client(phone: PhonePath, if_none_match: IfNoneMatch = None) -> Response[Client]:
    """By phone. The answer's `ETag` is what a change may name in `If-Match`."""
    with request_context.autocommit() as connection:
        shown = Client.model_validate(clients.get(connection, phone))
    require_modified(if_none_match, shown)
    return _answer(HTTPStatus.OK, shown)


@router.patch("/api/v1/client/<phone>/", summary="Change what is named", tags=["clients"])
def change_client(phone: PhonePath, change: ClientChange, if_match: IfMatch = None) -> Response[Client]:
    """What is not named stays as it is; `attributes` are replaced as a whole.

    Messages not yet sent follow: to the new phone, at the hours of the new time zone.
    """
    values = {name: getattr(change, name) for name in change.model_fields_set}
    tags = values.pop("tags", None)
    with request_context.transaction() as connection:
        row = clients.get(connection, phone, lock=True)
        before = Client.model_validate(row)
        require_match(if_match, before)
        changed = clients.change(connection, row, values, tags=tags, now=request_context.now())
        after = Client.model_validate(changed)
        # The new phone first: a line under the old one is about what came before.
        for key in dict.fromkeys((after.phone, phone)):
            note(router, connection, AuditAction.CHANGE, AuditKind.CLIENT, key, before=before, after=after)
    return _answer(HTTPStatus.OK, after)


@router.delete("/api/v1/client/<phone>/", summary="Delete a client", tags=["clients"], status_code=204)
def delete_client(phone: PhonePath, if_match: IfMatch = None) -> Response[None]:
    """What still waits for the client is cancelled; what was sent stays in the account of its mailings."""
    with request_context.transaction() as connection:
        row = clients.get(connection, phone, lock=True)
        before = Client.model_validate(row)
        require_match(if_match, before)
        clients.remove(connection, row, now=request_context.now())
        note(router, connection, AuditAction.DELETE, AuditKind.CLIENT, phone, before=before)
    return Response(HTTPStatus.NO_CONTENT)
