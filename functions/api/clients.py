"""`client/`: the client base."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import state
from api.client_csv import parse_clients
from api.paging import Cursor, Limit, Page
from api.schemas import Client, ClientChange, ClientInput, ClientPage, ImportResult, OperatorCode, Tag, Timezone
from notifications import clients
from notifications.contacts import operator_code_of

router = APIGatewayHttpRouter()

PhonePath = Annotated[str, Path(description="7 and ten digits", examples=["79261234567"])]


def _shown(row: Any) -> Client:
    return Client(phone=row.phone, operator_code=row.operator_code, tags=row.tags, timezone=row.timezone)


@router.get("/api/v1/client/", summary="A page of clients", tags=["clients"])
def list_clients(
    limit: Limit = 50,
    cursor: Cursor = None,
    tag: Annotated[Tag | None, Query()] = None,
    operator_code: Annotated[OperatorCode | None, Query()] = None,
    timezone: Annotated[Timezone | None, Query()] = None,
    search: Annotated[str | None, Query(description="the beginning of a phone", max_length=11)] = None,
) -> ClientPage:
    """Filters combine; the order is that of creation."""
    with state.database().connect() as connection:
        rows = clients.page(
            connection,
            after=cursor or 0,
            limit=limit + 1,
            tag=tag,
            operator_code=operator_code,
            timezone=timezone,
            search=search,
        )
    page = Page(rows, limit)
    return ClientPage(items=[_shown(row) for row in page.rows], next=page.next)


@router.post("/api/v1/client/", summary="Create a client", tags=["clients"])
def create_client(new: ClientInput) -> Response[Client]:
    """Without an operator code, digits 2 to 4 of the phone are it. A phone that is taken is a 409."""
    stored = clients.NewClient(
        phone=new.phone,
        operator_code=new.operator_code or operator_code_of(new.phone),
        timezone=new.timezone,
        tags=new.tags,
    )
    with state.database().begin() as connection:
        row = clients.create(connection, stored)
    return Response(HTTPStatus.CREATED, content_type="application/json", body=_shown(row))


@router.post("/api/v1/client/import/", summary="Create and update clients from CSV", tags=["clients"])
def import_clients() -> ImportResult:
    """The body is CSV with the header `phone,operator_code,tags,timezone`, tags split by `;` or `|`.

    Known phones are updated. A row that is not valid is refused with its line and reason, the others go in.
    """
    parsed = parse_clients(router.current_event.decoded_body or "")
    with state.database().begin() as connection:
        done = clients.upsert(connection, parsed.clients)
    return ImportResult(created=done.created, updated=done.updated, refused=parsed.refused)


@router.get("/api/v1/client/<phone>/", summary="One client", tags=["clients"])
def get_client(phone: PhonePath) -> Client:
    """By phone."""
    with state.database().connect() as connection:
        return _shown(clients.get(connection, phone))


@router.patch("/api/v1/client/<phone>/", summary="Change what is named", tags=["clients"])
def change_client(phone: PhonePath, change: ClientChange) -> Client:
    """What is not named stays as it is."""
    values = change.model_dump(exclude_unset=True)
    tags = values.pop("tags", None)
    with state.database().begin() as connection:
        return _shown(clients.change(connection, phone, values=values, tags=tags))


@router.delete("/api/v1/client/<phone>/", summary="Delete a client", tags=["clients"])
def delete_client(phone: PhonePath) -> Response[None]:
    """What still waits for the client is cancelled; what was sent stays in the account of its mailings."""
    with state.database().begin() as connection:
        clients.remove(connection, phone, now=state.now())
    return Response(HTTPStatus.NO_CONTENT)
