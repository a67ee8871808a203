"""Trials: a text to one phone, sent at once and only once, whatever breaker and pace say."""

import time
from collections.abc import Sequence

from sqlalchemy import Engine

from notifications.contracts.observability import logger, mask_phone
from notifications.contracts.reasons import Reason, cause
from notifications.database.tables import FIRST_TRIAL_ID
from notifications.messages import test_sends
from notifications.messages.test_sends import Trial
from sender.attempt import Clock
from sender.providers.base import Provider, ProviderError


def parted(ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """The ids of messages, and those of trials."""
    return [each for each in ids if each < FIRST_TRIAL_ID], [each for each in ids if each >= FIRST_TRIAL_ID]


async def deliver(engine: Engine, provider: Provider, ids: Sequence[int], *, clock: Clock) -> None:
    """Send trials, one after the other: there are few."""
    with engine.begin() as connection:
        claimed = test_sends.claim(connection, ids, now=clock())
    for trial in claimed:
        started = time.monotonic()
        error = await _error(provider, trial)
        with engine.begin() as connection:
            test_sends.settle(connection, trial.id, error=error, now=clock())
        _log(trial, error, time.monotonic() - started)


async def _error(provider: Provider, trial: Trial) -> str | None:
    try:
        await provider.send(trial.id, trial.phone, trial.text)
    except ProviderError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - one trial is no reason to lose the others
        logger.exception("the provider's client failed", extra={"test_id": trial.id})
        return cause(Reason.SENDER_FAILED, error=type(error).__name__).text
    return None


def _log(trial: Trial, error: str | None, seconds: float) -> None:
    ids = {"test_id": trial.id, "phone": mask_phone(trial.phone)}
    logger.info("test send", extra={**ids, "error": error, "duration_ms": round(seconds * 1000, 1)})
