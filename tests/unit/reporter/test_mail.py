import csv
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import StringIO

import pytest

from notifications.contracts.enumerations import ENDED_STATUSES, MailingStatus, ReconciledCount, ReportLanguage
from notifications.providers.incidents import Incident
from notifications.statistics.daily_figures import Figures, MailingFigures
from notifications.statistics.delays import BEYOND, Delays
from notifications.statistics.reconciliation import Difference, Reconciliation
from reporter.mail import MAILINGS_SHOWN, Report, compose

EN, RU = ReportLanguage.EN, ReportLanguage.RU
NOTHING = dict.fromkeys(ENDED_STATUSES, 0)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)


def mailing(number: int, text: str = "Hello", **ended: int) -> MailingFigures:
    return MailingFigures(
        id=number, text=text, status=MailingStatus.RUNNING, total=9512, waiting=7, ended=NOTHING | ended
    )


def report(*mailings: MailingFigures, differences: tuple[Difference, ...] = (), admin_url: str = "") -> Report:
    figures = Figures(
        day=date(2026, 11, 22),
        mailings=mailings,
        ended=NOTHING | {"sent": 9991, "failed": 14},
        ended_before=NOTHING | {"sent": 8790, "failed": 17},
        errors=[("HTTP 503 <busy>", 11)],
        incidents=[
            Incident(provider="alpha", opened_at=at(14, 5), closed_at=at(16, 40), reason="HTTP 502: bad gateway"),
            Incident(provider=None, opened_at=at(23, 59), closed_at=None, reason=None),
        ],
        waiting=811,
        delays=Delays({1: 90, 10: 6, BEYOND: 4}),
    )
    return Report(figures, Reconciliation(len(mailings), 11215, differences), admin_url)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += data.split()


def words_of(html: str) -> list[str]:
    parser = _Words()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("language", ReportLanguage)
def test_html_and_text_say_the_same(language: ReportLanguage) -> None:
    mail = compose(report(mailing(7, sent=12345), admin_url="https://admin.example/"), language)
    in_html, in_text = words_of(mail.html), mail.text.split()
    numbers = {word.strip(",().;%") for word in in_text if any(character.isdigit() for character in word)}
    assert {"7", "503"} < numbers
    assert numbers <= {word.strip(",().;%") for word in in_html}
    assert 'href="https://admin.example/"' in mail.html
    assert "https://admin.example/" in mail.text


def test_changes_are_relative_to_the_previous_day() -> None:
    text = compose(report(mailing(7)), EN).text
    assert "9,991   (+1,201)" in text
    assert "14   (\N{MINUS SIGN}3)" in text


def test_the_share_within_the_promised_delay_is_shown() -> None:
    assert "Sent at most 10 s late: 96.0\u00a0% (95 % within 10 s)" in compose(report(mailing(7)), EN).text


def test_incidents_of_the_provider_are_shown() -> None:
    mail = compose(report(mailing(7)), EN)
    assert "14:05 \N{EN DASH} 16:40  alpha: HTTP 502: bad gateway" in mail.text
    assert "23:59 \N{EN DASH} it lasts" in mail.text
    assert "14:05 \N{EN DASH} 16:40" in mail.html


def test_text_of_users_is_escaped() -> None:
    mail = compose(report(mailing(7, text="<script>alert(1)</script>")), EN)
    assert "<script>" not in mail.html
    assert "HTTP 503 &lt;busy&gt;" in mail.html
    assert "HTTP 503 <busy>" in mail.text


@pytest.mark.parametrize(("language", "said"), [(EN, "There were no mailings"), (RU, "рассылок не было")])
def test_a_day_without_mailings_is_mentioned(language: ReportLanguage, said: str) -> None:
    mail = compose(report(), language)
    assert said in mail.text
    assert said in mail.html


def test_differences_of_counts_are_shown() -> None:
    mail = compose(report(mailing(7), differences=(Difference(7, ReconciledCount.STATUS, "sent", 390, 391),)), EN)
    for body in (mail.text, mail.html):
        assert "THE NUMBERS DISAGREE" in body
        assert "mailing 7, status sent: 390 rows, 391 counted" in body


def test_a_long_list_continues_in_the_attached_table() -> None:
    mail = compose(report(*(mailing(number) for number in range(1, MAILINGS_SHOWN + 3))), EN)
    assert "And 2 more" in mail.text
    assert "And 2 more" in mail.html
    assert len(mail.table.splitlines()) == MAILINGS_SHOWN + 3


def test_the_table_is_safe_in_a_spreadsheet() -> None:
    mail = compose(report(mailing(7, text="=1+1", sent=5)), EN)
    rows = list(csv.DictReader(StringIO(mail.table.decode("utf-8-sig"))))
    assert rows[0]["text"] == "'=1+1"
    assert rows[0]["sent"] == "5"
    assert mail.table_name == "mailings-2026-11-22.csv"
