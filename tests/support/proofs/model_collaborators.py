"""Faulty collaborators of the service: a queue that loses and repeats, a wrong provider, a killed process."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from weakref import WeakSet

from sqlalchemy import Engine, event, text

from notifications.database.tables import FIRST_DIRECT_ID
from notifications.schedules.send_windows import SendWindow
from sender.providers.base import (
    OptedOut,
    OutcomeUnknown,
    OutgoingMessage,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)
from tests.support.proofs.window_oracle import is_open, wall_clock
from tests.support.sqs import attributes

type QueueBehaviour = Literal["takes all", "takes some", "refuses", "loses"]
type Answer = Literal["ok", "down", "accepts and drops", "hangs", "rejects", "throttles", "unauthorized", "opted out"]


class ProcessKilled(Exception):
    """The process was killed."""


@dataclass
class KillAtCommit:
    """Kills the process at its n-th commit from now, before the commit takes effect."""

    commits_left: int | None = None

    def over(self, engine: Engine) -> None:
        """Watch an engine's commits."""
        event.listen(engine, "commit", self._commit)

    def leave(self, engine: Engine) -> None:
        """Stop watching an engine."""
        event.remove(engine, "commit", self._commit)

    def _commit(self, _: object) -> None:
        if self.commits_left is not None:
            self.commits_left -= 1
            if self.commits_left <= 0:
                self.commits_left = None
                raise ProcessKilled


@dataclass
class Queue:
    """Fake SQS behind the dispatcher's client."""

    now: datetime
    behaviour: QueueBehaviour = "takes all"
    records: list[tuple[datetime, int]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return attributes(len(self.records))

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        refused = list(self._refused(Entries))
        taken = [entry for entry in Entries if entry not in refused]
        if self.behaviour != "loses":
            for entry in taken:
                message_id = json.loads(entry["MessageBody"])["message_id"]
                self.records.append((self.now + timedelta(seconds=entry["DelaySeconds"]), message_id))
        return {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in refused]}

    def _refused(self, entries: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        match self.behaviour:
            case "refuses":
                return entries
            case "takes some":
                return entries[::2]
            case _:
                return []

    def take(self, at_most: int, *, keep: bool = False) -> list[int]:
        """Return the messages that can be received now. Messages that are kept are received again."""
        ready = [record for record in self.records if record[0] <= self.now][:at_most]
        if not keep:
            self.records = [record for record in self.records if record not in ready]
        self.seen += [message_id for _, message_id in ready]
        return [message_id for _, message_id in ready]


_OF_MAILING = """
    SELECT mailing.*, client.timezone, mailing.status AS mailing_status, m.status AS message_status
    FROM message AS m JOIN mailing ON mailing.id = m.mailing_id JOIN client ON client.id = m.client_id
    WHERE m.id = :id
"""
_DIRECT = """
    SELECT direct.*, direct.created_at AS starts_at, m.status AS message_status,
           NULL AS deleted_at, 'running' AS mailing_status, NULL AS window_start, NULL AS window_end
    FROM message AS m JOIN direct_message AS direct ON direct.message_id = m.id
    WHERE m.id = :id AND m.mailing_id IS NULL
"""

_OPTED_OUT = """
    SELECT EXISTS (
        SELECT FROM opt_out, message AS m
        LEFT JOIN mailing ON mailing.id = m.mailing_id LEFT JOIN direct_message AS direct ON direct.message_id = m.id
        WHERE m.id = :id AND opt_out.phone = :phone
          AND (opt_out.scope = 'all' OR COALESCE(mailing.category, direct.category) = 'marketing')
    )
"""


def refusal(answer: Answer) -> ProviderError:
    """Return the error of an answer that certainly does not accept the message."""
    match answer:
        case "down":
            return Unavailable("HTTP 503")
        case "throttles":
            return Throttled("HTTP 429", retry_after=timedelta(seconds=40))
        case "unauthorized":
            return Unauthorized("HTTP 401")
        case "opted out":
            return OptedOut("OptedOut")
        case _:
            return Rejected("HTTP 400")


@dataclass
class Provider:
    """Provider that rejects repeated ids, and checks the service's invariants at every call.

    Args:
        answers: answers to the next calls; afterwards `ok`.
        meanwhile: runs once, after the calls of a batch have begun and before the first answer.

    Attributes:
        violations: calls that broke an invariant. The sender catches what is raised here, so a test must look at them.
    """

    engine: Engine
    now: datetime
    name: str = "model"
    answers: list[Answer] = field(default_factory=list)
    accepted: Counter[int] = field(default_factory=Counter)
    doubtful: set[int] = field(default_factory=set)
    meanwhile: Callable[[], None] | None = None
    violations: list[str] = field(default_factory=list)
    _begun: WeakSet[Any] = field(default_factory=WeakSet)

    async def send(self, message: OutgoingMessage) -> None:
        self._check_opt_out(message.id, message.phone)
        # A quick retry goes by the claim of the first call, whatever else has happened since.
        if (task := asyncio.current_task()) not in self._begun:
            self._check(message.id)
            self._begun.add(task)
        await asyncio.sleep(0)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        answer: Answer = self.answers.pop(0) if self.answers else "ok"
        match answer:
            case "down" | "throttles" | "unauthorized" | "opted out" | "rejects":
                raise refusal(answer)
            case "hangs":
                self.doubtful.add(message.id)
                raise OutcomeUnknown("no answer", timed_out=True)
            case "accepts and drops":
                self._accept(message.id)
                self.doubtful.add(message.id)
                raise OutcomeUnknown("the connection broke")
            case "ok":
                self._accept(message.id)

    def _accept(self, message_id: int) -> None:
        if self.accepted[message_id]:
            raise Repeated("HTTP 409")
        self.accepted[message_id] += 1

    def _check_opt_out(self, message_id: int, phone: str) -> None:
        with self.engine.connect() as connection:
            if connection.execute(text(_OPTED_OUT), {"id": message_id, "phone": phone}).scalar_one():
                self.violations.append(f"message {message_id}: the person has not opted out")

    def _check(self, message_id: int) -> None:
        with self.engine.connect() as connection:
            state = _OF_MAILING if message_id < FIRST_DIRECT_ID else _DIRECT
            row = connection.execute(text(state), {"id": message_id}).one()
        window = SendWindow.between(row.window_start, row.window_end)
        promises = {
            "the message is claimed": row.message_status == "sending",
            "the mailing runs": row.mailing_status == "running",
            "the mailing is not deleted": row.deleted_at is None,
            "the time is between start and end": row.starts_at <= self.now < row.ends_at,
            "the send window is open": window is None or is_open(window, wall_clock(self.now, row.timezone)),
            "nothing in doubt is repeated": row.on_unknown == "resend" or message_id not in self.doubtful,
        }
        self.violations += [f"message {message_id}: {promise}" for promise, kept in promises.items() if not kept]
