from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send
from tests.support.mailings.receipts import receive

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
NOW = {
    "text": "Hi",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(days=2)).isoformat(),
    "filter": {"tags": [], "operator_codes": []},
}
FILE = "phone,timezone\n79260000000,UTC\n79260000001,Asia/Omsk\n79030000002,UTC\n79030000003,UTC\n"


def test_totals_over_all_mailings_are_shown(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", FILE)
    for _ in range(3):
        call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("sent", None), ("sent", None), ("failed", "no")])
    call("DELETE", "mailing/3/")
    answer = call("GET", "statistic/?limit=1").json
    assert answer["mailings"] == {
        "total": 2, "draft": 0, "scheduled": 1, "running": 1, "paused": 0, "finished": 0, "cancelled": 0
    }  # fmt: skip
    assert {name: n for name, n in answer["messages"].items() if n} == {
        "total": 4, "pending": 1, "sent": 2, "failed": 1
    }  # fmt: skip
    assert [each["id"] for each in answer["items"]] == [2]
    following = call("GET", f"statistic/?limit=1&cursor={answer['next']}").json
    assert following["items"][0]["stats"]["sent"] == 2
    assert following["next"] is None


def test_one_mailing_is_shown_in_detail(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", FILE)
    call("POST", "mailing/", NOW | {"max_rate": 2})
    plan(engine, 1)
    send(engine, 1, [("sent", None), ("sent", None), ("failed", "no such number")])
    answer = call("GET", "statistic/1/").json
    assert answer["stats"]["total"] == 4
    assert [(each["sent"], each["failed"]) for each in answer["by_hour"]] == [(2, 1)]
    assert answer["by_hour"][0]["hour"].endswith(":00:00Z")
    assert [(each["timezone"], each["total"]) for each in answer["by_timezone"]] == [("Asia/Omsk", 1), ("UTC", 3)]
    assert sum(each["sent"] for each in answer["by_timezone"]) == 2
    assert [(each["operator_code"], each["total"]) for each in answer["by_operator_code"]] == [("903", 2), ("926", 2)]
    assert answer["errors"] == [{"error": "no such number", "code": None, "params": None, "count": 1}]
    assert 0 < answer["rate_per_second"] <= 2
    forecast = answer["forecast"]
    assert (forecast["will_miss_end"], forecast["rate_needed"]) == (0, None)
    done = datetime.fromisoformat(forecast["finishes_at"])
    assert timedelta(0) < done - datetime.now(UTC) < timedelta(seconds=10)


def test_deliveries_are_shown_in_totals_and_in_detail(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", FILE)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("sent", None)] * 4)
    ids = [each["id"] for each in call("GET", "mailing/1/message/").json["items"]]
    receive(engine, dict(zip(ids, ("delivered", "delivered", "undeliverable"), strict=False)), at=START)
    total = {
        "delivered": 2, "undeliverable": 1, "delayed": 0, "unconfirmed": 0, "without_receipt": 1, "delivery_rate": 0.5
    }  # fmt: skip
    assert call("GET", "statistic/").json["items"][0]["deliveries"] == total
    found = call("GET", "statistic/1/").json["deliveries"]
    assert found["total"] == total
    assert [each["operator_code"] for each in found["by_operator_code"]] == ["903", "926"]
    assert [each["provider"] for each in found["by_provider"]] == ["http"]
    assert [each["without_receipt"] for each in found["by_hour"]] == [1]


def test_a_paused_mailing_has_no_finish(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", FILE)
    call("POST", "mailing/", NOW | {"max_rate": 2})
    plan(engine, 1)
    call("POST", "mailing/1/pause/")
    forecast = call("GET", "statistic/1/").json["forecast"]
    assert (forecast["finishes_at"], forecast["paused"]) == (None, True)
    call("POST", "mailing/1/resume/")
    forecast = call("GET", "statistic/1/").json["forecast"]
    assert (forecast["finishes_at"] is None, forecast["paused"]) == (False, False)


def test_forecasts_before_the_start(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    begins = START + timedelta(days=1)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(seconds=2)).isoformat()}
    call("POST", "mailing/", NOW | times | {"max_rate": 1})
    assert call("GET", "statistic/1/").json["forecast"] == {
        "finishes_at": None, "will_miss_end": 2, "rate_needed": 2, "paused": False
    }  # fmt: skip


def test_an_ended_mailing_has_no_forecast(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", FILE)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("sent", None)] * 4)
    assert call("GET", "statistic/1/").json["forecast"] == {
        "finishes_at": None, "will_miss_end": 0, "rate_needed": None, "paused": False
    }  # fmt: skip
    call("DELETE", "client/79260000000/")
    assert {each["timezone"] for each in call("GET", "statistic/1/").json["by_timezone"]} == {"UTC", "Asia/Omsk"}
