"""`mailing/`: what is sent, to whom and when."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import state
from api.paging import Cursor, Limit, Page
from api.schemas import Filter, Mailing, MailingInput, MailingPage, Stats, Window
from api.wake import wake_dispatcher
from notifications import mailings
from notifications.errors import InvalidInput

router = APIGatewayHttpRouter()

MailingId = Annotated[int, Path(description="the mailing's id", ge=1, lt=2**63)]


def _shown(row: Any, stats: mailings.Stats) -> Mailing:
    window = mailings.window_of(row)
    return Mailing(
        id=row.id,
        text=row.text,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        max_rate=row.max_rate,
        on_unknown=row.on_unknown,
        status=row.status,
        filter=Filter(tags=row.filter_tags, operator_codes=row.filter_operator_codes),
        send_window=Window(start=f"{window.start:%H:%M}", end=f"{window.end:%H:%M}") if window else None,
        stats=Stats(**stats),
    )


@router.get("/api/v1/mailing/", summary="A page of mailings, the newest first", tags=["mailings"])
def list_mailings(limit: Limit = 50, cursor: Cursor = None) -> MailingPage:
    """Each with its counts, read from running counts."""
    with state.database().connect() as connection:
        page = Page(mailings.page(connection, before=cursor, limit=limit + 1), limit)
        stats = mailings.stats(connection, [row.id for row in page.rows])
    return MailingPage(items=[_shown(row, stats[row.id]) for row in page.rows], next=page.next)


@router.post("/api/v1/mailing/", summary="Create a mailing", tags=["mailings"])
def create_mailing(new: MailingInput) -> Response[Mailing]:
    """The audience is fixed when the mailing starts; the dispatcher is woken at once."""
    if new.ends_at <= state.now():
        raise InvalidInput("ends_at", "is in the past")
    with state.database().begin() as connection:
        row = mailings.create(
            connection,
            text=new.text,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            tags=new.filter.tags,
            operator_codes=new.filter.operator_codes,
            window=new.send_window.parsed() if new.send_window else None,
            max_rate=new.max_rate,
            on_unknown=new.on_unknown,
        )
        stats = mailings.stats(connection, [row.id])
    wake_dispatcher()
    return Response(HTTPStatus.CREATED, content_type="application/json", body=_shown(row, stats[row.id]))


@router.get("/api/v1/mailing/<mailing_id>/", summary="One mailing with its counts", tags=["mailings"])
def get_mailing(mailing_id: MailingId) -> Mailing:
    """The counts by status add up to the audience."""
    with state.database().connect() as connection:
        row = mailings.get(connection, mailing_id)
        return _shown(row, mailings.stats(connection, [row.id])[row.id])
