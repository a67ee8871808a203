"""`mailing/preview/`: what a mailing would do, before it exists."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.resources.mailings.routes import columns_of, require_period
from api.resources.mailings.schemas import MailingInput
from api.resources.previews.schemas import Preview, PreviewZone, Segments
from notifications.clients.attributes import require_known
from notifications.mailings.preview import Draft, preview

router = APIGatewayHttpRouter()


@router.post("/api/v1/mailing/preview/", summary="What a mailing would do", tags=["mailings"])
def preview_mailing(new: MailingInput) -> Preview:
    """Whom it would reach and when, by the planner that would plan it. Nothing is stored.

    A very large audience is estimated from a part of the clients, and `estimated` says so.
    """
    require_period(new.starts_at, new.ends_at)
    draft = Draft(**columns_of(new))
    with request_context.transaction() as connection:
        require_known(connection, draft.text)
        found = preview(connection, draft, now=request_context.now())
    return Preview(
        audience=found.audience,
        unreachable=found.unreachable,
        estimated=found.estimated,
        segments=Segments.model_validate(found.longest),
        typical=Segments.model_validate(found.typical),
        sampled_texts=found.sampled_texts,
        zones=[PreviewZone.model_validate(zone) for zone in found.zones],
    )
