"""Structured logs and metrics, the same for every function. Powertools takes its names from the environment."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger(utc=True, serialize_stacktrace=False)
metrics = Metrics()


def mask_phone(phone: str) -> str:
    """A phone as logs may show it: the operator code and the last two digits.

    >>> mask_phone("79261234567")
    '7926*****67'
    """
    return f"{phone[:4]}{'*' * max(len(phone) - 6, 0)}{phone[-2:]}"
