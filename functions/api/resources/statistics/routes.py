"""`statistic/`: what became of the messages."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.paging import Cursor, Limit, Pages
from api.resources.mailings.routes import MailingId, Sort
from api.resources.mailings.schemas import Stats
from api.resources.statistics.schemas import Detail, MailingSummary, MailingTotals, Totals
from notifications.mailings import repository as mailings
from notifications.statistics import mailing_statistics

router = APIGatewayHttpRouter()


@router.get("/api/v1/statistic/", summary="Totals, and a page of mailings with their counts", tags=["statistics"])
def get_totals(limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> Totals:
    """Totals are over all mailings that are not deleted."""
    pages = Pages(mailings.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: mailings.page(connection, **page))
        stats = mailings.stats(connection, [row.id for row in rows])
        return Totals(
            mailings=MailingTotals(**mailing_statistics.mailing_totals(connection)),
            messages=Stats(**mailing_statistics.message_totals(connection)),
            items=[MailingSummary(**{**row._mapping, "stats": Stats(**stats[row.id])}) for row in rows],
            next=following,
        )


@router.get("/api/v1/statistic/<mailing_id>/", summary="One mailing in detail", tags=["statistics"])
def get_detail(mailing_id: MailingId) -> Detail:
    """Counts by status, hour, time zone and operator code, the errors that come most, the rate and what to expect."""
    with request_context.autocommit() as connection:
        row = mailings.get(connection, mailing_id)
        return Detail.model_validate(mailing_statistics.detail(connection, row, now=request_context.now()))
