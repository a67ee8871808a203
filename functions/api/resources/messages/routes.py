"""`mailing/{id}/message/` and `mailing/{id}/explain/`: a mailing's messages, and the reasons for their state."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.fields import Phone
from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.mailings.routes import MailingId
from api.resources.messages.schemas import Attempt, Explanation, Message, MessagePage, Rule
from api.routing import Routes
from notifications.contracts.enumerations import Delivery, MessageStatus, Role
from notifications.mailings import repository as mailings
from notifications.mailings.explanation import explain
from notifications.messages import history

routes = Routes("messages")

StatusFilter = Annotated[MessageStatus | None, Query(description="messages in this status")]
DeliveryFilter = Annotated[Delivery | None, Query(description="messages with this delivery")]
PhoneFilter = Annotated[Phone | None, Query(description="the message to this client")]
PhoneQuery = Annotated[Phone, Query(description="phone of the client")]
Sort = Annotated[Literal["id", "-id"], Query(description="field to sort by; `-` for descending")]


@routes.get("/mailing/<mailing_id>/message/", role=Role.viewer, summary="List a mailing's messages")
def list_messages(
    context: Context,
    mailing_id: MailingId,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "id",
    status: StatusFilter = None,
    delivery: DeliveryFilter = None,
    phone: PhoneFilter = None,
) -> MessagePage:
    """List the messages of a mailing, one for each client of its audience. `phone` is null for a deleted client.

    If `messages_removed_at` is given, retention has removed the others, and they still count in the mailing's `stats`.
    """
    pages = Pages(history.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        row = mailings.get(connection, mailing_id)
        rows, following = pages.read(
            lambda **page: history.page(connection, mailing_id, status=status, delivery=delivery, phone=phone, **page)
        )
    items = [Message.model_validate(each) for each in rows]
    return MessagePage(items=items, next=following, messages_removed_at=row.messages_removed_at)


@routes.get(
    "/mailing/<mailing_id>/explain/", role=Role.viewer, summary="Explain why a client did or did not get a mailing"
)
def explain_message(context: Context, mailing_id: MailingId, phone: PhoneQuery) -> Explanation:
    """Explain why a client got, has yet to get or will never get the mailing: rules, attempts and the verdict."""
    with context.autocommit() as connection:
        found = explain(
            connection,
            mailing_id,
            phone,
            catalog=context.catalog(),
            now=context.now(),
            max_segments=context.max_segments(),
            requires_consent=context.requires_consent(),
        )
    return Explanation(
        status=found.message and found.message.status,
        verdict=found.verdict.text,
        verdict_code=found.verdict.code,
        verdict_params=found.verdict.params,
        rules=[Rule.model_validate(rule) for rule in found.rules],
        attempts=[Attempt.model_validate(attempt) for attempt in found.attempts],
    )
