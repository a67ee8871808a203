"""The run of one seed: two mailings during the faults, the recovery, and the checks."""

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
from tests.chaos import direct_messages, drafts, recorder, schedule, waiting
from tests.chaos.acts import Chaos
from tests.chaos.audience import tag_of
from tests.chaos.operator import Operator
from tests.chaos.schedule import Action
from tests.chaos.verdict import Message, Observations
from tests.chaos.workers import Workers

VISIBILITY_SECONDS = 15
# A queue message that old is invisible, because the worker that received it has died.
MAX_TIME_ON_QUEUE = timedelta(seconds=2 * VISIBILITY_SECONDS)
RECOVERY_TIMEOUT = timedelta(minutes=6)
POLL_SECONDS = 1
# The mailing with `hold` ends at this fraction of the run.
HOLD_MAILING_DURATION = 0.7
_UNFINISHED_JOBS = text("""
    SELECT count(*) FROM job
    WHERE mailing_id = :mailing_id AND status IN ('waiting', 'running', 'failed')
""")
CALLS_PER_PAGE = 10_000


@dataclass
class Run:
    """The run of one seed on a running stack."""

    chaos: Chaos
    held_id: int
    begun: datetime

    @classmethod
    def begin(cls, operator: Operator, *, clients: int, seconds: float) -> "Run":
        """Start instances and two mailings: the faulted one resends, the other holds and ends early."""
        tag, begun = tag_of(clients), datetime.now(UTC)
        held = operator.create(tag, lasts=timedelta(seconds=seconds * HOLD_MAILING_DURATION), on_unknown="hold")
        main = operator.create(tag, lasts=timedelta(days=2), on_unknown="resend")
        workers = Workers(operator.settings)
        workers.start(operator.stack)
        return cls(Chaos(operator.settings, operator.stack, operator, workers, main, clients), held, begun)

    def inject_faults(self, seed: int, seconds: float) -> None:
        """Run the schedule of the seed: kills, API calls and skipped pauses in threads, other faults in this one."""
        start, acts = time.monotonic(), schedule.actions(seed, seconds)
        parallel: list[tuple[list[Action], Callable[[Action], None]]] = [
            (schedule.kills(seed, seconds), self.chaos.kill),
            ([act for act in acts if act.kind in schedule.BY_API], self.chaos.do),
            ([Action(half / 2, "skip_pauses") for half in range(int(seconds * 2))], self._skip_pauses),
        ]
        running = [threading.Thread(target=_follow, args=(*work, start, seconds)) for work in parallel]
        for thread in running:
            thread.start()
        # Servers are started and stopped by the main thread only.
        _follow([act for act in acts if act.kind not in schedule.BY_API], self.chaos.do, start, seconds)
        for thread in running:
            thread.join()
        postgres.server(self.chaos.settings).ensure_running()

    def recover(self) -> float:
        """End all faults and wait until both mailings, launched drafts and test sends have ended.

        Returns:
            The seconds that it took.

        Raises:
            TimeoutError: they have not ended in time.
        """
        start = time.monotonic()
        chaos, now = self.chaos, datetime.now(UTC)
        chaos.behave()
        chaos.set_queue(VisibilityTimeout=VISIBILITY_SECONDS)
        chaos.workers.kill_all()
        waiting.end_leases(chaos.engine, dead_since=now)
        while not self._has_ended():
            if time.monotonic() - start > RECOVERY_TIMEOUT.total_seconds():
                raise TimeoutError(f"not ended after {RECOVERY_TIMEOUT}: {self._statuses()}")
            self._skip_pauses()
            waiting.lose_queued(chaos.engine, dead_since=datetime.now(UTC) - MAX_TIME_ON_QUEUE)
            time.sleep(POLL_SECONDS)
        return time.monotonic() - start

    def _has_ended(self) -> bool:
        chaos, operator = self.chaos, self.chaos.operator
        # Repeated, because an earlier call that timed out may still be executed.
        operator.call("POST", f"mailing/{chaos.mailing_id}/resume/")
        operator.change(chaos.mailing_id, {"send_window": None, "max_rate": None})
        if not operator.has_ended(chaos.mailing_id):
            return False
        if self._statuses().get((chaos.mailing_id, "failed")):
            operator.call("POST", f"mailing/{chaos.mailing_id}/retry/")
            return False
        with chaos.engine.connect() as connection:
            if not (direct_messages.have_all_ended(connection) and drafts.have_all_ended(connection, since=self.begun)):
                return False
        return operator.has_ended(self.held_id)

    def _skip_pauses(self, _: Action | None = None) -> None:
        self.chaos.attempt("pauses end", partial(waiting.end_pauses, self.chaos.engine))

    def endings(self) -> dict[str, int]:
        """Return the number of messages by mailing and status."""
        names = {self.chaos.mailing_id: "resend", self.held_id: "hold"}
        return {f"{names[mailing_id]}, {status}": n for (mailing_id, status), n in sorted(self._statuses().items())}

    def _statuses(self) -> dict[tuple[int, str], int]:
        query = text("SELECT mailing_id, status, count(*) FROM message WHERE mailing_id IN (:a, :b) GROUP BY 1, 2")
        with self.chaos.engine.connect() as connection:
            rows = connection.execute(query, {"a": self.chaos.mailing_id, "b": self.held_id}).all()
        return {(mailing_id, status): n for mailing_id, status, n in rows}

    def checks(self) -> Iterator[Count]:
        """Yield all checks, each with its expected count."""
        audience = self.chaos.audience
        accepted = list(self._accepted())
        yield Count("ids accepted twice", len(accepted) - len({each for each, _ in accepted}), 0)
        main = self._observed(self.chaos.mailing_id, accepted)
        yield from self._common("resend", self.chaos.mailing_id, main)
        yield Count("resend: sent", len(main.with_status("sent")), audience)
        yield Count("resend: calls accepted", len(main.accepted), audience)
        held = self._observed(self.held_id, accepted)
        yield from self._common("hold", self.held_id, held)
        in_doubt = {each.id for each in held.messages if each.in_doubt and each.status != "sent"}
        explained = {each for each, _ in held.accepted} & in_doubt
        yield Count(
            "hold: accepted = sent + in doubt", len(held.accepted), len(held.with_status("sent")) + len(explained)
        )
        with self.chaos.engine.connect() as connection:
            tests = direct_messages.observe(connection, accepted, since=self.begun)
            launched = drafts.calls(connection, accepted, since=self.begun)
            yield from drafts.checks(connection, accepted, since=self.begun)
        yield from direct_messages.checks(tests, answered=self.chaos.tests)
        known = launched + sum(len(each.accepted) for each in (main, held, *tests))
        yield Count("calls of no message of this run", len(accepted) - known, 0)

    def _common(self, name: str, mailing_id: int, seen: Observations) -> Iterator[Count]:
        audience, url = self.chaos.audience, self.chaos.stack.database_url
        yield Count(f"{name}: messages", len(seen.messages), audience)
        yield Count(f"{name}: clients with a message", len({each.client_id for each in seen.messages}), audience)
        final = seen.with_status(*ENDED_STATUSES)
        yield Count(f"{name}: in a final state", len(final), audience)
        yield Count(f"{name}: sent but not accepted", len(seen.sent_but_not_accepted()), 0)
        yield Count(f"{name}: accepted and neither sent nor in doubt", len(seen.accepted_but_not_recorded()), 0)
        yield Count(f"{name}: ended in doubt, but not unknown", len(seen.ended_in_doubt()), 0)
        yield Count(f"{name}: called without a claim", len(seen.called_without_claim()), 0)
        yield Count(f"{name}: claimed while paused, over or out of the window", len(seen.claimed_when_forbidden()), 0)
        yield Count(f"{name}: called faster than the rate", len(seen.called_too_fast()), 0)
        yield Count(f"{name}: called out of the window", len(seen.called_out_of_window()), 0)
        yield Count(f"{name}: called after the end", len(seen.called_after_end()), 0)
        yield Count(f"{name}: running counts that differ", reconciliation.count_differences(url, mailing_id), 0)
        with self.chaos.engine.connect() as connection:
            left = connection.execute(_UNFINISHED_JOBS, {"mailing_id": mailing_id}).scalar_one()
        yield Count(f"{name}: jobs that are open or failed", left, 0)

    def _observed(self, mailing_id: int, accepted: Sequence[tuple[int, datetime]]) -> Observations:
        query = text("SELECT id, client_id, status, in_doubt, timezone FROM message WHERE mailing_id = :mailing_id")
        with self.chaos.engine.connect() as connection:
            messages = [Message(*row) for row in connection.execute(query, {"mailing_id": mailing_id})]
            ids = {each.id for each in messages}
            own = [call for call in accepted if call[0] in ids]
            return Observations(messages, own, recorder.claims(connection), recorder.terms(connection, mailing_id))

    def _accepted(self) -> Iterator[tuple[int, datetime]]:
        since = 0
        while True:
            url = f"{self.chaos.stack.provider_url}/calls?since={since}"
            lines = httpx.get(url, trust_env=False).raise_for_status().text.splitlines()
            for line in lines:
                call = json.loads(line)
                yield call["id"], datetime.fromisoformat(call["at"])
            since += len(lines)
            if len(lines) < CALLS_PER_PAGE:
                return


def _follow(acts: Iterable[Action], do: Callable[[Action], None], start: float, seconds: float) -> None:
    """Run each action at its time, or later when the one before has ended; none after the end."""
    for act in acts:
        time.sleep(max(0, start + act.at - time.monotonic()))
        if time.monotonic() > start + seconds:
            return
        do(act)
