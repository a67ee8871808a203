"""One seed: two mailings under the schedule, the healing, and the account."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from sqlalchemy import text

from local.demo import reconciliation
from local.demo.reconciliation import Count
from local.servers import postgres
from notifications.contracts.enumerations import ENDED_STATUSES
from tests.chaos import direct_messages, recorder, schedule, waiting
from tests.chaos.acts import Chaos
from tests.chaos.audience import tag_of
from tests.chaos.operator import Operator
from tests.chaos.schedule import Act
from tests.chaos.verdict import Message, Witnessed
from tests.chaos.workers import Workers

VISIBILITY_SECONDS = 15
# What has waited on the queue for so long is kept from everybody by a worker that died.
KEPT_AT_MOST = timedelta(seconds=2 * VISIBILITY_SECONDS)
HEALS_WITHIN = timedelta(minutes=6)
LOOKS_EVERY_SECONDS = 1
# The second mailing is over before the run is.
ENDS_AFTER = 0.7
CALLS_A_PAGE = 10_000


@dataclass
class Run:
    """A seed's run over a stack that is up."""

    chaos: Chaos
    held_id: int
    begun: datetime

    @classmethod
    def begin(cls, operator: Operator, *, clients: int, seconds: float) -> "Run":
        """Start instances and two mailings: one resends and is acted on, one holds what is unknown and ends early."""
        tag, begun = tag_of(clients), datetime.now(UTC)
        held = operator.create(tag, lasts=timedelta(seconds=seconds * ENDS_AFTER), on_unknown="hold")
        main = operator.create(tag, lasts=timedelta(days=2), on_unknown="resend")
        workers = Workers(operator.settings)
        workers.start(operator.stack)
        return cls(Chaos(operator.settings, operator.stack, operator, workers, main, clients), held, begun)

    def break_everything(self, seed: int, seconds: float) -> None:
        """Follow the seed's schedule: kills beside everything else, and pauses cut short."""
        start, acts = time.monotonic(), schedule.acts(seed, seconds)
        lanes: list[tuple[list[Act], Callable[[Act], None]]] = [
            (schedule.kills(seed, seconds), self.chaos.kill),
            ([act for act in acts if act.kind in schedule.BY_API], self.chaos.do),
            ([Act(half / 2, "hurry") for half in range(int(seconds * 2))], self._hurry),
        ]
        beside = [threading.Thread(target=_follow, args=(*lane, start, seconds)) for lane in lanes]
        for thread in beside:
            thread.start()
        # Servers are started and stopped by the main thread only.
        _follow([act for act in acts if act.kind not in schedule.BY_API], self.chaos.do, start, seconds)
        for thread in beside:
            thread.join()
        postgres.server(self.chaos.settings).ensure_running()

    def heal(self) -> float:
        """End all faults and wait until both mailings and all test sends are over.

        Gives the seconds it took, or raises TimeoutError.
        """
        start = time.monotonic()
        chaos, now = self.chaos, datetime.now(UTC)
        chaos.behave()
        chaos.set_queue(VisibilityTimeout=VISIBILITY_SECONDS)
        chaos.workers.kill_all()
        waiting.end_leases(chaos.engine, dead_since=now)
        while not self._is_over():
            if time.monotonic() - start > HEALS_WITHIN.total_seconds():
                raise TimeoutError(f"stands still: {self._statuses()}")
            self._hurry()
            waiting.lose_queued(chaos.engine, dead_since=datetime.now(UTC) - KEPT_AT_MOST)
            time.sleep(LOOKS_EVERY_SECONDS)
        return time.monotonic() - start

    def _is_over(self) -> bool:
        chaos, operator = self.chaos, self.chaos.operator
        # Every time: a call that was given up as unanswered may yet be heard.
        operator.ask("POST", f"mailing/{chaos.mailing_id}/resume/")
        operator.change(chaos.mailing_id, {"send_window": None, "max_rate": None})
        if not operator.is_over(chaos.mailing_id):
            return False
        if self._statuses().get((chaos.mailing_id, "failed")):
            operator.ask("POST", f"mailing/{chaos.mailing_id}/retry/")
            return False
        with chaos.engine.connect() as connection:
            return operator.is_over(self.held_id) and direct_messages.are_over(connection)

    def _hurry(self, _: Act | None = None) -> None:
        self.chaos.attempt("pauses end", partial(waiting.end_pauses, self.chaos.engine))

    def endings(self) -> dict[str, int]:
        """How many messages of each mailing have which status."""
        names = {self.chaos.mailing_id: "resend", self.held_id: "hold"}
        return {f"{names[mailing_id]}, {status}": n for (mailing_id, status), n in sorted(self._statuses().items())}

    def _statuses(self) -> dict[tuple[int, str], int]:
        query = text("SELECT mailing_id, status, count(*) FROM message WHERE mailing_id IN (:a, :b) GROUP BY 1, 2")
        with self.chaos.engine.connect() as connection:
            rows = connection.execute(query, {"a": self.chaos.mailing_id, "b": self.held_id}).all()
        return {(mailing_id, status): n for mailing_id, status, n in rows}

    def account(self) -> Iterator[Count]:
        """Every promise, with what was found and what it has to be."""
        audience = self.chaos.audience
        accepted = list(self._accepted())
        yield Count("ids accepted twice", len(accepted) - len({each for each, _ in accepted}), 0)
        main = self._witnessed(self.chaos.mailing_id, accepted)
        yield from self._common("resend", self.chaos.mailing_id, main)
        yield Count("resend: sent", len(main.with_status("sent")), audience)
        yield Count("resend: calls accepted", len(main.accepted), audience)
        held = self._witnessed(self.held_id, accepted)
        yield from self._common("hold", self.held_id, held)
        doubted = {each.id for each in held.messages if each.in_doubt and each.status != "sent"}
        explained = {each for each, _ in held.accepted} & doubted
        yield Count(
            "hold: accepted = sent + in doubt", len(held.accepted), len(held.with_status("sent")) + len(explained)
        )
        with self.chaos.engine.connect() as connection:
            tests = direct_messages.witness(connection, accepted, since=self.begun)
        yield from direct_messages.account(tests, answered=self.chaos.tests)
        known = sum(len(each.accepted) for each in (main, held, *tests))
        yield Count("calls of no message of this run", len(accepted) - known, 0)

    def _common(self, name: str, mailing_id: int, seen: Witnessed) -> Iterator[Count]:
        audience, url = self.chaos.audience, self.chaos.stack.database_url
        yield Count(f"{name}: messages", len(seen.messages), audience)
        yield Count(f"{name}: clients with a message", len({each.client_id for each in seen.messages}), audience)
        final = seen.with_status(*ENDED_STATUSES)
        yield Count(f"{name}: in a final state", len(final), audience)
        yield Count(f"{name}: sent but not accepted", len(seen.invented()), 0)
        yield Count(f"{name}: accepted and neither sent nor in doubt", len(seen.unproven()), 0)
        yield Count(f"{name}: called without a claim", len(seen.unclaimed()), 0)
        yield Count(f"{name}: claimed while paused, over or out of the window", len(seen.forbidden()), 0)
        yield Count(f"{name}: called out of the window", len(seen.out_of_window()), 0)
        yield Count(f"{name}: called after the end", len(seen.late()), 0)
        yield Count(f"{name}: running counts that differ", reconciliation.count_differences(url, mailing_id), 0)

    def _witnessed(self, mailing_id: int, accepted: Sequence[tuple[int, datetime]]) -> Witnessed:
        query = text("SELECT id, client_id, status, in_doubt, timezone FROM message WHERE mailing_id = :mailing_id")
        with self.chaos.engine.connect() as connection:
            messages = [Message(*row) for row in connection.execute(query, {"mailing_id": mailing_id})]
            ids = {each.id for each in messages}
            own = [call for call in accepted if call[0] in ids]
            return Witnessed(messages, own, recorder.claims(connection), recorder.terms(connection, mailing_id))

    def _accepted(self) -> Iterator[tuple[int, datetime]]:
        since = 0
        while True:
            url = f"{self.chaos.stack.provider_url}/calls?since={since}"
            lines = httpx.get(url, trust_env=False).raise_for_status().text.splitlines()
            for line in lines:
                call = json.loads(line)
                yield call["id"], datetime.fromisoformat(call["at"])
            since += len(lines)
            if len(lines) < CALLS_A_PAGE:
                return


def _follow(acts: Iterable[Act], do: Callable[[Act], None], start: float, seconds: float) -> None:
    """Do each act at its time, or as soon as the one before is done; none after the end."""
    for act in acts:
        time.sleep(max(0, start + act.at - time.monotonic()))
        if time.monotonic() > start + seconds:
            return
        do(act)
