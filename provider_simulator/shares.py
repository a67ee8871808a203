"""Shares of a whole: checks that they fit, and a random choice by them."""

from collections.abc import Iterable

# Shares such as 0.7, 0.2 and 0.1 add up to a little more than 1 in floating point.
ROUNDING_ERROR = 1e-9


def require_at_most_one(shares: Iterable[float], *, of: str) -> None:
    """Raise ValueError if the shares add up to more than 1."""
    if sum(shares) > 1 + ROUNDING_ERROR:
        raise ValueError(f"the shares of the {of} add up to more than 1")


def choose[T](shares: Iterable[tuple[T, float]], drawn: float) -> T | None:
    """Return the value in whose share a random number (0 to 1) falls, or None if it falls into the rest."""
    for value, share in shares:
        if drawn < share:
            return value
        drawn -= share
    return None
