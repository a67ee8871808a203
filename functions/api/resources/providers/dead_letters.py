"""`dead-letter/`: queue records that failed every attempt."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.providers.dead_letter_schemas import DeadLetter, DeadLetterPage
from api.routing import Routes
from notifications.contracts.enumerations import Role
from notifications.messages import dead_letters

routes = Routes("provider")

Sort = Annotated[Literal["id", "-id"], Query(description="field to sort by; `-` for descending")]


@routes.get("/dead-letter/", role=Role.viewer, summary="List dead letters")
def list_dead_letters(context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> DeadLetterPage:
    """List queue records that failed five times, by default latest first.

    Send their failed messages again with `POST mailing/{id}/retry/`.
    """
    pages = Pages(dead_letters.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: dead_letters.page(connection, **page))
    return DeadLetterPage(items=[DeadLetter.model_validate(row) for row in rows], next=following)
