"""Sends receipts and replies to the targets: schedules them, signs them, repeats failed calls."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx

from provider_simulator.callbacks import posting
from provider_simulator.callbacks.items import Item, Kind, Planned, Receipt, Reply
from provider_simulator.callbacks.outbox import Call, Outbox
from provider_simulator.callbacks.planning import plan_accepted, plan_stop, plan_unaccepted
from provider_simulator.callbacks.record import Record, Result
from provider_simulator.callbacks.settings import ReceiptBehaviour, ReplyBehaviour, Targets

callbacks_log = logging.getLogger("provider_simulator.calls.callbacks")

CONCURRENT_CALLS = 4
POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 10


@dataclass
class Callbacks:
    """Receipts and replies of a simulated provider.

    Args:
        now: clock, in seconds since 1970.
        sleep: waits for seconds.
        transport: transport of the calls; None for real connections.
    """

    targets: Targets = field(default_factory=Targets)
    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    transport: httpx.AsyncBaseTransport | None = None
    outbox: Outbox = field(default_factory=Outbox)
    record: Record = field(default_factory=Record)
    _stopped_phones: set[int] = field(default_factory=set)
    _added: asyncio.Event = field(default_factory=asyncio.Event)
    _client: httpx.AsyncClient = field(init=False)

    async def accepted(
        self,
        receipts: ReceiptBehaviour,
        replies: ReplyBehaviour,
        message_id: int,
        phone: int,
        text: str,
        *,
        seed: int,
    ) -> None:
        """Schedule the receipts of an accepted message and the recipient's reply; early receipts are sent now."""
        now = self.now()
        plan = plan_accepted(receipts, message_id, text, seed=seed, now=now)
        if self.targets.receipt_url and plan.is_early:
            await self._send_now(plan.receipts)
        elif self.targets.receipt_url:
            self._schedule("receipts", plan.receipts)
        if self.targets.inbound_url and plan.is_received and phone not in self._stopped_phones:
            reply = plan_stop(replies, phone, seed=seed, now=now)
            if reply:
                self._stopped_phones.add(phone)
                self._schedule("replies", (reply,))

    def unaccepted(self, receipts: ReceiptBehaviour, message_id: int, *, seed: int) -> None:
        """Schedule the receipts of a valid message that was not accepted."""
        if self.targets.receipt_url:
            self._schedule("receipts", plan_unaccepted(receipts, message_id, seed=seed, now=self.now()))

    def reply(self, phone: int, text: str, at: float | None) -> None:
        """Schedule a reply of a recipient at a time, by default now."""
        at = self.now() if at is None else at
        self._schedule("replies", (Planned(at, Reply(phone, text, at)),))

    def reset(self) -> None:
        """Forget what waits and what was sent; calls under way count in the old record."""
        self.outbox, self.record = Outbox(), Record()
        self._stopped_phones.clear()

    def stats(self) -> dict[str, Any]:
        """Return the counts of receipts and replies, and of the calls that have sent them."""
        return {
            "receipts": self._stats("receipts"),
            "replies": self._stats("replies"),
            "acknowledged_states": dict(self.record.acknowledged_states),
            "statuses": dict(self.record.statuses),
        }

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send what is due while the block runs; at its end, what waits is not sent."""
        client = httpx.AsyncClient(transport=self.transport, timeout=TIMEOUT_SECONDS, verify=_ssl_context())
        async with client as self._client:
            workers = [asyncio.create_task(self._work()) for _ in range(CONCURRENT_CALLS)]
            try:
                yield
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.wait(workers)

    def _stats(self, kind: Kind) -> dict[str, int]:
        results: tuple[Result, ...] = ("acknowledged", "refused", "abandoned")
        counts = {result: self.record.results[kind, result] for result in results}
        return {"waiting": self.outbox.waiting[kind], "dropped": self.outbox.dropped[kind]} | counts

    def _schedule[T: Item](self, kind: Kind, items: Iterable[Planned[T]]) -> None:
        for item in items:
            self.outbox.add(kind, item)
        self._added.set()

    async def _send_now(self, items: tuple[Planned[Receipt], ...]) -> None:
        call = self.outbox.begin("receipts", items)
        if call:
            await self._attempt(call, self.outbox, self.record)
            self._added.set()

    async def _work(self) -> None:
        while True:
            outbox = self.outbox
            if call := outbox.pop(self.now()):
                await self._attempt(call, outbox, self.record)
            elif outbox.is_empty:
                self._added.clear()
                await self._added.wait()
            else:
                await self.sleep(POLL_SECONDS)

    async def _attempt(self, call: Call, outbox: Outbox, record: Record) -> None:
        call.attempts += 1
        started, at = time.perf_counter(), self.now()
        status = await posting.post(self._client, self.targets, call, now=at)
        result = posting.result_of(status, call.attempts)
        if result == "repeated":
            outbox.repeat(call, self.now() + posting.pause_seconds(call.attempts))
        else:
            outbox.finish(call)
        attempt = record.add(call, result, at=at, seconds=time.perf_counter() - started, status=status)
        if callbacks_log.isEnabledFor(logging.INFO):
            callbacks_log.info(json.dumps(attempt.summary()))


@cache
def _ssl_context() -> SSLContext:
    """Load the trusted certificates once a process."""
    return httpx.create_ssl_context()
