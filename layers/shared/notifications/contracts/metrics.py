"""CloudWatch metrics: their names, each with its unit."""

from enum import StrEnum
from typing import Self

from aws_lambda_powertools.metrics import MetricUnit


class Metric(StrEnum):
    """Names of the metrics that the functions emit.

    Attributes:
        unit: the unit of every value.
    """

    unit: MetricUnit

    def __new__(cls, name: str, unit: MetricUnit) -> Self:
        """Make a member of a name and a unit."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.unit = unit
        return member

    TICKS = "Ticks", MetricUnit.Count
    SENT = "Sent", MetricUnit.Count
    FAILED = "Failed", MetricUnit.Count
    DEFERRED = "Deferred", MetricUnit.Count
    EXPIRED = "Expired", MetricUnit.Count
    UNKNOWN = "Unknown", MetricUnit.Count
    SUPPRESSED = "Suppressed", MetricUnit.Count
    POSTPONED = "Postponed", MetricUnit.Count
    ATTEMPTS = "Attempts", MetricUnit.Count
    QUEUE_AGE = "QueueAge", MetricUnit.Seconds
    DUE_TO_SENT = "DueToSent", MetricUnit.Seconds
    PROVIDER_LATENCY = "ProviderLatency", MetricUnit.Milliseconds
    PROVIDER_ERRORS = "ProviderErrors", MetricUnit.Count
    SENDING_RATE = "SendingRate", MetricUnit.CountPerSecond
    BREAKER_OPEN = "BreakerOpen", MetricUnit.Count
    BREAKER_CLOSED = "BreakerClosed", MetricUnit.Count
    DEAD_LETTERS = "DeadLetters", MetricUnit.Count
    RECEIPTS_APPLIED = "ReceiptsApplied", MetricUnit.Count
    RECEIPTS_UNKNOWN = "ReceiptsUnknown", MetricUnit.Count
    REPLIES_RECEIVED = "RepliesReceived", MetricUnit.Count
    OPT_OUTS_BY_REPLY = "OptOutsByReply", MetricUnit.Count
    UNEXPECTED_ERRORS = "UnexpectedErrors", MetricUnit.Count
    FAILED_JOBS = "FailedJobs", MetricUnit.Count
    REPORT_SENT = "ReportSent", MetricUnit.Count
    DIFFERENCES = "Differences", MetricUnit.Count
    CANARY_SILENCE = "CanarySilence", MetricUnit.Seconds
