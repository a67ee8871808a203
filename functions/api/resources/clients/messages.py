"""`client/{phone}/message/`: the messages that a client was ever sent."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.clients.message_schemas import ClientMessage, ClientMessagePage
from api.resources.clients.parameters import PhonePath
from api.routing import Routes
from notifications.clients import repository as clients
from notifications.contracts.enumerations import MessageStatus, Role
from notifications.messages import client_history

routes = Routes("messages")

StatusFilter = Annotated[MessageStatus | None, Query(description="messages in this status")]


@routes.get("/client/<phone>/message/", role=Role.viewer, summary="List a client's messages")
def list_client_messages(
    context: Context, phone: PhonePath, limit: Limit = 50, cursor: Cursor = None, status: StatusFilter = None
) -> ClientMessagePage:
    """List the messages of all mailings to a client, and those outside mailings to its phone, newest first.

    A message is as old as the start of its mailing; one outside mailings is as old as its creation. The messages
    follow a client whose phone is changed. A client that was deleted and created again has its earlier messages, too.
    `removed_until` shows how far retention has removed messages.
    """
    pages = Pages({"-at": client_history.ORDER}, sort="-at", cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        clients.get(connection, phone)
        rows, following = pages.read(
            lambda after, limit, **_: client_history.page(connection, phone, status=status, after=after, limit=limit)
        )
        removed_until = client_history.removed_until(connection)
    items = [ClientMessage.model_validate(row) for row in rows]
    return ClientMessagePage(items=items, next=following, removed_until=removed_until)
