"""The rate of a mailing as the provider sees it: real handlers in processes, and a server that stamps arrivals.

No 10 seconds have more calls of a mailing than 10 times its rate and a batch, and no second more than twice its rate
and one, however the messages reach the senders.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.contracts.queue_message import QueueMessage
from notifications.mailings import commands
from tests.support.proofs.rate_windows import busiest
from tests.support.sender.counting_server import CountingServer, counting_server
from tests.support.sender.live_queue import BATCH, LiveQueue, LiveSender
from tests.support.sender.scenario import TOKEN, SenderScenario

SENDERS = 4
TICK_SECONDS = 2.0
# The long form, of `make prove`, runs all cases. Each takes a quarter of a minute, since rates are kept in real time.
LONG = pytest.mark.skipif(not os.environ.get("RATES"), reason="part of the long form of the proofs")
# Longest wait on a busy machine for what takes a few seconds.
WITHIN = 60


@dataclass
class LiveStack:
    """A dispatcher and senders that work in real time, and the provider that they call."""

    engine: Engine
    provider: CountingServer
    queue: LiveQueue
    senders: list[LiveSender]
    mailings: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, messages: int, *, max_rate: int | None, status: str = "pending") -> None:
        """Add a mailing whose messages are due; `queued` ones can be received at once, as after a standstill."""
        ids = SenderScenario(self.engine, now=datetime.now(UTC)).fill(messages, max_rate=max_rate, status=status)
        with self.engine.begin() as connection:
            mailing_id = connection.execute(text("SELECT max(id) FROM mailing")).scalar_one()
            connection.execute(text("UPDATE mailing SET text = :name WHERE id = :id"), {"name": name, "id": mailing_id})
        self.mailings[name] = mailing_id
        if status == "queued":
            for each in ids:
                self.queue.put(QueueMessage(message_id=each, mailing_id=mailing_id).to_body())

    def set_rate(self, name: str, max_rate: int | None) -> None:
        with self.engine.begin() as connection:
            commands.change(connection, self.mailings[name], {"max_rate": max_rate}, now=datetime.now(UTC))

    def pause(self, name: str, *, seconds: float) -> None:
        with self.engine.begin() as connection:
            commands.pause(connection, self.mailings[name], now=datetime.now(UTC))
        time.sleep(seconds)
        with self.engine.begin() as connection:
            commands.resume(connection, self.mailings[name], now=datetime.now(UTC))

    def arrivals(self, name: str) -> list[float]:
        return self.provider.arrivals[name]

    def assert_kept(self, name: str, rate: int) -> None:
        """Assert that no 10 seconds and no second had more calls of the mailing than promised."""
        times = self.arrivals(name)
        found = busiest(times, 10), busiest(times, 1)
        print(f"{name}: {len(times)} calls, most in 10 s and in 1 s: {found}")  # noqa: T201 - shown when a test fails
        assert found[0] <= 10 * rate + BATCH
        assert found[1] <= 2 * rate + 1


@contextmanager
def live_stack(engine: Engine, provider: CountingServer, *, repeats: int = 0) -> Iterator[LiveStack]:
    """Run a dispatcher, which ticks every two seconds, and senders for the duration of the block."""
    queue, over = LiveQueue(repeats), threading.Event()
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    environ = {"DATABASE_URL": url, "PROVIDER_URL": provider.url, "PROVIDER_TOKEN": TOKEN}
    senders = [LiveSender(queue, environ) for _ in range(SENDERS)]

    def dispatch() -> None:
        while not over.is_set():
            until = datetime.now(UTC).replace(year=2100)
            tick(engine, Queue(queue, "url"), clock=lambda: datetime.now(UTC), until=until)  # type: ignore[arg-type]
            over.wait(TICK_SECONDS)

    ticking = threading.Thread(target=dispatch)
    for each in senders:
        each.begin()
    ticking.start()
    try:
        yield LiveStack(engine, provider, queue, senders)
    finally:
        over.set()
        ticking.join()
        for each in senders:
            each.stop()


def wait_for(condition: object, seconds: float) -> None:
    """Wait until a condition holds, and fail if it takes longer."""
    ends = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("rate", "latency"), [(5, 0.01), pytest.param(5, 0.5, marks=LONG), pytest.param(50, 0.05, marks=LONG)]
)
def test_a_backlog_leaves_at_the_rate(engine: Engine, rate: int, latency: float) -> None:
    with counting_server(latency=latency) as provider, live_stack(engine, provider) as stack:
        stack.add("rated", rate * 30, max_rate=rate, status="queued")
        time.sleep(13)
    stack.assert_kept("rated", rate)
    assert len(stack.arrivals("rated")) > rate * 5


@LONG
def test_a_rate_is_used_while_messages_wait(engine: Engine) -> None:
    with counting_server() as provider, live_stack(engine, provider) as stack:
        stack.add("rated", 400, max_rate=20)
        wait_for(lambda: stack.arrivals("rated"), WITHIN)
        time.sleep(14)
    times = stack.arrivals("rated")
    stack.assert_kept("rated", 20)
    steady = sum(1 for each in times if 3 <= each - times[0] < 13)
    assert steady >= 0.9 * 20 * 10


@LONG
def test_other_mailings_do_not_wait_for_a_backlog_of_a_low_rate(engine: Engine) -> None:
    with counting_server() as provider, live_stack(engine, provider) as stack:
        stack.add("rated", 300, max_rate=1, status="queued")
        stack.add("free", 100, max_rate=None, status="queued")
        wait_for(lambda: len(stack.arrivals("free")) == 100, WITHIN)
        assert len(stack.arrivals("rated")) <= 10
    stack.assert_kept("rated", 1)


def test_rates_are_kept_through_pauses_kills_repeats_and_retries(engine: Engine) -> None:
    with counting_server(latency=0.2, refused=0.1) as provider, live_stack(engine, provider, repeats=4) as stack:
        stack.add("slow", 150, max_rate=5, status="queued")
        stack.add("fast", 400, max_rate=20, status="queued")
        stack.add("free", 100, max_rate=None)
        for each in stack.senders:
            time.sleep(1.5)
            each.kill()
        stack.pause("slow", seconds=2)
        stack.pause("fast", seconds=1)
        wait_for(lambda: len(stack.arrivals("free")) >= 100, WITHIN)
    stack.assert_kept("slow", 5)
    stack.assert_kept("fast", 20)
    assert stack.arrivals("slow")
    assert stack.arrivals("fast")


@LONG
def test_a_changed_rate_is_kept_from_then_on(engine: Engine) -> None:
    with counting_server() as provider, live_stack(engine, provider) as stack:
        stack.add("changed", 600, max_rate=20, status="queued")
        wait_for(lambda: len(stack.arrivals("changed")) >= 20, WITHIN)
        stack.set_rate("changed", 2)
        # What was claimed at the old rate is called within `MAX_WAIT`.
        followed = time.monotonic() + 3
        time.sleep(10)
        slow = [each for each in stack.arrivals("changed") if each >= followed]
        assert busiest(slow, 1) <= 2 * 2 + 1
        assert busiest(slow, 10) <= 10 * 2 + BATCH
        stack.assert_kept("changed", 20)
        stack.set_rate("changed", None)
        freed = time.monotonic()
        wait_for(lambda: sum(1 for each in stack.arrivals("changed") if each >= freed) > 300, WITHIN)
