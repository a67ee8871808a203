"""`report/`: the mailed daily reports."""

from datetime import date
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.reports.schemas import MailedReport, ReportPage, ReportText
from api.routing import Routes
from notifications.contracts.enumerations import Role
from notifications.statistics import daily_reports

routes = Routes("statistics")

DayPath = Annotated[date, Path(description="reported day, in the report's time zone", examples=["2026-11-22"])]
Sort = Annotated[Literal["day", "-day"], Query(description="field to sort by; `-` for descending")]


@routes.get("/report/", role=Role.viewer, summary="List daily reports")
def list_reports(context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-day") -> ReportPage:
    """List the daily reports that were mailed, by default latest first."""
    pages = Pages(daily_reports.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: daily_reports.page(connection, **page))
    return ReportPage(items=[MailedReport.model_validate(row) for row in rows], next=following)


@routes.get("/report/<day>/", role=Role.viewer, summary="Get a daily report")
def get_report(context: Context, day: DayPath) -> ReportText:
    """Get a daily report as it was mailed, as HTML and as plain text."""
    with context.autocommit() as connection:
        return ReportText.model_validate(daily_reports.get(connection, day))
