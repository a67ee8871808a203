"""The run of one seed: two mailings and long jobs during the faults, the recovery, and the checks."""

import json
import threading
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from sqlalchemy import text

from local.demo import reconciliation
from local.demo.reconciliation import Count
from local.servers import postgres, simulator
from notifications.database import engine as database
from tests.chaos import drafts, schedule, waiting
from tests.chaos.acts import Chaos, behave, lose_hidden
from tests.chaos.audience import tag_of
from tests.chaos.checks import direct_messages, jobs, mailings, opt_outs, receipts
from tests.chaos.checks.verdict import Observations
from tests.chaos.long_jobs import LongJobs
from tests.chaos.operator import Operator
from tests.chaos.schedule import Action
from tests.chaos.workers import Workers

RECOVERY_TIMEOUT = timedelta(minutes=6)
POLL_SECONDS = 1
# The mailing with `hold` ends at this fraction of the run.
HOLD_MAILING_DURATION = 0.7
# Name of that mailing. All messages of the others are sent in the end.
HELD = "hold"
CALLS_PER_PAGE = 10_000
# Messages of people who have opted out, also by a call whose answer was lost. All mailings are marketing, which each
# opt-out covers.
_OPTED_OUT = text("""
    SELECT m.id FROM message AS m JOIN client ON client.id = m.client_id JOIN opt_out ON opt_out.phone = client.phone
""")
_UNDECIDED = text(f"""
    SELECT count(*) FROM message WHERE mailing_id = :id AND status = 'unknown' AND id NOT IN ({_OPTED_OUT.text})
""")


@dataclass
class Run:
    """The run of one seed on a running stack.

    Attributes:
        mailings: ids of the mailings to all clients, by name.
    """

    chaos: Chaos
    long_jobs: LongJobs
    mailings: Mapping[str, int]
    begun: datetime

    @classmethod
    def begin(cls, operator: Operator, workers: Workers, *, clients: int, seconds: float) -> "Run":
        """Start two mailings: the faulted one resends, the other holds and ends early.

        Two others have finished before, whose messages the jobs send again.
        """
        stack, tag, begun = operator.stack, tag_of(clients), datetime.now(UTC)
        long_jobs = LongJobs.prepare(operator, database.engine(stack.database_url), clients)
        held = operator.create(tag, lasts=timedelta(seconds=seconds * HOLD_MAILING_DURATION), on_unknown="hold")
        main = operator.create(tag, lasts=timedelta(days=2), on_unknown="resend")
        ids = {"resend": main, HELD: held, "retried": long_jobs.retried, "resolved": long_jobs.resolved}
        return cls(Chaos(operator.settings, stack, operator, workers, main, clients), long_jobs, ids, begun)

    def inject_faults(self, seed: int, seconds: float) -> None:
        """Run the schedule of the seed: kills, API calls, jobs and skipped pauses in threads, the rest in this one."""
        start, acts = time.monotonic(), schedule.actions(seed, seconds)
        parallel: list[tuple[list[Action], Callable[[Action], None]]] = [
            (schedule.kills(seed, seconds), self.chaos.kill),
            ([act for act in acts if act.kind in schedule.BY_API], self.chaos.do),
            ([Action(half / 2, "skip_pauses") for half in range(int(seconds * 2))], self._skip_pauses),
        ]
        running = [threading.Thread(target=_follow, args=(*work, start, seconds)) for work in parallel]
        running.append(threading.Thread(target=self.chaos.attempt, args=("jobs", self.long_jobs.run)))
        for thread in running:
            thread.start()
        # Servers are started and stopped by the main thread only.
        _follow([act for act in acts if act.kind not in schedule.BY_API], self.chaos.do, start, seconds)
        for thread in running:
            thread.join()
        postgres.server(self.chaos.settings).ensure_running()

    def recover(self) -> float:
        """End all faults, and wait until mailings, launched drafts and test sends have ended and receipts are applied.

        Returns:
            The seconds that it took.

        Raises:
            TimeoutError: they have not ended in time.
        """
        start = time.monotonic()
        chaos, now = self.chaos, datetime.now(UTC)
        behave(chaos.stack)
        chaos.set_queue(VisibilityTimeout=waiting.VISIBILITY_SECONDS)
        chaos.workers.kill_all()
        waiting.end_leases(chaos.engine, dead_since=now)
        while not self._has_ended():
            if time.monotonic() - start > RECOVERY_TIMEOUT.total_seconds():
                raise TimeoutError(f"not ended after {RECOVERY_TIMEOUT}: {self._statuses()}")
            self._skip_pauses()
            lose_hidden(chaos.stack, chaos.engine)
            time.sleep(POLL_SECONDS)
        return time.monotonic() - start

    def _has_ended(self) -> bool:
        chaos, operator = self.chaos, self.chaos.operator
        # Repeated, because an earlier call that timed out may still be executed.
        operator.call("POST", f"mailing/{chaos.mailing_id}/resume/")
        operator.change(chaos.mailing_id, {"send_window": None, "max_rate": None})
        # All of them, so that they recover at the same time.
        sent = [self._is_sent(mailing_id) for name, mailing_id in self.mailings.items() if name != HELD]
        if not all(sent):
            return False
        with chaos.engine.connect() as connection:
            if not (direct_messages.have_all_ended(connection) and drafts.have_all_ended(connection, since=self.begun)):
                return False
            if not jobs.have_all_ended(connection):
                return False
        return operator.has_ended(self.mailings[HELD]) and self._are_receipts_applied()

    def _are_receipts_applied(self) -> bool:
        chaos = self.chaos
        calls = simulator.call_counts(chaos.settings)
        if calls is None or calls.receipts_waiting:
            return False
        with chaos.engine.connect() as connection:
            return receipts.are_applied(connection, chaos.stack.provider_url)

    def _is_sent(self, mailing_id: int) -> bool:
        """Return True if all messages of a mailing are sent. Send failed and unknown ones again after its end."""
        operator, statuses = self.chaos.operator, self._statuses()
        if not operator.has_ended(mailing_id):
            return False
        if statuses.get((mailing_id, "failed")):
            operator.call("POST", f"mailing/{mailing_id}/retry/")
            return False
        if self._undecided(mailing_id):
            operator.call("POST", f"mailing/{mailing_id}/resolve/", json={"verdict": "resend"})
            return False
        return True

    def _undecided(self, mailing_id: int) -> int:
        """Return the number of unknown messages that are sent if they are sent again: not those after an opt-out."""
        with self.chaos.engine.connect() as connection:
            return int(connection.execute(_UNDECIDED, {"id": mailing_id}).scalar_one())

    def _skip_pauses(self, _: Action | None = None) -> None:
        self.chaos.attempt("pauses end", partial(waiting.end_pauses, self.chaos.engine))

    def endings(self) -> dict[str, int]:
        """Return the number of messages by mailing and status."""
        names = {mailing_id: name for name, mailing_id in self.mailings.items()}
        return {f"{names[mailing_id]}, {status}": n for (mailing_id, status), n in sorted(self._statuses().items())}

    def _statuses(self) -> dict[tuple[int, str], int]:
        query = text("SELECT mailing_id, status, count(*) FROM message WHERE mailing_id = ANY(:ids) GROUP BY 1, 2")
        with self.chaos.engine.connect() as connection:
            rows = connection.execute(query, {"ids": [*self.mailings.values()]}).all()
        return {(mailing_id, status): n for mailing_id, status, n in rows}

    def jobs(self) -> dict[str, int]:
        """Return the numbers of jobs and of their chunks."""
        with self.chaos.engine.connect() as connection:
            return jobs.numbers(jobs.observe(connection))

    def receipts(self) -> dict[str, int]:
        """Return the numbers of receipts that the provider has sent."""
        return receipts.numbers(self.chaos.stack.provider_url)

    def checks(self) -> Iterator[Count]:
        """Yield all checks, each with its expected count."""
        accepted = list(self._accepted())
        yield Count("ids accepted twice", len(accepted) - len({each for each, _ in accepted}), 0)
        with self.chaos.engine.connect() as connection:
            seen = {name: mailings.observe(connection, each, accepted) for name, each in self.mailings.items()}
            tests = direct_messages.observe(connection, accepted, since=self.begun)
            launched = drafts.calls(connection, accepted, since=self.begun)
            yield from jobs.checks(jobs.observe(connection))
            tagged = jobs.tagged(connection, self.long_jobs.added_tag)
            yield Count("jobs: clients with the tag of the bulk change", tagged, len(self.long_jobs.changed))
            yield from drafts.checks(connection, accepted, since=self.begun)
            yield from receipts.checks(connection, self.chaos.stack.provider_url, self.mailings.values())
            yield from opt_outs.checks(connection, accepted, answered=self.chaos.opted_out)
            stopped = set(connection.execute(_OPTED_OUT).scalars())
        yield from self._checks_of_mailings(seen, stopped)
        yield from direct_messages.checks(tests, answered=self.chaos.tests)
        known = launched + sum(len(each.accepted) for each in (*seen.values(), *tests))
        yield Count("calls of no message of this run", len(accepted) - known, 0)

    def _checks_of_mailings(self, seen: Mapping[str, Observations], stopped: Container[int]) -> Iterator[Count]:
        audience, url = self.chaos.audience, self.chaos.stack.database_url
        for name, each in seen.items():
            yield from mailings.checks(name, each, audience=audience)
            differences = reconciliation.count_differences(url, self.mailings[name])
            yield Count(f"{name}: running counts that differ", differences, 0)
            if name == HELD:
                yield from mailings.in_doubt(name, each)
            else:
                yield from mailings.all_sent(name, each, opted_out=stopped)

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
