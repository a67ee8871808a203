"""Jobs of many chunks while everything is broken: a retry that is cancelled and begun again, a resolve, a bulk change.

An instance of the API in this process begins and cancels them. A killed one of MiniStack may need more time to restart
than a job takes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import Engine

from tests.chaos import waiting
from tests.chaos.acts import behave, lose_hidden
from tests.chaos.audience import phones_of, tag_of
from tests.chaos.operator import Operator
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

# Makes a job of nearly every retry, and of each large job a hundred chunks or more.
ENVIRONMENT = {"CHANGED_AT_ONCE": "10", "JOB_CHUNK_SIZE": "5"}
CHANGED_CLIENTS = 500
POLL_SECONDS = 0.5
SETUP_TIMEOUT, ACTION_TIMEOUT = timedelta(minutes=5), timedelta(minutes=2)
# Mailings are retried until all is sent, so none of them ends.
DURATION = timedelta(days=2)


@dataclass(frozen=True)
class LongJobs:
    """Two mailings that have finished: one has failed messages, the other unknown ones.

    Args:
        api: the instance of the API in this process.
        changed: phones of the clients that the bulk change tags.
    """

    api: Gateway
    retried: int
    resolved: int
    changed: Sequence[str]

    @property
    def added_tag(self) -> str:
        """The tag that the bulk change adds; another one in each run."""
        return f"chaos-bulk-{self.retried}"

    @classmethod
    def prepare(cls, operator: Operator, engine: Engine, clients: int) -> "LongJobs":
        """Create the mailings, and wait until they have finished."""
        tag = tag_of(clients)
        # Receipts would end the doubts that the jobs are to resolve.
        silent = {"receipts": {"delivered": 0, "undeliverable": 0}}
        refuses = {"faults": [{"kind": "bad_request", "share": 1.0}], **silent}
        # Fewer than half of the messages, so that the circuit breaker stays closed.
        is_unclear = {"faults": [{"kind": "html", "share": 0.35}], "faults_accept": True, **silent}
        retried = _finished(operator, engine, tag, "resend", refuses)
        resolved = _finished(operator, engine, tag, "hold", is_unclear)
        behave(operator.stack)
        api = api_over(engine, changed_at_once=int(ENVIRONMENT["CHANGED_AT_ONCE"]))
        return cls(api, retried, resolved, phones_of(clients)[:CHANGED_CLIENTS])

    def run(self) -> None:
        """Begin the jobs, cancel the retry in the middle and begin it again. Faults go on meanwhile."""
        self._begin_bulk_change()
        self._begin(self.resolved, "resolve", {"verdict": "resend"}, after=0)
        first = self._begin(self.retried, "retry", after=0)
        _until(lambda: self._has_begun(first), ACTION_TIMEOUT)
        _until(lambda: self._call("POST", f"job/{first}/cancel/") is not None, ACTION_TIMEOUT)
        self._begin(self.retried, "retry", after=first)

    def _begin_bulk_change(self) -> None:
        change = {"phones": list(self.changed), "add_tags": [self.added_tag]}
        # The answer to the commit may be lost: the call is repeated under the same key.
        key = {"Idempotency-Key": self.added_tag}
        _until(lambda: self._call("POST", "client/bulk/", change, headers=key) is not None, ACTION_TIMEOUT)

    def _call(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        """Return the JSON answer to a call, or None if the call failed."""
        answer = self.api(method, path, body, headers=headers)
        return answer.json if answer.status < HTTPStatus.BAD_REQUEST else None

    def _begin(self, mailing_id: int, action: str, body: Any = None, *, after: int) -> int:
        """Begin a job of a mailing, whose id is greater than that of the one before, and return its id."""
        found: list[int] = []

        def begin() -> bool:
            self._call("POST", f"mailing/{mailing_id}/{action}/", body)
            # The answer to the commit may be lost, so the list says which job there is.
            listed = self._call("GET", f"job/?mailing_id={mailing_id}&sort=-id&limit=1")
            found.extend(each["id"] for each in (listed or {"items": []})["items"] if each["id"] > after)
            return bool(found)

        _until(begin, ACTION_TIMEOUT)
        return found[0]

    def _has_begun(self, job_id: int) -> bool:
        job = self._call("GET", f"job/{job_id}/")
        return job is not None and job["done"] > 0


def _finished(operator: Operator, engine: Engine, tag: str, on_unknown: str, behaviour: dict[str, Any]) -> int:
    behave(operator.stack, **behaviour)
    mailing_id = operator.create(tag, lasts=DURATION, on_unknown=on_unknown)

    def has_ended() -> bool:
        waiting.end_pauses(engine)
        # Senders that a run before has killed may have received some.
        lose_hidden(operator.stack, engine)
        return operator.has_ended(mailing_id)

    _until(has_ended, SETUP_TIMEOUT)
    return mailing_id


def _until(is_done: Callable[[], bool], timeout: timedelta) -> None:
    deadline = time.monotonic() + timeout.total_seconds()
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done after {timeout}")
        time.sleep(POLL_SECONDS)
