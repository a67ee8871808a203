"""Check of the provider: its circuit breaker, its pauses and its rate limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from notifications.message_state import Claimed
from notifications.messages.admission.checks import CallTime, Clock
from notifications.messages.admission.limits import Limits
from notifications.providers import quotas
from notifications.providers.quotas import CallQuota


@dataclass(frozen=True, slots=True)
class ProviderReservation:
    """Calls of the provider that a batch has taken.

    Attributes:
        quota: the calls.
        postponed: messages for which there is no call.
    """

    provider: str
    quota: CallQuota
    postponed: Mapping[int, datetime]
    now: datetime

    def use(self, connection: Connection, claimed: Sequence[Claimed]) -> Mapping[int, CallTime]:
        """Give back calls that no message was claimed for: the next batch makes them, or probes."""
        if self.quota.is_probe and not claimed:
            quotas.release_probe(connection, self.provider, now=self.now)
        if unused := len(self.quota.call_times[len(claimed) :]):
            quotas.give_back(connection, self.provider, calls=unused, now=self.now)
        times = zip(claimed, self.quota.call_times, strict=False)
        return {each.id: CallTime(at, provider=self.provider) for each, at in times}


def take(connection: Connection, limits: Limits, ids: Sequence[int], clock: Clock) -> ProviderReservation:
    """Lock the provider's state and take calls for the messages. Nothing is locked while the provider has no limit."""
    now = clock()
    if limits.quota is not None:
        quota = limits.quota
    elif ids:
        quota = quotas.take_calls(connection, limits.provider, wanted=len(ids), now=now)
    else:
        quota = CallQuota(0, now)
    return ProviderReservation(limits.provider, quota, dict.fromkeys(ids[quota.calls :], quota.retry_at), now)
