"""Daily run: compares running counts with rows, and mails the report of a day once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import ReportLanguage
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.statistics import daily_figures, daily_reports
from notifications.statistics.reconciliation import Reconciliation, reconcile
from reporter.mail import Mail, Report, compose

type Send = Callable[[Mail], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Composes the report of a day and mails it.

    Attributes:
        zone: the time zone whose days are reported.
        admin_url: the address of the admin site; empty where there is none.
        send: sends a mail and returns its id.
    """

    engine: Engine
    zone: tzinfo
    language: ReportLanguage
    admin_url: str
    send: Send

    def report_once(self, day: date) -> str | None:
        """Mail the report of a day unless it has been mailed.

        Concurrent runs wait for each other. If SES refuses the mail, the next run reports the day.

        Returns:
            The mail's id; None if the day had been reported before.
        """
        with self.engine.begin() as connection:
            if not daily_reports.begin(connection, day):
                return None
            mail = self._compose(connection, day)
            daily_reports.store(connection, day, subject=mail.subject, text=mail.text, html=mail.html)
            return self.send(mail)

    def report_so_far(self, day: date) -> str:
        """Mail the report of a day that is not over, and return the mail's id."""
        with self.engine.connect() as connection:
            mail = self._compose(connection, day)
        return self.send(mail)

    def _compose(self, connection: Connection, day: date) -> Mail:
        return compose(make_report(connection, day, self.zone, admin_url=self.admin_url), self.language)


def make_report(connection: Connection, day: date, zone: tzinfo, *, admin_url: str) -> Report:
    """Collect the figures of a day and reconcile its mailings."""
    found = daily_figures.collect(connection, day, zone)
    return Report(found, check(connection, [each.id for each in found.mailings]), admin_url)


def check(connection: Connection, mailing_ids: list[int]) -> Reconciliation:
    """Reconcile mailings. Log each difference as an error, and count them in a metric that an alarm watches."""
    found = reconcile(connection, mailing_ids)
    for difference in found.differences:
        logger.error(
            "running count differs",
            extra={
                "mailing_id": difference.mailing_id,
                "counter": difference.counter,
                "key": difference.key,
                "rows": difference.rows,
                "counted": difference.counted,
            },
        )
    add_metric(Metric.DIFFERENCES, len(found.differences))
    logger.info("reconciled", extra={"mailings": found.mailings, "messages": found.messages})
    return found
