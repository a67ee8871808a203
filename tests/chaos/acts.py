"""Injects faults into a running stack."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from sqlalchemy import Engine, text

from local.servers import postgres
from local.settings import Settings
from local.stack.description import Stack
from notifications.contracts.queue_message import QueueMessage
from notifications.database import engine as database
from tests.chaos import drafts, waiting
from tests.chaos.audience import phone_of
from tests.chaos.operator import Operator
from tests.chaos.schedule import Action
from tests.chaos.workers import Workers
from tests.support.mailings.opting_out import opt_out

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# No client of the audience has this phone.
TEST_PHONE = "79999999999"
# Receipts of a receiver that was killed, or had no database, come again after it.
RECEIPT_VISIBILITY_SECONDS = 15
_SOME = "SELECT id, mailing_id FROM message WHERE mailing_id = :mailing_id ORDER BY id OFFSET :offset LIMIT :n"


def behave(stack: Stack, **behaviour: Any) -> None:
    """Set the behaviour of the provider simulator."""
    url = f"{stack.provider_url}/behaviour"
    httpx.put(url, json={"reject_repeats": True, **behaviour}, trust_env=False).raise_for_status()


def repeat_receipts_soon() -> None:
    """Shorten the visibility timeout of the queue of receipts."""
    client: SQSClient = boto3.client("sqs")
    (url,) = [each for each in client.list_queues()["QueueUrls"] if "ReceiptQueue" in each]
    client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(RECEIPT_VISIBILITY_SECONDS)})


def lose_hidden(stack: Stack, engine: Engine) -> None:
    """Make messages overdue that killed senders have received.

    Nothing is done while the queue has visible messages: those only wait, and each would be released once more.
    """
    client: SQSClient = boto3.client("sqs")
    counts = client.get_queue_attributes(QueueUrl=stack.queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    if counts["Attributes"]["ApproximateNumberOfMessages"] == "0":
        waiting.lose_queued(engine, dead_since=datetime.now(UTC) - waiting.MAX_TIME_ON_QUEUE)


@dataclass
class Chaos:
    """Faults and operator actions on one stack, with counts of their results.

    Args:
        mailing_id: the mailing to act on.
        audience: its number of messages.

    Attributes:
        tests: ids of the test sends that the API has accepted.
        opted_out: people who have opted out, by phone, with the time from which that was to hold.
        done: number of successes by action.
        failed: number of failures by action and error; other faults cause them.
    """

    settings: Settings
    stack: Stack
    operator: Operator
    workers: Workers
    mailing_id: int
    audience: int
    tests: set[int] = field(default_factory=set)
    opted_out: dict[str, datetime] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def engine(self) -> Engine:
        """Engine of the stack's database."""
        return database.engine(self.stack.database_url)

    def kill(self, act: Action) -> None:
        """Kill the target. After a kill of all senders, end the leases that they held."""
        before = datetime.now(UTC)
        self.workers.kill(act.kind, act.choice)
        if act.kind == "senders":
            self.attempt("leases run out", lambda: waiting.end_leases(self.engine, dead_since=before))

    def do(self, act: Action) -> None:
        """Run an action of the schedule."""
        self.attempt(act.kind, lambda: getattr(self, f"_{act.kind}")(act))

    def attempt(self, name: str, action: Callable[[], Any]) -> None:
        """Run an action and count its success or failure; other faults may make it fail."""
        try:
            action()
            self.done[name] += 1
        except Exception as error:  # noqa: BLE001 - any error can follow from another fault
            self.failed[f"{name}: {type(error).__name__}"] += 1

    def set_queue(self, **attributes: int) -> None:
        """Set attributes of the queue."""
        values: Any = {name: str(value) for name, value in attributes.items()}
        self._sqs.set_queue_attributes(QueueUrl=self.stack.queue_url, Attributes=values)

    @property
    def _sqs(self) -> "SQSClient":
        client: SQSClient = boto3.client("sqs")
        return client

    def _behave(self, act: Action) -> None:
        behave(self.stack, **act.given)

    def _repeat(self, act: Action) -> None:
        offset = int(act.choice * max(self.audience - act.given["messages"], 1))
        with self.engine.connect() as connection:
            given = {"mailing_id": self.mailing_id, "offset": offset, "n": act.given["messages"]}
            some = connection.execute(text(_SOME), given).all()
        for row in some:
            self._sqs.send_message(
                QueueUrl=self.stack.queue_url,
                MessageBody=QueueMessage(message_id=row.id, mailing_id=row.mailing_id).to_body(),
                MessageGroupId=str(row.mailing_id),
                DelaySeconds=act.given["delay"],
            )

    def _test(self, act: Action) -> None:
        for _ in range(act.given["number"]):
            if answer := self.operator.call("POST", "mailing/test/", json={"phone": TEST_PHONE, "text": "Test"}):
                self.tests.add(answer["id"])

    def _draft(self, act: Action) -> None:
        steps = act.given["steps"]
        if created := self.operator.call("POST", "mailing/", json=drafts.body(is_empty=not steps)):
            for step in steps:
                self.operator.call("POST", f"mailing/{created['id']}/{step}/")

    def _opt_out(self, act: Action) -> None:
        """Opt people out."""
        first = int(act.choice * self.audience)
        phones = [phone_of(each) for each in range(first, min(first + act.given["people"], self.audience))]
        opt_out(self.engine, phones, scope=act.given["scope"], now=datetime.now(UTC))
        answered = datetime.now(UTC)
        self.opted_out = dict.fromkeys(phones, answered) | self.opted_out

    def _pause(self, act: Action) -> None:
        self.operator.call("POST", f"mailing/{self.mailing_id}/pause/")
        time.sleep(act.given["seconds"])
        self.operator.call("POST", f"mailing/{self.mailing_id}/resume/")

    def _text(self, act: Action) -> None:
        self.operator.change(self.mailing_id, act.given)

    def _window(self, act: Action) -> None:
        self.operator.change(self.mailing_id, act.given)

    def _rate(self, act: Action) -> None:
        self.operator.change(self.mailing_id, act.given)

    def _visibility(self, act: Action) -> None:
        self.set_queue(VisibilityTimeout=act.given["seconds"])

    def _lose(self, _: Action) -> None:
        before = datetime.now(UTC)
        self._sqs.purge_queue(QueueUrl=self.stack.queue_url)
        waiting.lose_queued(self.engine, dead_since=before)

    def _restart_postgres(self, _: Action) -> None:
        server = postgres.server(self.settings)
        server.stop()
        server.ensure_running()

    def _crash_postgres(self, _: Action) -> None:
        server = postgres.server(self.settings)
        # PostgreSQL's "immediate" shutdown: connections are dropped, and the next start recovers from the log.
        server.process.stop(signal.SIGQUIT)
        server.ensure_running()
