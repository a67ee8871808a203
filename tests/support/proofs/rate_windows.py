"""The busiest stretch of a series of calls, to compare with what a rate allows."""

from bisect import bisect_left
from collections.abc import Sequence


def busiest(times: Sequence[float], seconds: float) -> int:
    """Return the largest number of times in any half-open interval of so many seconds."""
    ordered = sorted(times)
    return max((bisect_left(ordered, each + seconds) - i for i, each in enumerate(ordered)), default=0)
