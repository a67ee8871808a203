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

Sort = Annotated[Literal["id", "-id"], Query(description="field to sort by; `-` for descending")]
Key = Annotated[
    str | None,
    Query(description="phone, tag or id of the resource; a phone includes the client's earlier phones"),
]


@routes.get("/audit/", role=Role.admin, summary="List changes")
def list_changes(
    context: Context,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-id",
    actor: Annotated[str | None, Query(description="`sub` or name of the author")] = None,
    kind: Annotated[AuditKind | None, Query(description="kind of the changed resource")] = None,
    key: Key = None,
    action: Annotated[AuditAction | None, Query(description="kind of the change")] = None,
    since: Annotated[Moment | None, Query(description="changes at this time or later")] = None,
    until: Annotated[Moment | None, Query(description="changes before this time")] = None,
) -> ChangePage:
    """List changes that match all given filters, by default latest first.

    A changed phone has two entries, one under the new phone and one under the old.
    """
    pages = Pages(audit.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(actor=actor, kind=kind, key=key, action=action, since=since, until=until)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: audit.page(connection, selection, **page))
    return ChangePage(items=[Change.model_validate(row) for row in rows], next=following)
