"""`mailing/preview/`: what a mailing would do, before it exists."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import state
from api.mailings import columns_of, require_period
from api.schemas.mailings import MailingInput
from api.schemas.previews import Preview, PreviewZone, Segments
from notifications.attributes import require_known
from notifications.preview import Draft, preview

router = APIGatewayHttpRouter()


@router.post("/api/v1/mailing/preview/", summary="What a mailing would do", tags=["mailings"])
def preview_mailing(new: MailingInput) -> Preview:
    """Whom it would reach and when, by the planner that would plan it. Nothing is stored.

    A very large audience is estimated from a part of the clients, and `estimated` says so.
    """
    require_period(new.starts_at, new.ends_at)
    draft = Draft(**columns_of(new))
    with state.transaction() as connection:
        require_known(connection, draft.text)
        found = preview(connection, draft, now=state.now())
    return Preview(
        audience=found.audience,
        unreachable=found.unreachable,
        estimated=found.estimated,
        segments=Segments.model_validate(found.longest),
        typical=Segments.model_validate(found.typical),
        sampled_texts=found.sampled_texts,
        zones=[PreviewZone.model_validate(zone) for zone in found.zones],
    )
