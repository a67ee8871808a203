"""`attribute/`: names of clients' attributes."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.clients.schemas import Attribute, AttributePage
from api.routing import Routes
from notifications.clients.attributes import names
from notifications.contracts.enumerations import Role
from notifications.texts.placeholders import MAX_NAME_LENGTH

routes = Routes("clients")

Sort = Annotated[Literal["name", "-name"], Query(description="field to sort by; `-` for descending")]
Search = Annotated[
    str | None, Query(description="attributes whose name contains this, in any case", max_length=MAX_NAME_LENGTH)
]


@routes.get("/attribute/", role=Role.viewer, summary="List attributes")
def list_attributes(
    context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "name", search: Search = None
) -> AttributePage:
    """List the attributes in use: the names that texts may use as placeholders, with the types of their values.

    A name that no client has any more is listed for one to two days. The types are correct after a daily check.
    """
    pages = Pages(names.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: names.page(connection, search=search, **page))
    return AttributePage(items=[Attribute.model_validate(row) for row in rows], next=following)
