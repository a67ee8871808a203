"""`statistic/`: counts of messages over all mailings and of one mailing."""

from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.mailings.routes import MailingId, Sort
from api.resources.mailings.schemas import Stats
from api.resources.statistics.schemas import DeliveryTotals, Detail, MailingSummary, MailingTotals, Totals
from api.routing import Routes
from notifications.contracts.enumerations import MessageStatus, Role
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.statistics import deliveries, mailing_statistics

routes = Routes("statistics")


@routes.get("/statistic/", role=Role.viewer, summary="Get totals and a page of mailings with their counts")
def get_statistics(context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> Totals:
    """Get totals over all mailings that are not deleted, and a page of these mailings with their counts."""
    pages = Pages(mailings.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: mailings.page(connection, **page))
        stats = mailings.stats(connection, [row.id for row in rows])
        sent = {mailing_id: each[MessageStatus.SENT] for mailing_id, each in stats.items()}
        delivered = deliveries.totals(connection, sent)
        return Totals(
            mailings=MailingTotals(**mailing_statistics.mailing_totals(connection)),
            messages=Stats(**mailing_statistics.message_totals(connection)),
            items=[_summary(row, stats[row.id], delivered[row.id]) for row in rows],
            next=following,
        )


def _summary(row: Mailing, stats: mailings.Stats, totals: deliveries.DeliveryTotals) -> MailingSummary:
    return MailingSummary(
        id=row.id,
        text=row.text,
        status=row.status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        stats=Stats(**stats),
        deliveries=DeliveryTotals.model_validate(totals),
    )


@routes.get("/statistic/<mailing_id>/", role=Role.viewer, summary="Get a mailing's statistics")
def get_mailing_statistics(context: Context, mailing_id: MailingId) -> Detail:
    """Get a mailing's counts by status, hour, time zone and operator code, its top errors, its rate and a forecast."""
    with context.autocommit() as connection:
        row = mailings.get(connection, mailing_id)
        found = mailing_statistics.detail(
            connection, row, now=context.now(), requires_consent=context.requires_consent()
        )
    return Detail.model_validate(found)
