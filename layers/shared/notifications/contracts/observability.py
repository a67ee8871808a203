"""Structured logs and metrics, the same for every function. Powertools takes its names from the environment.

Each log line has the ids of its subjects under these names: `request_id` (the invocation's, as in the API's errors),
`mailing_id`, `message_id` or `message_ids`, `client_id`. Texts and tokens are never logged.
"""

import json
import re
import warnings
from typing import Any

from aws_lambda_powertools import Logger, Metrics, single_metric

from notifications.contracts.metrics import Metric

# A phone by the lengths of country codes 1 and 7 and of all others, so that milliseconds since 1970 are none. It is no
# part of a longer number or a hexadecimal id, nor the end of a UUID. Shorter phones, of small countries, look like ids.
_PHONE = re.compile(r"(?<![0-9a-f])(?<!-[0-9a-f]{4}-)(?:1[2-9][0-9]{9}|7[0-9]{10}|[2-689][0-9]{7,14})(?![0-9a-f])")
# Quick check of a whole line: most have no phone, and masking every value takes as long as writing the line.
_POSSIBLE_PHONE = re.compile("[0-9]{8}")
# The log group tells them or nobody needs them, and they would be a third of the stored bytes.
_OMITTED_KEYS = ("function_arn", "function_memory_size", "taskName")


def mask_phone(phone: str) -> str:
    """Mask a phone for logs, except up to four first digits and the last two. At least five digits are masked.

    >>> mask_phone("79261234567")
    '7926*****67'
    """
    shown = max(0, min(4, len(phone) - 7))
    return f"{phone[:shown]}{'*' * (len(phone) - shown - 2)}{phone[-2:]}"


def _serialize(record: Any) -> str:
    """Format a log record as JSON. Mask phones in all values: paths, answers, stack traces."""
    kept = {name: value for name, value in record.items() if name not in _OMITTED_KEYS}
    if invocation := kept.pop("function_request_id", None):
        kept.setdefault("request_id", invocation)
    line = _json(kept)
    return _json(_masked(kept)) if _POSSIBLE_PHONE.search(line) else line


def _json(record: Any) -> str:
    return json.dumps(record, default=lambda value: _masked(str(value)), separators=(",", ":"), ensure_ascii=False)


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _PHONE.sub(lambda found: mask_phone(found[0]), value)
        case dict():
            return {_masked(name): _masked(each) for name, each in value.items()}
        case list() | tuple():
            return [_masked(each) for each in value]
        case _:
            return value


# A batch of repeated records has no metrics, and the warning would be a log line that is not JSON.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger(utc=True, serialize_stacktrace=False, json_serializer=_serialize)
metrics = Metrics()


def send_metric(metric: Metric, value: float, **dimensions: str) -> None:
    """Send a value of a metric at once, under these dimensions in place of the function's own."""
    with single_metric(name=metric, unit=metric.unit, value=value) as sent:
        for name, each in dimensions.items():
            sent.add_dimension(name, each)


def add_metric(metric: Metric, value: float) -> None:
    """Add a value to a metric, in the metric's unit; it is sent when the invocation ends."""
    metrics.add_metric(metric, metric.unit, value)
