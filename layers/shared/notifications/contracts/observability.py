"""Structured logs and metrics, the same for every function. Powertools takes its names from the environment.

Every line has the ids that it is about, under these names: `request_id` (the invocation's, as in the API's errors),
`mailing_id`, `message_id` or `message_ids`, `client_id`. Texts and tokens are never logged.
"""

import json
import re
import warnings
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from notifications.contracts.metrics import Metric

# Not in the middle of a longer number or of an id in hexadecimal.
_PHONE = re.compile(r"(?<![0-9a-f])7[0-9]{10}(?![0-9a-f])")
# Whatever stands before it: most lines have none, and to look into all values takes as long as to write them.
_PERHAPS_PHONE = re.compile("7[0-9]{10}")
# Told by the log group already, or of no use; they would be a third of all that is stored.
_NEEDLESS = ("function_arn", "function_memory_size", "taskName")


def mask_phone(phone: str) -> str:
    """A phone as logs may show it: the operator code and the last two digits.

    >>> mask_phone("79261234567")
    '7926*****67'
    """
    return f"{phone[:4]}{'*' * max(len(phone) - 6, 0)}{phone[-2:]}"


def _serialize(record: Any) -> str:
    """A line of JSON in which every phone is masked, wherever it comes from: a path, an answer, a stack trace."""
    kept = {name: value for name, value in record.items() if name not in _NEEDLESS}
    if invocation := kept.pop("function_request_id", None):
        kept.setdefault("request_id", invocation)
    line = _json(kept)
    return _json(_masked(kept)) if _PERHAPS_PHONE.search(line) else line


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


# A batch of repeats has nothing to count, and to say so in plain text would leave a line that is no JSON.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger(utc=True, serialize_stacktrace=False, json_serializer=_serialize)
metrics = Metrics()


def add_metric(metric: Metric, value: float) -> None:
    """Add a value to a metric, in the metric's unit; it is sent when the invocation ends."""
    metrics.add_metric(metric, metric.unit, value)
