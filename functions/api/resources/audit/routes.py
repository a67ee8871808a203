"""`audit/`: who changed what and when."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.fields import Moment
from api.paging import Cursor, Limit, Pages
from api.resources.audit.schemas import Change, ChangePage
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.events import audit
from notifications.events.audit import Selection

router = APIGatewayHttpRouter()

Sort = Annotated[Literal["id", "-id"], Query(description="the order; `-` for descending")]


@router.get("/api/v1/audit/", summary="Who changed what and when", tags=["audit"])
def list_changes(
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-id",
    actor: Annotated[str | None, Query(description="the sub or the name of who made the change")] = None,
    kind: Annotated[AuditKind | None, Query(description="what was changed")] = None,
    key: Annotated[str | None, Query(description="the phone, tag or id of what was changed")] = None,
    action: Annotated[AuditAction | None, Query(description="what was done")] = None,
    since: Annotated[Moment | None, Query(description="changes from this moment on")] = None,
    until: Annotated[Moment | None, Query(description="changes before this moment")] = None,
) -> ChangePage:
    """The newest first. Filters combine."""
    pages = Pages(audit.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(actor=actor, kind=kind, key=key, action=action, since=since, until=until)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: audit.page(connection, selection, **page))
    return ChangePage(items=[Change.model_validate(row) for row in rows], next=following)
