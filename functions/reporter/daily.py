"""The daily run: compare the numbers, and mail the report of a day once."""

from collections.abc import Callable
from datetime import date, tzinfo

from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import ReportLanguage
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.statistics import daily_figures, daily_reports
from notifications.statistics.reconciliation import Reconciliation, reconcile
from reporter.mail import Mail, Report, compose

type Send = Callable[[Mail], str]


def report_once(
    engine: Engine, day: date, zone: tzinfo, *, language: ReportLanguage, admin_url: str, send: Send
) -> str | None:
    """Send the report of a day unless it has been sent. Gives SES's id of the mail, None if there was one before.

    Two that run at once wait for each other. A mail that is refused leaves the day to be reported by the next try.
    """
    with engine.begin() as connection:
        if not daily_reports.begin(connection, day):
            return None
        mail = compose(make_report(connection, day, zone, admin_url=admin_url), language)
        daily_reports.keep(connection, day, subject=mail.subject, text=mail.text, html=mail.html)
        return send(mail)


def make_report(connection: Connection, day: date, zone: tzinfo, *, admin_url: str) -> Report:
    """The report of a day, its mailings reconciled."""
    found = daily_figures.collect(connection, day, zone)
    return Report(found, check(connection, [each.id for each in found.mailings]), admin_url)


def check(connection: Connection, mailing_ids: list[int]) -> Reconciliation:
    """Reconcile mailings; each difference is an error in the log, their number a metric that an alarm watches."""
    found = reconcile(connection, mailing_ids)
    for difference in found.differences:
        logger.error(
            "numbers differ",
            extra={
                "mailing_id": difference.mailing_id,
                "account": difference.account,
                "key": difference.key,
                "rows": difference.rows,
                "counted": difference.counted,
            },
        )
    add_metric(Metric.DIFFERENCES, len(found.differences))
    logger.info("reconciled", extra={"mailings": found.mailings, "messages": found.messages})
    return found
