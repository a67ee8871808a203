"""`optout/`: people who must not be messaged."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from api.audit_writer import author_of
from api.fields import GivenReason
from api.middleware.authorization import claims_of, is_machine
from api.middleware.normalization import MAX_BODY_BYTES, read_text
from api.middleware.problems import TooLarge
from api.paging import Cursor, Limit, Pages
from api.request_context import Context, Event, RequestContext
from api.resources.clients.files import CountryOfFile
from api.resources.clients.parameters import PhonePath, Search
from api.resources.opt_outs.schemas import (
    CSV_OPT_OUTS,
    OptOut,
    OptOutImportResult,
    OptOutInput,
    OptOutPage,
)
from api.routing import Routes
from notifications.clients.imports.csv_format import MAX_ROWS
from notifications.clients.opt_outs import commands
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.commands import Recorder
from notifications.clients.opt_outs.csv_file import Rules, parse_opt_outs
from notifications.clients.opt_outs.opt_out import OptOut as StoredOptOut
from notifications.clients.opt_outs.repository import Selection
from notifications.contracts.enumerations import OptOutScope, OptOutSource, Role
from notifications.contracts.problem_codes import ProblemCode

routes = Routes("optouts")

ScopeFilter = Annotated[OptOutScope | None, Query(description="opt-outs of this scope")]
SourceFilter = Annotated[OptOutSource | None, Query(description="opt-outs of this origin")]
Sort = Annotated[Literal["at", "-at", "phone"], Query(description="field to sort by; `-` for descending")]
LiftReason = Annotated[GivenReason, Query(description="why the person may be messaged again, for the audit log")]


@routes.get("/optout/", role=Role.viewer, summary="List opt-outs")
def list_opt_outs(
    context: Context,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-at",
    search: Search = None,
    scope: ScopeFilter = None,
    source: SourceFilter = None,
) -> OptOutPage:
    """List opt-outs that match all given filters, by default latest first.

    People whose data was erased are not listed, since their phones are not stored.
    """
    pages = Pages(opt_outs.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(search=search, scope=scope, source=source)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: opt_outs.page(connection, selection, **page))
    return OptOutPage(items=[OptOut.model_validate(row) for row in rows], next=following)


@routes.post(
    "/optout/",
    role=Role.operator,
    summary="Opt a person out",
    status=HTTPStatus.CREATED,
    other_status=HTTPStatus.OK,
    conflicts=False,
)
def create_opt_out(context: Context, new: OptOutInput) -> Response[OptOut]:
    """Record that a person must not be messaged, by phone: the opt-out outlives the client, and no import lifts it.

    When you have the answer, no covered message waits any more and none will be sent, but those that a sender had
    begun to send. Waiting messages are `suppressed`. An opt-out from marketing is widened to all messages, and never
    narrowed: 201 if it is new or wider than before, and 200 with the stored one if that is as wide. The phone of an
    erased person has opted out already, and is not stored.
    """
    source = OptOutSource.API if is_machine(claims_of(context.event)) else OptOutSource.OPERATOR
    given = StoredOptOut(phone=new.phone, scope=new.scope, source=source, reason=new.reason, at=context.now())
    (recorded,) = _recorder(context).record([given])
    status = HTTPStatus.CREATED if recorded.is_changed else HTTPStatus.OK
    return Response(status, content_type="application/json", body=OptOut.model_validate(recorded.after))


@routes.get("/optout/<phone>/", role=Role.viewer, summary="Get an opt-out")
def get_opt_out(context: Context, phone: PhonePath) -> OptOut:
    """Get the opt-out of a phone. 404 if it has none. The phone of an erased person has one, of source `erasure`."""
    with context.autocommit() as connection:
        return OptOut.model_validate(commands.find(connection, phone, erasure_key=context.erasure_key()))


@routes.delete("/optout/<phone>/", role=Role.admin, summary="Lift an opt-out", conflicts=False)
def lift_opt_out(context: Context, phone: PhonePath, reason: LiftReason) -> Response[None]:
    """Lift the opt-out: the person may be messaged again. Messages that were suppressed stay so.

    The audit log keeps the opt-out and the reason. The phone of an erased person is accepted again.
    """
    with context.transaction() as connection:
        commands.lift(
            connection,
            phone,
            reason=reason,
            erasure_key=context.erasure_key(),
            journal=context.erasure_journal,
            author=author_of(context),
            now=context.now(),
        )
    return Response(HTTPStatus.NO_CONTENT)


@routes.post(
    "/optout/import/",
    role=Role.operator,
    summary="Import opt-outs from CSV",
    request_csv=CSV_OPT_OUTS,
    conflicts=False,
)
def import_opt_outs(context: Context, country: CountryOfFile = None) -> OptOutImportResult:
    """Record opt-outs from CSV in UTF-8, at most 4.5 MB and 20,000 rows, by the rules of `client/import/`.

    The header must have `phone` and may have `scope` (`all` if empty), `reason`, `at` (the time of the call if empty)
    and `source` (`import` if empty). An opt-out is widened and never narrowed, so a row may change nothing. Covered
    messages that wait are `suppressed` before the answer. The audit log gets one entry with the numbers.

    An invalid row is refused with its line and the reason, and the other rows are stored. Nothing is stored (422) if
    the file is not UTF-8, a quote is not closed, a column is unknown, a row is longer than the header, there are more
    than 20,000 rows, or more than 10,000 are refused.
    """
    parsed = parse_opt_outs(_read_file(context.event), Rules(country=country, now=context.now()))
    recorded = _recorder(context).record_file(parsed.opt_outs)
    changed = [each for each in recorded if each.is_changed]
    created = sum(each.is_new for each in changed)
    return OptOutImportResult(
        created=created,
        updated=len(changed) - created,
        unchanged=parsed.rows - len(changed),
        refused=parsed.refused,
    )


def _recorder(context: RequestContext) -> Recorder:
    return Recorder(
        recording=context.commit_first,
        suppressing=context.transaction,
        erasure_key=context.erasure_key,
        author=author_of(context),
        now=context.now(),
    )


def _read_file(event: Event) -> str:
    try:
        return read_text(event)
    except TooLarge:
        raise TooLarge(ProblemCode.CSV_SIZE_TO_SPLIT, max_bytes=MAX_BODY_BYTES, max_rows=MAX_ROWS) from None
