"""`receipt/{provider}/`: providers' receipts. The route needs no database, so that none is lost while it is down."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from api.request_context import Context
from api.resources.receipts.reported_times import require_reported
from api.resources.receipts.schemas import ReceiptsAccepted, ReceiptsInput
from api.routing import Routes
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.message_state.deliveries import Receipt

routes = Routes("receipts")

ProviderPath = Annotated[str, Path(description="`http` or `sns`: the type of the provider")]


@routes.post(
    "/receipt/<provider>/",
    role=None,
    summary="Send receipts of messages",
    status=HTTPStatus.ACCEPTED,
    conflicts=False,
    signed=True,
)
def accept_receipts(context: Context, provider: ProviderPath, given: ReceiptsInput) -> Response[ReceiptsAccepted]:
    """Accept a provider's receipts, in any order and any number of times. Repeat a call that was not answered with 202.

    The call is signed as Standard Webhooks has it: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
    `webhook-id`, `webhook-timestamp` (seconds since 1970) and the body, joined by dots. The key is the base64 after
    `whsec_` in the secret. A timestamp may be five minutes off.
    """
    if provider not in list(ProviderKind):
        raise NotFound(ProblemCode.PROVIDER_NOT_FOUND, name=provider)
    require_reported("receipts", (each.at for each in given.receipts), now=context.now())
    context.enqueue_receipts(
        [
            Receipt(
                provider=provider,
                message_id=each.id,
                state=each.state,
                part=each.part,
                parts=each.parts,
                code=each.code,
                words=each.words,
                at=each.at,
            )
            for each in given.receipts
        ]
    )
    accepted = ReceiptsAccepted(receipts=len(given.receipts))
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=accepted)
