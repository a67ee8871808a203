"""Settings of the dispatcher, read from its environment."""

import pytest
from pydantic import ValidationError

from dispatcher.bootstrap import from_environment
from dispatcher.dispatch_loop import JOB_KINDS
from notifications.contracts.enumerations import JobKind, RetentionSubject


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what every dispatcher needs: the settings are read from the process's environment."""
    monkeypatch.setenv("QUEUE_URL", "https://sqs.example.org/queue")
    monkeypatch.setenv("IMPORTER_FUNCTION_NAME", "importer")


def chunk_sizes() -> dict[JobKind, int]:
    return {name: kind.chunk_size for name, kind in from_environment().limits().job_kinds.items()}


def test_chunks_of_jobs_have_the_size_of_their_kind() -> None:
    assert chunk_sizes() == {name: kind.chunk_size for name, kind in JOB_KINDS.items()}


def test_the_environment_can_make_chunks_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_CHUNK_SIZE", "3")
    assert set(chunk_sizes().values()) == {3}


def test_a_chunk_has_at_least_one_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_CHUNK_SIZE", "0")
    with pytest.raises(ValidationError, match="job_chunk_size"):
        chunk_sizes()


def test_the_environment_sets_the_days_of_retention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESSAGE_RETENTION_DAYS", "30")
    days = from_environment().retention()
    assert days
    assert (days[RetentionSubject.MESSAGES], days[RetentionSubject.TEXTS]) == (30, 90)
    assert days.keys() == set(RetentionSubject)


def test_rows_are_kept_for_a_day_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_RETENTION_DAYS", "0")
    with pytest.raises(ValidationError, match="audit_retention_days"):
        from_environment().retention()
