"""`dead-letter/`: what the queue gave up on."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.paging import Cursor, Limit, Pages
from api.resources.dead_letters.schemas import DeadLetter, DeadLetterPage
from notifications.messages import dead_letters

router = APIGatewayHttpRouter()

Sort = Annotated[Literal["id", "-id"], Query(description="the order; `-` for descending")]


@router.get("/api/v1/dead-letter/", summary="What the queue gave up on", tags=["provider"])
def list_dead_letters(limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> DeadLetterPage:
    """The newest first. `POST mailing/{id}/retry/` puts failed messages back."""
    pages = Pages(dead_letters.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: dead_letters.page(connection, **page))
    return DeadLetterPage(items=[DeadLetter.model_validate(row) for row in rows], next=following)
