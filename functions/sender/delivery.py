"""Delivery of a batch: one claim, the provider's calls side by side, one statement for all outcomes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit
from sqlalchemy import Engine

from notifications import lifecycle, mailings
from notifications.attributes import values_of
from notifications.errors import MissingValue
from notifications.lifecycle import Claimed, Outcome
from notifications.observability import logger, mask_phone, metrics
from notifications.text import Template
from sender import retry
from sender.providers.base import Provider, ProviderError

type Clock = Callable[[], datetime]


async def deliver(engine: Engine, provider: Provider, ids: Sequence[int], *, clock: Clock) -> list[Outcome]:
    """Send those of the messages that may go now, and record what became of each.

    The claim is committed before the first call and the outcomes after the last, so that a worker that dies in
    between leaves rows that the sweep finds.
    """
    with engine.begin() as connection:
        claimed = lifecycle.claim(connection, ids, now=clock())
    outcomes = await asyncio.gather(*(_attempt(provider, message, clock=clock) for message in claimed))
    now = clock()
    with engine.begin() as connection:
        recorded = lifecycle.settle(connection, outcomes, now=now)
        mailings.finish(connection, {message.mailing_id for message in claimed}, now=now)
    _report(outcomes, recorded)
    return outcomes


async def _attempt(provider: Provider, message: Claimed, *, clock: Clock) -> Outcome:
    started = time.perf_counter()
    try:
        await provider.send(message.id, message.phone, _personal_text(message))
        outcome = retry.sent(message)
    except MissingValue as error:
        outcome = retry.unsendable(message, error)
    except ProviderError as error:
        outcome = retry.outcome_of(message, error, now=clock())
    elapsed_ms = (time.perf_counter() - started) * 1000
    metrics.add_metric("ProviderLatency", MetricUnit.Milliseconds, elapsed_ms)
    logger.info(
        "provider called",
        extra={
            "message_id": message.id,
            "mailing_id": message.mailing_id,
            "client_id": message.client_id,
            "phone": mask_phone(message.phone),
            "attempt": message.attempts + 1,
            "outcome": outcome.verdict,
            "error": outcome.error,
            "due_at": outcome.due_at,
            "duration_ms": round(elapsed_ms, 1),
        },
    )
    return outcome


def _personal_text(message: Claimed) -> str:
    return Template.parse(message.text).render(values_of(message))


def _report(outcomes: Sequence[Outcome], recorded: set[int]) -> None:
    names = {"sent": "Sent", "failed": "Failed", "pending": "Deferred", "expired": "Expired"}
    for outcome in outcomes:
        if outcome.id in recorded:
            metrics.add_metric(names[outcome.verdict], MetricUnit.Count, 1)
        else:
            logger.warning("outcome came too late", extra={"message_id": outcome.id, "outcome": outcome.verdict})
