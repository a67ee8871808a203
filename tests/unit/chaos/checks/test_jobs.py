"""Checks of jobs find every violation, and report no allowed history as one."""

import pytest

from tests.chaos.checks.jobs import JobHistory, checks, numbers
from tests.chaos.recorder import JobStep

WAITING = JobStep(1, "retry", 10, "waiting", 0, 4, None)
CLAIMED = JobStep(1, "retry", 11, "running", 0, 4, None)
FIRST = JobStep(1, "retry", 12, "running", 2, 4, 8)
LAST = JobStep(1, "retry", 14, "finished", 4, 4, 9)
CANCELLED = JobStep(1, "retry", 13, "cancelled", 2, 4, 8)
CHANGED = {12: [7, 8], 14: [6, 9]}


def history(*steps: JobStep, changed: dict[int, list[int]] = CHANGED) -> JobHistory:
    """Return the history of one job of four messages in two chunks."""
    return JobHistory([WAITING, CLAIMED, *steps], changed)


def bulk(changed: dict[int, list[int]]) -> JobHistory:
    """Return the history of a job that changes clients, and in whose transactions messages have changed."""
    return JobHistory([each._replace(kind="bulk") for each in (WAITING, CLAIMED, FIRST, LAST)], changed)


def violations(*seen: JobHistory) -> list[str]:
    """Return the failed checks of jobs of which one was cancelled, as in each run."""
    cancelled = history(FIRST, CANCELLED)
    return [each.title for each in checks([cancelled, *seen]) if not each.is_expected]


@pytest.mark.parametrize(
    ("job", "found"),
    [
        (history(FIRST, LAST), []),
        (history(FIRST), ["jobs: open or failed"]),
        (history(FIRST, LAST._replace(status="failed")), ["jobs: open or failed"]),
        (history(FIRST, CANCELLED), ["jobs: cancelled in the middle"]),
        (history(CANCELLED._replace(done=0)), []),
        (history(FIRST, LAST._replace(total=5)), ["jobs: finished without doing their total"]),
        (history(FIRST, LAST, changed={12: [7, 8], 14: [9]}), ["jobs: counted otherwise than changed"]),
        (history(FIRST, LAST, changed={11: [5], **CHANGED}), ["jobs: counted otherwise than changed"]),
        (history(FIRST, LAST, changed={12: [7, 8], 14: [8, 9]}), ["jobs: messages changed twice by a job"]),
        (history(FIRST, LAST._replace(cursor=8)), ["jobs: chunks done twice"]),
        (bulk({}), []),
        (bulk({12: [7]}), ["jobs: counted otherwise than changed"]),
        (history(FIRST, LAST, CANCELLED._replace(done=4)), ["jobs: steps after the end of a job"]),
    ],
)
def test_a_violation_is_found(job: JobHistory, found: list[str]) -> None:
    assert violations(job) == found


def test_jobs_and_their_chunks_are_counted() -> None:
    seen = [history(FIRST, LAST), history(FIRST, CANCELLED), history(FIRST, LAST)]
    assert numbers(seen) == {"jobs, cancelled": 1, "jobs, finished": 2, "chunks of jobs": 5}
