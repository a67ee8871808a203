"""One mailing from the REST call to the report, with the queue and the provider as small fakes."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.contracts.enumerations import ReportLanguage
from reporter.daily import make_report
from reporter.mail import compose
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage, Rejected, Unavailable
from tests.support.functions.api import api_over
from tests.support.functions.gateway import user
from tests.support.sqs import attributes

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)
CSV = """phone,operator_code,tags,timezone
79260000001,926,vip,Europe/Moscow
79260000002,926,vip;new,Asia/Kamchatka
79260000003,926,new,Europe/Moscow
79030000004,903,vip,Asia/Omsk
"""
MAILING = {
    "text": "Hello {phone}",
    "starts_at": NOW.isoformat(),
    "ends_at": (NOW + timedelta(days=1)).isoformat(),
    "filter": {"tags": ["VIP"]},
    "send_window": {"start": "09:00", "end": "21:00"},
}


class FakeSqs:
    """Fake queue that records its messages."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return attributes(len(self.ids))

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        self.ids += [json.loads(entry["MessageBody"])["message_id"] for entry in Entries]
        return {}

    def take(self) -> list[int]:
        taken, self.ids = self.ids, []
        return taken


class FakeProvider:
    """Fake provider that accepts every phone without a given error."""

    name = "fake"

    def __init__(self, errors: dict[str, Exception]) -> None:
        self.errors = errors
        self.accepted: list[tuple[str, str]] = []

    async def send(self, message: OutgoingMessage) -> None:
        assert message.id > 0
        if message.phone in self.errors:
            raise self.errors[message.phone]
        self.accepted.append((message.phone, message.text))


@pytest.fixture
def call(engine: Engine) -> Any:
    operator = api_over(engine, now=lambda: NOW).with_claims(user("operator"))

    def call(method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        answer = operator(method, path, body, headers={"Content-Type": content_type})
        assert answer.status < 300, answer.text
        return answer.json

    return call


def run_tick(engine: Engine, sqs: FakeSqs, now: datetime) -> None:
    tick(engine, Queue(sqs, "url"), clock=lambda: now, until=END_OF_TIME)  # type: ignore[arg-type]


def run_sender(engine: Engine, sqs: FakeSqs, provider: FakeProvider, now: datetime) -> None:
    ids = sqs.take()
    asyncio.run(Sender(erasure_key=bytes, engine=engine, provider=provider, clock=lambda: now).deliver(ids + ids))


def counted_rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status, count(*) AS n FROM message GROUP BY status"))
        return {row.status: row.n for row in rows}


def test_every_client_of_the_audience_has_an_outcome(engine: Engine, call: Any) -> None:
    call("POST", "client/import/", CSV, "text/csv")
    path, sqs = f"mailing/{call('POST', 'mailing/', MAILING)['id']}/", FakeSqs()
    provider = FakeProvider({"79030000004": Unavailable("HTTP 503: busy")})

    run_tick(engine, sqs, NOW)
    assert call("GET", path)["stats"] | {"pending": 1, "queued": 2} == call("GET", path)["stats"]
    run_sender(engine, sqs, provider, NOW)
    assert provider.accepted == [("79260000001", "Hello 79260000001")]
    assert call("GET", path)["stats"]["sent"] == 1
    assert call("GET", path)["stats"]["pending"] == 2

    # 10:00 in Kamchatka, 4:00 in Omsk.
    run_tick(engine, sqs, NOW + timedelta(hours=12))
    run_sender(engine, sqs, provider, NOW + timedelta(hours=12))
    assert provider.accepted[1:] == [("79260000002", "Hello 79260000002")]

    provider.errors = {"79030000004": Rejected("HTTP 400: no such phone")}
    run_tick(engine, sqs, NOW + timedelta(hours=18))
    run_sender(engine, sqs, provider, NOW + timedelta(hours=18))
    finished = call("GET", path)
    assert finished["status"] == "finished"
    assert finished["stats"]["failed"] == 1
    assert {status: n for status, n in finished["stats"].items() if n and status != "total"} == counted_rows(engine)

    with engine.connect() as connection:
        report = make_report(connection, NOW.date(), UTC, admin_url="")
    assert "sent: 2" in compose(report, ReportLanguage.EN).text
    assert "отправлено: 2" in compose(report, ReportLanguage.RU).text
    assert report.reconciliation.differences == []
