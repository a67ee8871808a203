"""`client/import/` and `client/export/`: the client base as CSV, in and out."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.audit_writer import author
from api.middleware.normalization import read_text
from api.paging import Cursor, Pages
from api.resources.clients.csv_format import MAX_ROWS, parse_clients, write_clients
from api.resources.clients.routes import OperatorCodeFilter, Search, TagFilter, TimezoneFilter
from api.resources.clients.schemas import ImportResult
from notifications.clients import attributes, bulk_upsert
from notifications.clients import repository as clients
from notifications.clients.repository import Selection

router = APIGatewayHttpRouter()

Rows = Annotated[int, Query(ge=1, le=MAX_ROWS, description="how many clients at the most")]


@router.post("/api/v1/client/import/", summary="Create and update clients from CSV", tags=["clients"])
def import_clients() -> ImportResult:
    """The body is CSV in UTF-8, with `,` or `;` between fields, and a header.

    The header names `phone` and `timezone`, and may name `operator_code`, `tags` (split by `;` or `|`) and personal
    attributes, one a column. Known phones are updated in what the header names: an empty field takes an attribute or
    the tags away, and leaves an operator code as it is. A row that is not valid is refused with its line and its
    reason, the others go in; with more than 10,000 of those nothing does.
    """
    parsed = parse_clients(read_text(router.current_event.raw_event))
    with request_context.transaction() as connection:
        done = bulk_upsert.store(
            connection, parsed.clients, columns=parsed.columns, author=author(router), now=request_context.now()
        )
    return ImportResult(created=done.created, updated=done.updated, refused=parsed.refused)


@router.get("/api/v1/client/export/", summary="Clients as CSV", tags=["clients"], compress=True)
def export_clients(
    limit: Rows = MAX_ROWS,
    cursor: Cursor = None,
    tag: TagFilter = None,
    operator_code: OperatorCodeFilter = None,
    timezone: TimezoneFilter = None,
    search: Search = None,
) -> Response[str]:
    """What an import takes: a page of it, with the header. The header `Link` has the address of the next page, if any.

    An apostrophe stands before what a spreadsheet would take for a formula (`'=1+1`); an import takes it away again.

    Attributes have a column each, also those that no client of the page has.
    """
    pages = Pages(clients.ORDERS, sort="id", cursor=cursor, limit=limit)
    selection = Selection(tag=tag, operator_code=operator_code, timezone=timezone, search=search)
    with request_context.autocommit() as connection:
        names = attributes.known(connection)
        rows, following = pages.read(lambda **page: clients.page(connection, selection, **page))
    body, last = write_clients(rows, names)
    if last is not None and last is not rows[-1]:
        following = pages.cursor_after(last)
    headers: dict[str, Any] = {"Link": _next_link(following)} if following else {}
    return Response(HTTPStatus.OK, content_type="text/csv; charset=utf-8", body=body, headers=headers)


def _next_link(cursor: str) -> str:
    query = router.current_event.raw_event.get("queryStringParameters") or {}
    return f'<?{urlencode({**query, "cursor": cursor})}>; rel="next"'
