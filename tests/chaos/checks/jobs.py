"""Checks of jobs: compares their progress with the changes of messages that the same transactions have made."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind, JobStatus
from notifications.database.tables import sql_list
from tests.chaos import recorder
from tests.chaos.recorder import JobStep


@dataclass(frozen=True)
class JobHistory:
    """History of one job.

    Attributes:
        steps: all versions of its row, oldest first.
        changed: ids of messages that a transaction has returned from a final status or given up, by transaction.
    """

    steps: Sequence[JobStep]
    changed: Mapping[int, Sequence[int]]

    @property
    def last(self) -> JobStep:
        """The job as it is now."""
        return self.steps[-1]

    def chunks(self) -> list[tuple[JobStep, JobStep]]:
        """Return the chunks that have done something: the job before and after each."""
        return [(before, after) for before, after in pairwise(self.steps) if after.done != before.done]

    def messages(self) -> list[int]:
        """Return the ids of the messages that its transactions have changed, one for each change."""
        return [each for number in dict.fromkeys(step.transaction for step in self.steps) for each in self._by(number)]

    def differs_from_messages(self) -> bool:
        """Return True if it has not changed as many messages as it counts, in any chunk. Bulk jobs change clients."""
        if self.last.kind == JobKind.BULK:
            return bool(self.messages())
        by_chunk = [(after.done - before.done, len(self._by(after.transaction))) for before, after in self.chunks()]
        return any(counted != changed for counted, changed in by_chunk) or self.last.done != len(self.messages())

    def changed_twice(self) -> int:
        """Return the number of changes beyond the first of each message."""
        return len(self.messages()) - len(set(self.messages()))

    def repeated_chunks(self) -> int:
        """Return the number of chunks that do not begin after the one before."""
        return sum(after.cursor <= (before.cursor or 0) for before, after in self.chunks())

    def steps_after_its_end(self) -> int:
        """Return the number of changes of the job or of messages after it has finished, failed or been cancelled."""
        ended = next((n for n, step in enumerate(self.steps) if step.status in _ENDED), len(self.steps))
        return len(self.steps[ended + 1 :])

    def _by(self, transaction: int) -> Sequence[int]:
        return self.changed.get(transaction, ())


_OPEN = text(f"SELECT EXISTS (SELECT FROM job WHERE status IN {sql_list(OPEN_JOB_STATUSES)})")
_TAGGED = text("""
    SELECT count(*) FROM client_tag JOIN tag ON tag.id = tag_id WHERE tag.name = :name
""")
_ENDED = (JobStatus.FINISHED, JobStatus.FAILED, JobStatus.CANCELLED)


def observe(connection: Connection) -> list[JobHistory]:
    """Read the history of each job that was created in this run."""
    steps = defaultdict(list)
    for step in recorder.job_steps(connection):
        steps[step.job_id].append(step)
    changed = recorder.decisions(connection)
    return [JobHistory(each, changed) for each in steps.values()]


def have_all_ended(connection: Connection) -> bool:
    """Return True if no job is waiting or running."""
    return not connection.execute(_OPEN).scalar_one()


def tagged(connection: Connection, tag: str) -> int:
    """Return the number of clients with a tag."""
    return int(connection.execute(_TAGGED, {"name": tag}).scalar_one())


def numbers(seen: Sequence[JobHistory]) -> dict[str, int]:
    """Return the numbers of jobs by their last status, and the number of their chunks."""
    by_status = Counter(f"jobs, {each.last.status}" for each in seen)
    return {**dict(sorted(by_status.items())), "chunks of jobs": sum(len(each.chunks()) for each in seen)}


def checks(seen: Sequence[JobHistory]) -> Iterator[Count]:
    """Yield the checks of jobs, each with its expected count."""
    finished = [each for each in seen if each.last.status == JobStatus.FINISHED]
    cancelled = [each for each in seen if each.last.status == JobStatus.CANCELLED]
    in_the_middle = [each for each in cancelled if 0 < each.last.done < (each.last.total or 0)]
    yield Count("jobs: open or failed", len(seen) - len(finished) - len(cancelled), 0)
    yield Count("jobs: cancelled in the middle", len(in_the_middle), 1)
    partly = [each for each in finished if each.last.done != each.last.total]
    yield Count("jobs: finished without doing their total", len(partly), 0)
    yield Count("jobs: counted otherwise than changed", sum(each.differs_from_messages() for each in seen), 0)
    yield Count("jobs: messages changed twice by a job", sum(each.changed_twice() for each in seen), 0)
    yield Count("jobs: chunks done twice", sum(each.repeated_chunks() for each in seen), 0)
    yield Count("jobs: steps after the end of a job", sum(each.steps_after_its_end() for each in seen), 0)
