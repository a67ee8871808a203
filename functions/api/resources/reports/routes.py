"""`report/`: the daily reports, as they were mailed."""

from datetime import date
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.paging import Cursor, Limit, Pages
from api.resources.reports.schemas import MailedReport, ReportPage, ReportText
from notifications.statistics import daily_reports

router = APIGatewayHttpRouter()

DayPath = Annotated[date, Path(description="the day that is reported", examples=["2026-11-22"])]
Sort = Annotated[Literal["day", "-day"], Query(description="the order; `-` for descending")]


@router.get("/api/v1/report/", summary="The daily reports that were mailed", tags=["statistics"])
def list_reports(limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-day") -> ReportPage:
    """The newest first."""
    pages = Pages(daily_reports.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: daily_reports.page(connection, **page))
    return ReportPage(items=[MailedReport.model_validate(row) for row in rows], next=following)


@router.get("/api/v1/report/<day>/", summary="A daily report as it was mailed", tags=["statistics"])
def get_report(day: DayPath) -> ReportText:
    """As HTML and as plain text."""
    with request_context.autocommit() as connection:
        return ReportText.model_validate(daily_reports.get(connection, day))
