"""`inbound/{provider}/`: people's replies, which need no database as receipts do. `reply/`: the stored ones."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from api.fields import Phone
from api.middleware.problems import InvalidParameter
from api.paging import Cursor, Limit, Pages
from api.request_context import Context, RequestContext
from api.resources.receipts.replies.schemas import RepliesAccepted, RepliesInput, Reply, ReplyPage
from api.resources.receipts.reported_times import require_reported
from api.routing import Routes
from notifications.contracts.enumerations import ProviderKind, Role
from notifications.contracts.errors import InvalidInput, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages.callbacks import stored_replies
from notifications.messages.callbacks.reply import Reply as GivenReply
from notifications.texts.storable import require_storable

routes = Routes("replies")

# An index holds it.
MAX_ID_LENGTH = 255

ProviderPath = Annotated[str, Path(description="`http` or `sns`: the type of the provider")]
PhoneFilter = Annotated[Phone | None, Query(description="replies from this phone")]


@routes.post(
    "/inbound/<provider>/",
    role=None,
    summary="Report replies of people",
    status=HTTPStatus.ACCEPTED,
    conflicts=False,
    signed=True,
)
def accept_replies(context: Context, provider: ProviderPath, given: RepliesInput) -> Response[RepliesAccepted]:
    """Accept people's replies, in any order and any number of times. Repeat a call that was not answered with 202.

    The call is signed as those of `receipt/{provider}/` are, and a repeat has the `webhook-id` of the first one. A
    reply that is a word such as STOP, and nothing else, opts the person out of all messages; START lifts an opt-out.
    The newest of these words counts, by its time `at`. A reply of an erased person is dropped.
    """
    if provider not in list(ProviderKind):
        raise NotFound(ProblemCode.PROVIDER_NOT_FOUND, name=provider)
    require_reported("messages", (each.at for each in given.messages), now=context.now())
    context.enqueue_replies(list(_replies(context, provider, given)))
    accepted = RepliesAccepted(messages=len(given.messages))
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=accepted)


@routes.get("/reply/", role=Role.viewer, summary="List replies of people")
def list_replies(context: Context, phone: PhoneFilter = None, limit: Limit = 50, cursor: Cursor = None) -> ReplyPage:
    """List replies with what followed each, newest first."""
    pages = Pages({"-at": stored_replies.ORDER}, sort="-at", cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: stored_replies.page(connection, phone=phone, **page))
    return ReplyPage(items=[Reply.model_validate(row) for row in rows], next=following)


def _replies(context: RequestContext, provider: str, given: RepliesInput) -> Iterator[GivenReply]:
    webhook_id = _webhook_id(context)
    for position, each in enumerate(given.messages):
        yield GivenReply(
            provider=provider,
            webhook_id=webhook_id,
            position=position,
            phone=each.phone,
            text=each.text,
            at=each.at,
        )


def _webhook_id(context: RequestContext) -> str:
    webhook_id = context.event["headers"]["webhook-id"]
    try:
        require_storable("webhook-id", webhook_id)
    except InvalidInput as error:
        raise InvalidParameter("header", "webhook-id", error.code) from None
    if len(webhook_id) > MAX_ID_LENGTH:
        raise InvalidParameter("header", "webhook-id", ProblemCode.TOO_LONG, max_length=MAX_ID_LENGTH)
    return webhook_id
