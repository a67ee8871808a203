"""Calls that a provider throttles, for the rate limiter."""

from datetime import datetime, timedelta

from notifications.providers.rate_limiter import BatchCalls
from notifications.providers.rate_measurement import MIN_THROTTLED


def throttled(at: datetime, *, calls: int = MIN_THROTTLED, retry_after: timedelta | None = None) -> BatchCalls:
    """Return a batch whose calls were all throttled, enough to mean a limit of the provider."""
    return BatchCalls(throttled_at=[at] * calls, retry_after=retry_after)
