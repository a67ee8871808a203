"""Sending of receipts and replies, with a clock and a transport of the test."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from provider_simulator import ReceiptBehaviour, ReplyBehaviour, Targets
from provider_simulator.callbacks import callbacks as module
from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.callbacks.posting import MAX_ATTEMPTS
from provider_simulator.callbacks.settings import ReceiptFault
from provider_simulator.callbacks.signing import signature

# For the event loop's own pair of sockets.
pytestmark = pytest.mark.enable_socket

KEY = b"a key of thirty-two random bytes"
TARGETS = Targets.model_validate(
    {
        "receipt_url": "http://api/receipt/http/",
        "inbound_url": "http://api/inbound/http/",
        "secret": f"whsec_{base64.b64encode(KEY).decode()}",
    }
)
DELIVERED = ReceiptBehaviour(delivered=1, undeliverable=0, delay_ms=1000, jitter_ms=0)
NO_REPLIES = ReplyBehaviour()
START = 1_795_000_000.0

type Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps."""

    seconds: float = START

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class Receiver:
    """A receiver that keeps the calls, and answers with the given statuses and then 202."""

    clock: Clock = field(default_factory=Clock)
    statuses: list[int] = field(default_factory=list)
    calls: list[httpx.Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        self.times.append(self.clock.now())
        return httpx.Response(self.statuses.pop(0) if self.statuses else 202)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(call.content) for call in self.calls]

    @property
    def ids(self) -> list[int]:
        return [receipt["id"] for body in self.bodies for receipt in body["receipts"]]


@asynccontextmanager
async def sending(receiver: Receiver, answer: Answer | None = None) -> AsyncIterator[Callbacks]:
    transport = httpx.MockTransport(answer or receiver.answer)
    callbacks = Callbacks(TARGETS, receiver.clock.now, receiver.clock.sleep, transport)
    async with asyncio.timeout(20), callbacks.sending():
        yield callbacks


async def accept(
    callbacks: Callbacks,
    *ids: int,
    receipts: ReceiptBehaviour = DELIVERED,
    replies: ReplyBehaviour = NO_REPLIES,
    phone: int = 79261234567,
) -> None:
    for message_id in ids:
        await callbacks.accepted(receipts, replies, message_id, phone, "Hello", seed=0)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    pytest.fail("has not come about")


async def until_finished(callbacks: Callbacks) -> None:
    await until(lambda: not callbacks.outbox.waiting.total())


def run(receiver: Receiver, test: Callable[[Callbacks], Awaitable[None]]) -> dict[str, Any]:
    """Run the test until nothing waits, and return the counts."""

    async def whole() -> dict[str, Any]:
        async with sending(receiver) as callbacks:
            await test(callbacks)
            await until_finished(callbacks)
            return callbacks.stats()

    return asyncio.run(whole())


def counts(**changes: int) -> dict[str, int]:
    return {"waiting": 0, "acknowledged": 0, "refused": 0, "abandoned": 0, "dropped": 0} | changes


def test_a_receipt_is_posted_signed_after_its_delay() -> None:
    receiver = Receiver()
    stats = run(receiver, lambda callbacks: accept(callbacks, 7))
    (call,) = receiver.calls
    assert (call.method, str(call.url)) == ("POST", "http://api/receipt/http/")
    assert receiver.bodies == [
        {"receipts": [{"id": 7, "state": "delivered", "at": "2026-11-18T11:06:41.000+00:00", "part": 1, "parts": 1}]}
    ]
    assert START + 1 <= receiver.times[0] < START + 2
    identity, timestamp = call.headers["webhook-id"], call.headers["webhook-timestamp"]
    assert call.headers["webhook-signature"] == signature(KEY, identity, timestamp, call.content)
    assert abs(int(timestamp) - receiver.times[0]) <= 1
    assert stats["receipts"] == counts(acknowledged=1)
    assert stats["acknowledged_states"] == {"delivered": 1}


def test_receipts_that_are_due_together_share_a_call() -> None:
    receiver = Receiver()
    run(receiver, lambda callbacks: accept(callbacks, *range(2_500)))
    assert sorted(receiver.ids) == list(range(2_500))
    assert [len(body["receipts"]) for body in receiver.bodies] == [1_000, 1_000, 500]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failed_call_is_repeated_under_its_id_with_growing_pauses(status: int) -> None:
    receiver = Receiver(statuses=[status] * 3)
    stats = run(receiver, lambda callbacks: accept(callbacks, 7))
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
    assert len({call.headers["webhook-timestamp"] for call in receiver.calls}) == 4
    pauses = [after - before for before, after in zip(receiver.times, receiver.times[1:], strict=False)]
    assert pauses == [pytest.approx(expected, abs=0.5) for expected in (1, 2, 4)]
    assert stats["receipts"] == counts(acknowledged=1)
    assert stats["statuses"] == {str(status): 3, "202": 1}


def test_a_call_that_keeps_failing_is_abandoned() -> None:
    receiver = Receiver(statuses=[503] * 100)
    stats = run(receiver, lambda callbacks: accept(callbacks, 7))
    assert len(receiver.calls) == MAX_ATTEMPTS
    assert stats["receipts"] == counts(abandoned=1)


@pytest.mark.parametrize("status", [302, 400, 401, 404])
def test_a_refused_call_is_not_repeated(status: int) -> None:
    receiver = Receiver(statuses=[status])
    stats = run(receiver, lambda callbacks: accept(callbacks, 7))
    assert len(receiver.calls) == 1
    assert stats["receipts"] == counts(refused=1)


def test_a_broken_connection_is_repeated() -> None:
    receiver = Receiver()
    errors = [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")]

    async def answer(request: httpx.Request) -> httpx.Response:
        if errors:
            raise errors.pop(0)
        return await receiver.answer(request)

    async def whole() -> dict[str, Any]:
        async with sending(receiver, answer) as callbacks:
            await accept(callbacks, 7)
            await until_finished(callbacks)
            return callbacks.stats()

    assert asyncio.run(whole())["statuses"] == {"ConnectError": 1, "ReadTimeout": 1, "202": 1}


def test_an_early_receipt_is_answered_before_the_message_is() -> None:
    receiver = Receiver()
    early = DELIVERED.model_copy(update={"faults": (ReceiptFault(kind="early"),)})

    async def test(callbacks: Callbacks) -> None:
        await accept(callbacks, 7, receipts=early)
        assert receiver.ids == [7]

    assert run(receiver, test)["receipts"] == counts(acknowledged=1)


def test_a_phone_replies_at_a_given_time() -> None:
    receiver = Receiver()

    async def test(callbacks: Callbacks) -> None:
        callbacks.reply(79261234567, "Да", START + 60)

    stats = run(receiver, test)
    assert str(receiver.calls[0].url) == "http://api/inbound/http/"
    assert receiver.bodies == [
        {"messages": [{"phone": "79261234567", "text": "Да", "at": "2026-11-18T11:07:40.000+00:00"}]}
    ]
    assert receiver.times[0] >= START + 60
    assert (stats["replies"], stats["receipts"]) == (counts(acknowledged=1), counts())


def test_a_recipient_answers_stop_once() -> None:
    receiver = Receiver()
    never, stops = ReceiptBehaviour(delivered=0, undeliverable=0), ReplyBehaviour(stop_share=1, stop_texts=("STOP",))
    run(receiver, lambda callbacks: accept(callbacks, 7, 8, receipts=never, replies=stops))
    assert [message["text"] for body in receiver.bodies for message in body["messages"]] == ["STOP"]


def test_who_did_not_get_the_message_does_not_answer() -> None:
    receiver = Receiver()
    undeliverable = ReceiptBehaviour(delivered=0, undeliverable=1)
    stats = run(
        receiver,
        lambda callbacks: accept(callbacks, 7, receipts=undeliverable, replies=ReplyBehaviour(stop_share=1)),
    )
    assert (stats["replies"], stats["receipts"]) == (counts(), counts(acknowledged=1))


def test_calls_run_side_by_side_up_to_a_limit() -> None:
    receiver, open_calls, highest = Receiver(), 0, 0
    gate = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal open_calls, highest
        open_calls += 1
        highest = max(highest, open_calls)
        await gate.wait()
        open_calls -= 1
        return await receiver.answer(request)

    async def whole() -> None:
        async with sending(receiver, answer) as callbacks:
            await accept(callbacks, *range(10_000))
            await until(lambda: open_calls == module.CONCURRENT_CALLS)
            gate.set()
            await until_finished(callbacks)

    asyncio.run(whole())
    assert (highest, len(receiver.calls)) == (module.CONCURRENT_CALLS, 10)


def test_stopping_does_not_wait_for_what_is_under_way_or_due_later() -> None:
    receiver = Receiver()

    async def hang(request: httpx.Request) -> httpx.Response:
        receiver.calls.append(request)
        await asyncio.Event().wait()
        raise AssertionError

    async def whole() -> int:
        async with sending(receiver, hang) as callbacks:
            await accept(callbacks, 1)
            callbacks.reply(79, "later", START + 10**9)
            await until(lambda: bool(receiver.calls))
        return callbacks.outbox.waiting.total()

    assert asyncio.run(whole()) == 2


def test_without_a_target_nothing_waits() -> None:
    async def whole() -> int:
        callbacks = Callbacks()
        await accept(callbacks, 7, replies=ReplyBehaviour(stop_share=1))
        callbacks.unaccepted(DELIVERED.model_copy(update={"refused_calls": 1}), 8, seed=0)
        return callbacks.outbox.waiting.total()

    assert asyncio.run(whole()) == 0


def test_a_reset_forgets_what_waits_and_what_was_sent() -> None:
    receiver = Receiver()

    async def test(callbacks: Callbacks) -> None:
        await accept(callbacks, 1)
        await until_finished(callbacks)
        await accept(callbacks, 2)
        callbacks.reset()
        assert list(callbacks.record.attempts_from(0)) == []
        await accept(callbacks, 3)

    assert run(receiver, test)["receipts"] == counts(acknowledged=1)
    assert receiver.ids == [1, 3]


def test_the_oldest_calls_are_forgotten_first() -> None:
    receiver = Receiver()

    async def whole() -> list[int]:
        async with sending(receiver) as callbacks:
            callbacks.record.max_items = 3
            for message_id in range(5):
                await accept(callbacks, message_id)
                await until_finished(callbacks)
            return [attempt.number for attempt in callbacks.record.attempts_from(3)] + [
                attempt.number for attempt in callbacks.record.attempts_from(0)
            ]

    assert asyncio.run(whole()) == [3, 4, 2, 3, 4]
