"""`statistic/`: what became of the messages."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import state
from api.mailings import MailingId, Sort
from api.paging import Cursor, Limit, Pages
from api.schemas.mailings import Stats
from api.schemas.statistics import Detail, MailingSummary, MailingTotals, Totals
from notifications import mailings, statistics

router = APIGatewayHttpRouter()


@router.get("/api/v1/statistic/", summary="Totals, and a page of mailings with their counts", tags=["statistics"])
def get_totals(limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> Totals:
    """Totals are over all mailings that are not deleted."""
    pages = Pages(mailings.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with state.autocommit() as connection:
        rows, following = pages.read(lambda **page: mailings.page(connection, **page))
        stats = mailings.stats(connection, [row.id for row in rows])
        return Totals(
            mailings=MailingTotals(**statistics.mailing_totals(connection)),
            messages=Stats(**statistics.message_totals(connection)),
            items=[MailingSummary(**{**row._mapping, "stats": Stats(**stats[row.id])}) for row in rows],
            next=following,
        )


@router.get("/api/v1/statistic/<mailing_id>/", summary="One mailing in detail", tags=["statistics"])
def get_detail(mailing_id: MailingId) -> Detail:
    """Counts by status, hour, time zone and operator code, the errors that come most, the rate and what to expect."""
    with state.autocommit() as connection:
        row = mailings.get(connection, mailing_id)
        return Detail.model_validate(statistics.detail(connection, row, now=state.now()))
