from datetime import date

from sqlalchemy import Engine

from notifications.statistics import daily_reports
from tests.support.functions.gateway import Gateway


def mailed(engine: Engine, day: date) -> None:
    with engine.begin() as connection:
        assert daily_reports.begin(connection, day)
        daily_reports.store(connection, day, subject=f"Report of {day}", text="sent: 2", html="<p>sent: 2</p>")


def test_reports_are_listed_newest_first(call: Gateway, engine: Engine) -> None:
    for number in (20, 21, 22):
        mailed(engine, date(2026, 11, number))
    first = call("GET", "report/?limit=2").json
    rest = call("GET", f"report/?limit=2&cursor={first['next']}").json
    listed = [*first["items"], *rest["items"]]
    assert [each["day"] for each in listed] == ["2026-11-22", "2026-11-21", "2026-11-20"]
    assert listed[0].keys() == {"day", "sent_at", "subject"}
    assert rest["next"] is None


def test_a_report_is_shown_as_it_was_mailed(call: Gateway, engine: Engine) -> None:
    mailed(engine, date(2026, 11, 22))
    shown = call("GET", "report/2026-11-22/").json
    assert (shown["subject"], shown["text"], shown["html"]) == ("Report of 2026-11-22", "sent: 2", "<p>sent: 2</p>")


def test_a_day_without_a_report_is_not_found_and_a_bad_day_is_refused(call: Gateway) -> None:
    assert call("GET", "report/2026-11-22/").status == 404
    refused = call("GET", "report/yesterday/")
    assert refused.status == 422
    assert refused.json["errors"][0]["loc"] == ["path", "day"]
