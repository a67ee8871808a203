"""`mailing/{id}/message/` and `mailing/{id}/explain/`: what became of each message, and why."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.fields import Phone
from api.paging import Cursor, Limit, Pages
from api.resources.mailings.routes import MailingId
from api.resources.messages.schemas import Attempt, Explanation, Message, MessagePage, Rule
from notifications.contracts.enumerations import MessageStatus
from notifications.mailings import repository as mailings
from notifications.mailings.explanation import explain
from notifications.messages import history

router = APIGatewayHttpRouter()

StatusFilter = Annotated[MessageStatus | None, Query(description="messages in this status")]
PhoneFilter = Annotated[Phone | None, Query(description="the message to this client")]
PhoneQuery = Annotated[Phone, Query(description="the client's phone")]
Sort = Annotated[Literal["id", "-id"], Query(description="the order; `-` for descending")]


@router.get("/api/v1/mailing/<mailing_id>/message/", summary="A page of a mailing's messages", tags=["messages"])
def list_messages(
    mailing_id: MailingId,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "id",
    status: StatusFilter = None,
    phone: PhoneFilter = None,
) -> MessagePage:
    """One message for each client of the audience. `phone` is null where the client has been deleted."""
    pages = Pages(history.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        mailings.get(connection, mailing_id)
        rows, following = pages.read(
            lambda **page: history.page(connection, mailing_id, status=status, phone=phone, **page)
        )
    return MessagePage(items=[Message.model_validate(row) for row in rows], next=following)


@router.get("/api/v1/mailing/<mailing_id>/explain/", summary="Why a client did or did not get it", tags=["messages"])
def explain_message(mailing_id: MailingId, phone: PhoneQuery) -> Explanation:
    """Rule by rule: what holds and what does not, when the window opens next, and what follows from it all."""
    with request_context.autocommit() as connection:
        found = explain(connection, mailing_id, phone, now=request_context.now())
    return Explanation(
        status=found.message and found.message.status,
        verdict=found.verdict.text,
        verdict_code=found.verdict.code,
        verdict_params=found.verdict.params,
        rules=[Rule.model_validate(rule) for rule in found.rules],
        attempts=[Attempt.model_validate(attempt) for attempt in found.attempts],
    )
