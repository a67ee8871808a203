"""`audit/`: the log of changes."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.fields import Moment
from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.audit.schemas import Change, ChangePage
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.events import audit
from notifications.events.audit import Selection

routes = Routes("audit")

Sort = Annotated[Literal["id", "-id"], Query(description="the order; `-` for descending")]
Key = Annotated[
    str | None,
    Query(
        description="the phone, tag or id of what was changed; changes of a client under earlier phones are included"
    ),
]


@routes.get("/audit/", role=Role.admin, summary="List changes")
def list_changes(
    context: Context,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-id",
    actor: Annotated[str | None, Query(description="the sub or the name of the author")] = None,
    kind: Annotated[AuditKind | None, Query(description="the kind of what was changed")] = None,
    key: Key = None,
    action: Annotated[AuditAction | None, Query(description="the kind of change")] = None,
    since: Annotated[Moment | None, Query(description="changes at this time or later")] = None,
    until: Annotated[Moment | None, Query(description="changes before this time")] = None,
) -> ChangePage:
    """List changes, latest first. All given filters must match.

    A changed phone has two entries: one under the new phone and one under the old.
    """
    pages = Pages(audit.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(actor=actor, kind=kind, key=key, action=action, since=since, until=until)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: audit.page(connection, selection, **page))
    return ChangePage(items=[Change.model_validate(row) for row in rows], next=following)
