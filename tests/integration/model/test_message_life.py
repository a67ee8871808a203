"""The life of messages as a stateful test on real SQL.

Steps are API calls, opt-outs, erasures, ticks, senders, crashes, lost and repeated queue messages, wrong answers of the
provider, and jumps in time. After every step the counts equal the rows, and final statuses stay. Every call of the
provider is checked when it is made (`tests.support.proofs.model_collaborators`). At the end all faults stop, every
message ends, and nothing is kept of erased people.
`PROVE=400` sets the number of runs.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine, Row, insert, text
from sqlalchemy.dialects import postgresql

from dispatcher.dispatch_loop import with_job_chunks
from dispatcher.sqs_queue import Queue as DispatcherQueue
from dispatcher.tick import tick
from notifications import message_state
from notifications.clients import repository as clients
from notifications.clients.bulk import commands as bulk
from notifications.clients.bulk.commands import BulkChange
from notifications.clients.client import Client
from notifications.clients.erasure import erased_phones
from notifications.clients.erasure.erasing import erase
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.tags.changes import TagChange
from notifications.contracts.enumerations import (
    ENDED_STATUSES,
    Category,
    OnUnknown,
    OptOutScope,
    Resolution,
    RetriedStatus,
)
from notifications.contracts.errors import Conflict, InvalidInput, NotFound
from notifications.contracts.observability import metrics
from notifications.database.tables import client, mailing, metadata
from notifications.jobs import repository as jobs
from notifications.mailings import commands, retries
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.message_state import LEASE, MAX_QUEUED_TIME
from notifications.messages import test_sends
from notifications.providers import health
from notifications.statistics.reconciliation import reconcile
from sender.delivery import Sender
from tests.support.database.reasons import codes
from tests.support.database.search import found_in
from tests.support.mailings.opting_out import opt_out
from tests.support.mailings.planned import AUTHOR
from tests.support.mailings.simulation import no_sleep
from tests.support.proofs.model_collaborators import (
    Answer,
    KillAtCommit,
    ProcessKilled,
    Provider,
    Queue,
    QueueBehaviour,
)

type Act = Literal["launch", "withdraw", "pause", "resume", "cancel", "retry", "remove"]
# Minutes to wait, or actions of an operator.
type Event = int | Act | Literal["tick", "another sender", "a sender of the rest", "opt out", "erase"]

LIVES = int(os.environ.get("PROVE", "8"))
STEPS = 40
# A week without a clock change, and a night with one: Berlin's clocks go forward on the 29th.
START = datetime(2026, 3, 27, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ZONES = ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]
WINDOWS = [(None, None), (time(9), time(21)), (time(22), time(6)), (time(2), time(3)), (time(13), time(13, 1))]
_OPEN = "SELECT * FROM message WHERE status IN ('pending', 'queued', 'sending')"
_STATUSES = """
    SELECT m.id, m.status, COALESCE(mailing.rescheduled_version = mailing.schedule_version, true) AS follows,
        EXISTS (
            SELECT FROM job
            WHERE job.mailing_id = m.mailing_id AND job.status IN ('waiting', 'running')
              AND COALESCE(job.params -> 'statuses', '["unknown"]') ? m.status AND m.since <= job.created_at
              AND m.id > COALESCE(CAST(job.cursor AS bigint), 0) AND m.id <= CAST(job.params -> 'until' AS bigint)
        ) AS job_comes
    FROM message AS m LEFT JOIN mailing ON mailing.id = m.mailing_id
"""
_OPEN_JOBS = "SELECT * FROM job WHERE status IN ('waiting', 'running') ORDER BY id"
# A draft waits for its launch.
_GOING_ON = "SELECT * FROM mailing WHERE status NOT IN ('draft', 'finished', 'cancelled')"
ACTS: tuple[Act, ...] = ("launch", "withdraw", "pause", "resume", "cancel", "retry", "remove")

# Few messages, so that retries become jobs of several chunks.
AT_ONCE = 1
FIRST_PHONE, PEOPLE = 79260000000, 8
ERASURE_KEY = b"key"
LIMITS = with_job_chunks(2)

zones = st.sampled_from(ZONES)
windows = st.sampled_from(WINDOWS)
rates = st.sampled_from([None, 1, 7])
picks = st.integers(min_value=0, max_value=PEOPLE - 1)
kill_points = st.none() | st.integers(min_value=1, max_value=9)
events = st.lists(
    st.sampled_from((*ACTS, "tick", "tick", "another sender", "a sender of the rest", "opt out", "erase", 1, 4, 61)),
    min_size=1,
    max_size=6,
)
answers = st.lists(
    st.sampled_from(
        ["ok", "ok", "ok", "down", "accepts and drops", "hangs", "rejects", "throttles", "unauthorized", "opted out"]
    ),
    max_size=10,
)


class MessageLife(RuleBasedStateMachine):
    """State machine of the service, beginning with an empty database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.now = START
        self.kill = KillAtCommit()
        self.kill.over(self.engine)
        self.queue = Queue(START)
        self.provider = Provider(self.engine, START)
        self.sender = Sender(
            erasure_key=bytes,
            engine=self.engine,
            provider=self.provider,
            clock=lambda: self.now,
            sleep=no_sleep,
            quick_pause=timedelta(0),
        )
        self.final: dict[int, str] = {}
        self.given_up: set[int] = set()
        self.phones = iter(range(FIRST_PHONE, 79269999999))
        with self.engine.begin() as connection:
            tables = ", ".join(table.name for table in metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))

    @initialize(window=windows, on_unknown=st.sampled_from(["resend", "hold"]))
    def begin(self, window: Any, on_unknown: str) -> None:
        for zone in ZONES:
            self.add_clients(n=4, zone=zone)
        self.create_mailing(window=window, rate=None, starts=-5, lasts=1500, on_unknown=on_unknown)

    # --- Actions of operators ---

    @rule(n=st.integers(min_value=1, max_value=5), zone=zones)
    def add_clients(self, n: int, zone: str) -> None:
        rows = [{"phone": str(next(self.phones)), "operator_code": "926", "timezone": zone} for _ in range(n)]
        with self.engine.begin() as connection:
            connection.execute(insert(client), rows)

    @rule(
        window=windows,
        rate=rates,
        starts=st.integers(min_value=-90, max_value=90),
        lasts=st.sampled_from([20, 300, 1500, 4000]),
        on_unknown=st.sampled_from(["resend", "hold"]),
        status=st.sampled_from(["draft", "scheduled", "scheduled"]),
        category=st.sampled_from(Category),
    )
    def create_mailing(
        self,
        *,
        window: Any,
        rate: int | None,
        starts: int,
        lasts: int,
        on_unknown: str,
        status: str = "scheduled",
        category: Category = Category.MARKETING,
    ) -> None:
        starts_at = self.now + starts * MINUTE
        values = {
            "text": "Hello",
            "starts_at": starts_at,
            "ends_at": starts_at + lasts * MINUTE,
            "window_start": window[0],
            "window_end": window[1],
            "max_rate": rate,
            "on_unknown": on_unknown,
            "status": status,
            "category": category,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(mailing).values(values))

    @rule(pick=picks, act=st.sampled_from(ACTS))
    def act(self, pick: int, act: Act) -> None:
        self._act(pick, act)

    def _act(self, pick: int, act: Act) -> None:
        clock = {} if act == "withdraw" else {"now": self.now}

        def change(connection: Connection, row: Mailing) -> None:
            if act == "retry":
                retries.retry(connection, row.id, author=AUTHOR, now=self.now, at_once=AT_ONCE)
                self._allow_changes(connection, row.id, "failed")
            else:
                getattr(commands, act)(connection, row.id, **clock)

        self._on_a_mailing(pick, change)

    @rule(pick=picks, window=windows, rate=rates)
    def change_window_and_rate(self, pick: int, window: Any, rate: int | None) -> None:
        def change(connection: Connection, row: Mailing) -> None:
            values = {"window_start": window[0], "window_end": window[1], "max_rate": rate}
            commands.change(connection, row.id, values, now=self.now)
            self._allow_changes(connection, row.id, "expired")

        self._on_a_mailing(pick, change)

    @rule(pick=picks, on_unknown=st.sampled_from(OnUnknown))
    def change_on_unknown(self, pick: int, on_unknown: OnUnknown) -> None:
        def change(connection: Connection, row: Mailing) -> None:
            commands.change(connection, row.id, {"on_unknown": on_unknown}, now=self.now)

        self._on_a_mailing(pick, change)

    @rule(pick=picks, lasts=st.sampled_from([1, 200, 2000]))
    def change_end(self, pick: int, lasts: int) -> None:
        def change(connection: Connection, row: Mailing) -> None:
            commands.change(
                connection, row.id, {"ends_at": max(self.now, row.starts_at) + lasts * MINUTE}, now=self.now
            )
            self._allow_changes(connection, row.id, "expired")

        self._on_a_mailing(pick, change)

    @rule(
        pick=picks,
        statuses=st.lists(st.sampled_from(RetriedStatus), min_size=1, unique=True),
        lasts=st.sampled_from([None, 1, 200, 2000]),
    )
    def retry_with_a_new_end(self, pick: int, statuses: list[RetriedStatus], lasts: int | None) -> None:
        def change(connection: Connection, row: Mailing) -> None:
            ends_at = None if lasts is None else max(self.now, row.starts_at) + lasts * MINUTE
            retries.retry(
                connection,
                row.id,
                author=AUTHOR,
                now=self.now,
                statuses=statuses,
                ends_at=ends_at,
                at_once=AT_ONCE,
            )
            # While the old end lies ahead, a later one may reach messages that had no opening left.
            is_extended = ends_at is not None and row.ends_at > self.now
            for status in {*statuses, *([RetriedStatus.EXPIRED] if is_extended else [])}:
                self._allow_changes(connection, row.id, status)

        self._on_a_mailing(pick, change)

    @rule(pick=picks, verdict=st.sampled_from(Resolution))
    def resolve(self, pick: int, verdict: Resolution) -> None:
        def change(connection: Connection, row: Mailing) -> None:
            retries.resolve(connection, row.id, verdict, None, author=AUTHOR, now=self.now, at_once=AT_ONCE)
            resolved = self._allow_changes(connection, row.id, "unknown")
            self.provider.doubtful -= resolved
            self.given_up |= resolved if verdict == Resolution.GIVE_UP else set()

        self._on_a_mailing(pick, change)

    @rule(pick=picks)
    def cancel_a_job(self, pick: int) -> None:
        ids = [row.id for row in self._rows(_OPEN_JOBS)]
        with self.engine.begin() as connection:
            if ids:
                jobs.cancel(connection, ids[pick % len(ids)], now=self.now)

    @rule(pick=picks, zone=zones)
    def move_client(self, pick: int, zone: str) -> None:
        with self.engine.begin() as connection:
            if row := self._client(connection, pick):
                clients.change(
                    connection, row, {"timezone": zone}, tags=TagChange(), erasure_key=lambda: ERASURE_KEY, now=self.now
                )

    @rule(pick=picks)
    def delete_clients_by_a_job(self, pick: int) -> None:
        with self.engine.begin() as connection:
            chosen = {row.phone for each in (pick, pick + 1) if (row := self._client(connection, each))}
            change = BulkChange(phones=chosen, delete=True)
            bulk.start(connection, change, author=AUTHOR, now=self.now, at_once=0)

    @rule(pick=picks)
    def delete_client(self, pick: int) -> None:
        with self.engine.begin() as connection:
            if row := self._client(connection, pick):
                clients.remove(connection, [row.id], now=self.now)

    @rule(on_unknown=st.sampled_from(OnUnknown), category=st.sampled_from(Category), pick=st.none() | picks)
    def send_a_test(self, on_unknown: OnUnknown, category: Category, pick: int | None) -> None:
        """Send a test to a new phone, or to one of the people whose data is not erased."""
        phone = str(next(self.phones)) if pick is None else self._phone(pick)
        with self.engine.begin() as connection:
            if erased_phones.erased(connection, ERASURE_KEY, [phone]):
                return
            test_sends.create(
                connection, phone=phone, text="Hello", on_unknown=on_unknown, category=category, now=self.now
            )

    @rule(pick=picks, scope=st.sampled_from(OptOutScope))
    def opt_out(self, pick: int, scope: OptOutScope) -> None:
        self._opt_out(pick, scope)

    @rule(pick=picks)
    def erase_a_person(self, pick: int) -> None:
        self._erase(pick)

    @rule(pick=picks)
    def lift_an_opt_out(self, pick: int) -> None:
        with self.engine.begin() as connection:
            opt_outs.lift(connection, self._phone(pick))

    @rule(pick=picks, zone=zones)
    def create_a_client_again(self, pick: int, zone: str) -> None:
        """Give a person who is no client and not erased a client."""
        with self.engine.begin() as connection:
            if erased_phones.erased(connection, ERASURE_KEY, [self._phone(pick)]):
                return
            new = {"phone": self._phone(pick), "operator_code": "926", "timezone": zone}
            connection.execute(postgresql.insert(client).values(new).on_conflict_do_nothing())

    # --- Steps of the service, and faults ---

    @rule(commits=kill_points, behaviour=st.sampled_from(["takes all", "takes all", "takes some", "refuses", "loses"]))
    def run_tick(self, commits: int | None, behaviour: QueueBehaviour) -> None:
        self.queue.behaviour = behaviour
        with self._kill_at_a_commit(commits):
            self._tick()
        self.queue.behaviour = "takes all"

    @precondition(lambda self: self.queue.records)
    @rule(n=st.integers(min_value=1, max_value=10), answers=answers, commits=kill_points, keep=st.booleans())
    def run_sender(self, n: int, answers: list[Answer], commits: int | None, keep: bool) -> None:
        self.provider.answers = answers
        with self._kill_at_a_commit(commits):
            self._deliver(self.queue.take(n, keep=keep))
        self.provider.answers = []

    @precondition(lambda self: self.queue.records)
    @rule(n=st.integers(min_value=1, max_value=10), answers=answers, events=events, pick=picks)
    def actions_during_a_call(self, n: int, answers: list[Answer], events: list[Event], pick: int) -> None:
        """Run other actions between claim and outcome, for longer than a lease, so that the outcome is late."""

        def happen() -> None:
            for each in events:
                self._happen(each, pick)

        self.provider.answers, self.provider.meanwhile = answers, happen
        self._deliver(self.queue.take(n))
        self.provider.answers, self.provider.meanwhile = [], None

    @precondition(lambda self: self.queue.records)
    @rule(n=st.integers(min_value=1, max_value=10), pick=picks)
    def opt_out_before_a_repeated_call(self, n: int, pick: int) -> None:
        self.provider.answers, self.provider.meanwhile = ["down"] * n, lambda: self._happen("opt out", pick)
        self._deliver(self.queue.take(n))
        self.provider.answers, self.provider.meanwhile = [], None

    @precondition(lambda self: self.queue.seen)
    @rule(answers=answers)
    def redeliver_an_old_queue_message(self, answers: list[Answer]) -> None:
        self.provider.answers = answers
        self._deliver(self.queue.seen[-15:])
        self.provider.answers = []

    @precondition(lambda self: self.queue.records)
    @rule(n=st.integers(min_value=1, max_value=5))
    def move_to_the_dead_letters(self, n: int) -> None:
        with self.engine.begin() as connection:
            taken = dict.fromkeys(self.queue.take(n), self.now)
            message_state.mark_dead_lettered(connection, taken, now=self.now)

    @rule(minutes=st.sampled_from([1, 1, 1, 4, 16, 61, 600, 1440]))
    def pass_time(self, minutes: int) -> None:
        self._set_time(self.now + minutes * MINUTE)

    # --- Invariants ---

    @invariant()
    def counts_equal_rows(self) -> None:
        with self.engine.connect() as connection:
            ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
            assert reconcile(connection, ids).differences == []

    @invariant()
    def reasons_have_the_texts_of_their_codes(self) -> None:
        codes(self.engine)

    @invariant()
    def final_statuses_stay(self) -> None:
        rows = self._rows(_STATUSES)
        statuses = {row.id: row.status for row in rows}
        for message_id, status in self.final.items():
            assert statuses[message_id] == status
        # An expired message may be reached by a later end, until rescheduling has ended.
        self.final = {
            row.id: row.status
            for row in rows
            if row.status in ENDED_STATUSES and (row.status != "expired" or row.follows) and not row.job_comes
        }

    @invariant()
    def sent_messages_are_accepted_once(self) -> None:
        sent = {row.id for row in self._rows("SELECT id FROM message WHERE status = 'sent'")}
        assert sent <= self.provider.accepted.keys()
        assert max(self.provider.accepted.values(), default=1) == 1

    @invariant()
    def calls_are_allowed(self) -> None:
        assert not self.provider.violations

    @invariant()
    def messages_in_doubt_end_only_as_sent_or_unknown(self) -> None:
        wrong = """
            SELECT id FROM message
            WHERE in_doubt AND status IN ('sent', 'failed', 'expired', 'cancelled', 'suppressed')
               OR NOT in_doubt AND status = 'unknown'
        """
        assert not self._rows(wrong)
        # An accepted message is sent or in doubt, until an operator gives it up.
        known = {row.id for row in self._rows("SELECT id FROM message WHERE in_doubt OR status IN ('sent', 'sending')")}
        assert self.provider.accepted.keys() <= known | self.given_up

    @invariant()
    def people_who_have_opted_out_have_no_waiting_messages(self) -> None:
        waiting = """
            SELECT m.id FROM message AS m
            LEFT JOIN mailing ON mailing.id = m.mailing_id LEFT JOIN client ON client.id = m.client_id
            LEFT JOIN direct_message AS direct ON direct.message_id = m.id
            JOIN opt_out ON opt_out.phone = COALESCE(client.phone, direct.phone)
            WHERE m.status IN ('pending', 'queued') AND m.since < opt_out.at
              AND (opt_out.scope = 'all' OR COALESCE(mailing.category, direct.category) = 'marketing')
        """
        assert not self._rows(waiting)

    @invariant()
    def sent_messages_have_attempts_and_claimed_ones_leases(self) -> None:
        wrong = """
            SELECT m.id FROM message AS m
            LEFT JOIN attempt ON attempt.message_id = m.id AND attempt.claim = m.claim AND attempt.outcome = 'sent'
            WHERE (m.status = 'sent') <> (m.sent_at IS NOT NULL)
               OR (m.status = 'sending') <> (m.lease_until IS NOT NULL)
               OR (m.status = 'sent' AND attempt.message_id IS NULL)
        """
        assert not self._rows(wrong)

    @invariant()
    def finished_mailings_have_no_open_messages(self) -> None:
        left = """
            SELECT mailing.id FROM mailing LEFT JOIN message AS m ON m.mailing_id = mailing.id
                AND m.status IN ('pending', 'queued', 'sending')
            WHERE mailing.status = 'finished' AND (m.id IS NOT NULL OR mailing.planned_at IS NULL)
        """
        assert not self._rows(left)

    @invariant()
    def mailings_with_jobs_have_begun_and_are_not_cancelled(self) -> None:
        wrong = """
            SELECT job.id FROM job JOIN mailing ON mailing.id = job.mailing_id
            WHERE job.status IN ('waiting', 'running') AND (
                mailing.status IN ('draft', 'scheduled')
                OR mailing.status IN ('finished', 'cancelled') AND job.params ->> 'verdict' IS DISTINCT FROM 'give_up'
            )
        """
        assert not self._rows(wrong)

    @invariant()
    def jobs_count_what_they_did(self) -> None:
        wrong = """
            SELECT id FROM job
            WHERE done > total OR (status IN ('waiting', 'running')) <> (finished_at IS NULL)
               OR done < (SELECT COALESCE(sum(CAST(value AS int)), 0) FROM jsonb_each_text(result))
        """
        assert not self._rows(wrong)

    @invariant()
    def drafts_have_no_messages(self) -> None:
        planned = """
            SELECT m.id FROM message AS m JOIN mailing ON mailing.id = m.mailing_id WHERE mailing.status = 'draft'
        """
        assert not self._rows(planned)

    @invariant()
    def messages_of_deleted_clients_do_not_wait(self) -> None:
        waiting = """
            SELECT m.id FROM message AS m
            WHERE m.status IN ('pending', 'queued') AND m.mailing_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM client WHERE client.id = m.client_id)
        """
        assert not self._rows(waiting)

    @invariant()
    def clients_of_the_audience_have_a_message(self) -> None:
        left_out = """
            SELECT mailing.id, client.id FROM mailing JOIN client ON client.id <= mailing.plan_until
            LEFT JOIN message AS m ON m.mailing_id = mailing.id AND m.client_id = client.id
            WHERE mailing.planned_at IS NOT NULL AND m.id IS NULL
        """
        assert not self._rows(left_out)

    def teardown(self) -> None:
        """End all faults, and check that every message gets a final status."""
        try:
            self._finish()
        finally:
            self.kill.leave(self.engine)

    def _finish(self) -> None:
        for _ in range(400):
            self._tick()
            while ids := self.queue.take(10):
                self._deliver(ids)
            if not (self._rows(_GOING_ON) or self._rows(_OPEN) or self._rows(_OPEN_JOBS)):
                break
            self._set_time(self._next_moment())
        self.counts_equal_rows()
        self.final_statuses_stay()
        self.sent_messages_are_accepted_once()
        assert (self._rows(_GOING_ON), self._rows(_OPEN), self._rows(_OPEN_JOBS)) == ([], [], [])
        self.messages_in_doubt_end_only_as_sent_or_unknown()
        with self.engine.connect() as connection:
            erased = erased_phones.erased(connection, ERASURE_KEY, [self._phone(pick) for pick in range(PEOPLE)])
        assert not (erased and found_in(self.engine, sorted(erased)))

    # --- Helpers ---

    @contextmanager
    def _kill_at_a_commit(self, commits: int | None) -> Iterator[None]:
        self.kill.commits_left = commits
        try:
            yield
        except ProcessKilled:
            pass
        finally:
            self.kill.commits_left = None

    def _on_a_mailing(self, pick: int, change: Callable[[Connection, Mailing], None]) -> None:
        """Apply an action to a mailing, unless there is none or the action is refused."""
        ids = [row.id for row in self._rows("SELECT id FROM mailing WHERE deleted_at IS NULL ORDER BY id")]
        kept = dict(self.final)
        try:
            with self.engine.begin() as connection:
                if ids:
                    change(connection, mailings.get(connection, ids[pick % len(ids)]))
        except (Conflict, InvalidInput):
            self.final = kept
        # What happens from now on comes after the decision.
        self._set_time(self.now + timedelta(seconds=1))

    def _client(self, connection: Connection, pick: int) -> Client | None:
        phones = connection.execute(text("SELECT phone FROM client ORDER BY id")).scalars().all()
        return clients.get(connection, phones[pick % len(phones)]) if phones else None

    def _phone(self, pick: int) -> str:
        """Return the phone of one of the people who were a client first, whether they still are one or not."""
        return str(FIRST_PHONE + pick)

    def _erase(self, pick: int) -> None:
        """Erase a person, if anything is known of the phone."""
        times = {"now": self.now, "at": self.now}
        with suppress(NotFound), self.engine.begin() as connection:
            erase(connection, self._phone(pick), key=ERASURE_KEY, author=AUTHOR, reason="asked", **times)
        # What happens from now on comes after the answer.
        self._set_time(self.now + timedelta(seconds=1))

    def _opt_out(self, pick: int, scope: OptOutScope) -> None:
        """Opt a person out."""
        opt_out(self.engine, [self._phone(pick)], scope=scope, key=ERASURE_KEY, now=self.now)
        # What happens from now on comes after the answer.
        self._set_time(self.now + timedelta(seconds=1))

    def _allow_changes(self, connection: Connection, mailing_id: int, status: str) -> set[int]:
        """Allow messages to leave their final status, and return their ids."""
        query = text("SELECT id FROM message WHERE mailing_id = :id")
        ids = set(connection.execute(query, {"id": mailing_id}).scalars())
        leaving = {each for each in ids if self.final.get(each) == status}
        self.final = {each: was for each, was in self.final.items() if each not in leaving}
        return leaving

    def _rows(self, query: str) -> list[Row[Any]]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)).all())

    def _set_time(self, moment: datetime) -> None:
        self.now = self.queue.now = self.provider.now = moment

    def _tick(self) -> None:
        queue = DispatcherQueue(self.queue, "url")  # type: ignore[arg-type]
        tick(self.engine, queue, clock=lambda: self.now, until=self.now + MINUTE, limits=LIMITS)

    def _happen(self, happening: Event, pick: int) -> None:
        match happening:
            case int():
                self._set_time(self.now + happening * MINUTE)
            case "tick":
                self._tick()
            case "opt out":
                for each in range(pick, pick + 4):
                    self._opt_out(each, OptOutScope.MARKETING)
            case "erase":
                self._erase(pick)
            case "another sender":
                # In a thread, because this thread runs an event loop.
                with ThreadPoolExecutor(1) as other:
                    other.submit(self._deliver, self.queue.seen[-10:]).result()
            case "a sender of the rest":
                with ThreadPoolExecutor(1) as other:
                    other.submit(self._deliver, self.queue.take(10)).result()
            case _:
                self._act(pick, happening)

    def _deliver(self, ids: list[int]) -> None:
        asyncio.run(self.sender.deliver(ids))

    def _next_moment(self) -> datetime:
        """Return the next time at which something may happen."""
        waiting = self._rows(_OPEN)
        going_on = self._rows(_GOING_ON)
        with self.engine.connect() as connection:
            breaker, limiter = health.load_state(connection, self.provider.name)
        moments = [
            self.now + timedelta(days=1),
            *(at for at, _ in self.queue.records),
            *(row.due_at for row in waiting),
            *(row.closes_at for row in waiting),
            *(row.since + MAX_QUEUED_TIME + MINUTE for row in waiting),
            *(row.since + LEASE + MINUTE for row in waiting),
            *(row.lease_until for row in self._rows(_OPEN_JOBS) if row.lease_until),
            *(row.starts_at for row in going_on),
            *(row.ends_at for row in going_on),
            *(at for at in (breaker.probe_at, limiter.hold_until, limiter.next_release_at) if at),
        ]
        # Messages outside mailings are never paused.
        running = {None, *(row.id for row in going_on if row.status == "running")}
        is_overdue = any(row.due_at <= self.now and row.mailing_id in running for row in waiting)
        return self.now + MINUTE if is_overdue else min(moment for moment in moments if moment > self.now)


def test_the_life_of_messages(engine: Engine) -> None:
    class Life(MessageLife):
        def __init__(self) -> None:
            super().__init__(engine)

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    metrics.clear_metrics()
