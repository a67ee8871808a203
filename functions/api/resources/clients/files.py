"""`client/import/` and `client/export/`: import clients from CSV and export them as CSV."""

from http import HTTPStatus
from operator import attrgetter
from typing import Annotated, Literal
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from api.audit_writer import author_of
from api.fields import Country
from api.middleware.normalization import MAX_BODY_BYTES, read_text
from api.middleware.problems import TooLarge
from api.paging import Cursor, Pages
from api.request_context import Context, Event
from api.resources.clients.file_schemas import CSV_CLIENTS, ImportResult, Overridden, ReadRow, Refused
from api.resources.clients.parameters import OperatorCodeFilter, Search, TagFilter, TimezoneFilter
from api.routing import Routes
from notifications.clients import repository as clients
from notifications.clients.attributes.names import known_names
from notifications.clients.attributes.values import RESERVED
from notifications.clients.audience.selection import Selection
from notifications.clients.imports import bulk_upsert
from notifications.clients.imports.csv_export import MAX_EXPORT_ROWS, write_clients
from notifications.clients.imports.csv_format import MAX_ROWS, Rules, parse_clients
from notifications.clients.imports.parsed_clients import MAX_OVERRIDDEN_ROWS
from notifications.contracts.enumerations import Role
from notifications.contracts.problem_codes import ProblemCode

routes = Routes("clients")

CountryOfFile = Annotated[Country | None, Query(description="country whose national writing of phones the file has")]
DryRun = Annotated[bool, Query(description="true: store nothing, and answer as if it were stored")]
RowLimit = Annotated[int, Query(ge=1, le=MAX_EXPORT_ROWS, description="largest number of clients on the page")]
FileFormat = Annotated[
    Literal["csv", "excel"],
    Query(alias="format", description="`excel`: CSV that Excel opens, with a byte order mark and semicolons"),
]


@routes.post("/client/import/", role=Role.operator, summary="Import clients from CSV", request_csv=CSV_CLIENTS)
def import_clients(context: Context, country: CountryOfFile = None, dry_run: DryRun = False) -> ImportResult:
    """Create or update clients from CSV in UTF-8, at most 4.5 MB and 20,000 rows. `POST import/` takes larger files.

    Fields are separated by `,`, `;` or TAB. The header must have `phone`, and `timezone` unless the stack has a
    default. It may have `operator_code`, `tags` (separated by `;` or `|`), `consent_at` and with it `consent_source`,
    and a column for each attribute. Upper case and outer spaces in the names of these six columns do not matter.

    A client whose phone is known is updated in the columns of the header. An empty field removes the tags, the consent
    or the attribute, but keeps the operator code. An attribute is a number or a boolean if JSON writes it like the
    field (`5`, `0.1`, `true`), otherwise text; quotes make such a field text (`"5"`).

    Phones have their country code, with or without `+`, `00` and separators. Name the `country` if the file has phones
    as they are written there; a row is refused if its phone is also valid as another international number.

    Without a time zone a new client gets the default of the stack, and a known client keeps its own.

    Blank rows, separators included, are skipped. If several valid rows have the same phone, the last one is stored and
    the earlier ones are listed in `overridden`. An invalid row is refused with its line and the reason, and the other
    rows are stored.

    Nothing is stored (422) if the file is not UTF-8, a quote is not closed, a row is longer than the header, there are
    more than 20,000 rows, or more than 10,000 are refused. A quote inside an unquoted field (`5" screen`) is text.
    """
    rules = Rules(country, context.default_timezone(), context.now())
    parsed = parse_clients(_read_file(context.event), rules)
    with context.transaction() as connection, connection.begin_nested() as savepoint:
        done = bulk_upsert.upsert(
            connection,
            parsed.clients,
            columns=parsed.columns,
            erasure_key=context.erasure_key(),
            author=author_of(context),
            now=context.now(),
        )
        for phone, reason in done.refused.items():
            parsed.refuse_client(phone, reason)
        if dry_run:
            savepoint.rollback()
    return ImportResult(
        created=done.created,
        updated=done.updated,
        refused=[Refused.model_validate(each) for each in sorted(parsed.refused, key=attrgetter("line"))],
        overridden_rows=len(parsed.overridden),
        overridden=[Overridden.model_validate(each) for each in parsed.overridden[:MAX_OVERRIDDEN_ROWS]],
        rows=[ReadRow.model_validate(each) for each in parsed.rows],
    )


def _read_file(event: Event) -> str:
    try:
        return read_text(event)
    except TooLarge:
        raise TooLarge(ProblemCode.CSV_TOO_LARGE, max_bytes=MAX_BODY_BYTES, max_rows=MAX_ROWS) from None


@routes.get(
    "/client/export/",
    role=Role.viewer,
    summary="Export clients as CSV",
    response_csv=CSV_CLIENTS,
    response_headers={"Link": 'relative URL of the next page, rel="next"; absent on the last page'},
    compressed=True,
)
def export_clients(
    context: Context,
    limit: RowLimit = MAX_EXPORT_ROWS,
    cursor: Cursor = None,
    tag: TagFilter = None,
    operator_code: OperatorCodeFilter = None,
    timezone: TimezoneFilter = None,
    search: Search = None,
    file_format: FileFormat = "csv",
) -> Response[str]:
    """Export a page of clients as CSV, in the format of the import. The header `Link` has the URL of the next page.

    A page of more than 2 MB ends early; follow `Link` until it is absent. Every attribute in use has a column, even if
    no client of the page has it. A cell that a spreadsheet would run as a formula gets an apostrophe in front
    (`'=1+1`), which the import removes. Importing an export, in either format, changes nothing.
    """
    pages = Pages(clients.ORDERS, sort="id", cursor=cursor, limit=limit)
    selection = Selection(tag=tag, operator_code=operator_code, timezone=timezone, search=search)
    with context.autocommit() as connection:
        # A name may have become that of a field after it was stored.
        names = [name for name in known_names(connection) if name not in RESERVED]
        rows, following = pages.read(lambda **page: clients.page(connection, selection, **page))
    body, last = write_clients(rows, names, for_excel=file_format == "excel")
    if last is not None and last is not rows[-1]:
        following = pages.cursor_after(last)
    headers = {"Link": _next_link(context.event, following)} if following else {}
    return Response(HTTPStatus.OK, content_type="text/csv; charset=utf-8", body=body, headers=headers)


def _next_link(event: Event, cursor: str) -> str:
    query = event.get("queryStringParameters") or {}
    return f'<?{urlencode({**query, "cursor": cursor})}>; rel="next"'
