"""Delivery of a batch: one claim, the provider's calls side by side, one statement for all outcomes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine

from notifications import lifecycle, mailings
from notifications.attributes import values_of
from notifications.errors import MissingValue
from notifications.lifecycle import Claimed, Outcome
from notifications.text import Template
from sender import retry, telemetry
from sender.providers.base import Provider, ProviderError

type Clock = Callable[[], datetime]


async def deliver(engine: Engine, provider: Provider, ids: Sequence[int], *, clock: Clock) -> list[Outcome]:
    """Send those of the messages that may go now, and record what became of each.

    The claim is committed before the first call and the outcomes after the last, so that a worker that dies in
    between leaves rows that the sweep finds.
    """
    now = clock()
    with engine.begin() as connection:
        claimed = lifecycle.claim(connection, ids, now=now)
    telemetry.claimed(ids, claimed, now=now)
    outcomes = await asyncio.gather(*(_attempt(provider, message, clock=clock) for message in claimed))
    now = clock()
    with engine.begin() as connection:
        recorded = lifecycle.settle(connection, outcomes, now=now)
        mailings.finish(connection, {message.mailing_id for message in claimed}, now=now)
    telemetry.settled(claimed, outcomes, recorded, now=now)
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
    telemetry.called(message, outcome, elapsed_ms=(time.perf_counter() - started) * 1000)
    return outcome


def _personal_text(message: Claimed) -> str:
    return Template.parse(message.text).render(values_of(message))
