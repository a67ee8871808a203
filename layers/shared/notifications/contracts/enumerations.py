"""Closed vocabularies: each is one enumeration, from which schemas, CHECK constraints and groups of members derive.

A member is a string and equals its value, so that rows of the database compare with it as they are.
"""

from enum import IntEnum, StrEnum


class MessageStatus(StrEnum):
    """Statuses of a message."""

    PENDING = "pending"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


# A message in an open status will change by itself; one that has ended stays unless an operator decides otherwise.
OPEN_STATUSES = (MessageStatus.PENDING, MessageStatus.QUEUED, MessageStatus.SENDING)
ENDED_STATUSES = tuple(status for status in MessageStatus if status not in OPEN_STATUSES)
UNSENT_STATUSES = tuple(status for status in ENDED_STATUSES if status is not MessageStatus.SENT)
# Ends that say for certain that the provider has not accepted the message.
UNACCEPTED_STATUSES = (
    MessageStatus.FAILED,
    MessageStatus.EXPIRED,
    MessageStatus.CANCELLED,
    MessageStatus.SUPPRESSED,
)


class Delivery(StrEnum):
    """Deliveries of a message, in ascending rank: a receipt raises the delivery and never lowers it."""

    UNCONFIRMED = "unconfirmed"
    DELAYED = "delayed"
    UNDELIVERABLE = "undeliverable"
    DELIVERED = "delivered"

    def after(self, before: "Delivery | None") -> "Delivery":
        """Return the higher of this delivery and the one before."""
        ranks = list(Delivery)
        return self if before is None else max(self, before, key=ranks.index)


class ReceiptState(StrEnum):
    """States that a provider's receipt reports. `refused`: the provider never took the message."""

    DELIVERED = Delivery.DELIVERED
    UNDELIVERABLE = Delivery.UNDELIVERABLE
    DELAYED = Delivery.DELAYED
    REFUSED = "refused"


class DeliveryGroup(StrEnum):
    """Values by which a mailing's deliveries are counted; `mailing` counts all of them."""

    MAILING = "mailing"
    OPERATOR_CODE = "operator_code"
    PROVIDER = "provider"
    HOUR = "hour"


class MessageKind(StrEnum):
    """Kinds of messages outside mailings."""

    TEST = "test"


class Category(StrEnum):
    """Categories of messages, which people can opt out of and consent to."""

    MARKETING = "marketing"
    SERVICE = "service"


class OptOutScope(StrEnum):
    """Messages that a person does not want: all, or marketing alone."""

    ALL = "all"
    MARKETING = "marketing"

    def covers(self, category: Category) -> bool:
        """Return True if messages of a category are among them."""
        return self is OptOutScope.ALL or category is Category.MARKETING


class OptOutSource(StrEnum):
    """Origins of an opt-out."""

    OPERATOR = "operator"
    API = "api"
    IMPORT = "import"
    REPLY = "reply"
    PROVIDER = "provider"
    RECEIPT = "receipt"
    PINPOINT = "pinpoint"
    ERASURE = "erasure"


class OutcomeStatus(StrEnum):
    """Statuses that a sender gives to a message it has claimed; `pending` puts it back for another attempt."""

    SENT = MessageStatus.SENT
    FAILED = MessageStatus.FAILED
    PENDING = MessageStatus.PENDING
    EXPIRED = MessageStatus.EXPIRED
    UNKNOWN = MessageStatus.UNKNOWN
    SUPPRESSED = MessageStatus.SUPPRESSED


class AttributeType(StrEnum):
    """Types of a client's attribute: those of JSON that a value may have, named as PostgreSQL names them."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"


class MailingStatus(StrEnum):
    """Statuses of a mailing."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


# Statuses of mailings that may still send.
LIVE_STATUSES = (MailingStatus.SCHEDULED, MailingStatus.RUNNING, MailingStatus.PAUSED)
CHANGEABLE_STATUSES = (MailingStatus.DRAFT, *LIVE_STATUSES)


class OnUnknown(StrEnum):
    """Settings of a mailing for messages of unknown outcome: send them again, or leave them to an operator."""

    RESEND = "resend"
    HOLD = "hold"


class Resolution(StrEnum):
    """Decisions of an operator on messages of unknown outcome."""

    RESEND = "resend"
    GIVE_UP = "give_up"


class RetriedStatus(StrEnum):
    """Statuses of messages that an operator can have sent once more."""

    FAILED = MessageStatus.FAILED
    EXPIRED = MessageStatus.EXPIRED


class JobKind(StrEnum):
    """Kinds of jobs."""

    RETRY = "retry"
    RESOLVE = "resolve"
    BULK = "bulk"
    TAG_DELETION = "tag_deletion"
    IMPORT = "import"
    RETENTION = "retention"


class RetentionSubject(StrEnum):
    """Kinds of rows that retention removes."""

    MESSAGES = "messages"
    TEXTS = "texts"
    ATTEMPTS = "attempts"
    AUDIT_ENTRIES = "audit_entries"
    IMPORTS = "imports"
    JOBS = "jobs"
    IDEMPOTENCY_KEYS = "idempotency_keys"
    HOLDS = "holds"
    FORMER_CLIENTS = "former_clients"


class JobStatus(StrEnum):
    """Statuses of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BulkResult(StrEnum):
    """Results of a bulk change for a client.

    A client that would have too many tags is refused. It is missing if no client has the phone, or if it was deleted
    or left the filter before the job came to it.
    """

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DELETED = "deleted"
    MISSING = "missing"


# Statuses of jobs that are worked on.
OPEN_JOB_STATUSES = (JobStatus.WAITING, JobStatus.RUNNING)


class GroupKind(StrEnum):
    """Attributes of a client by which a mailing's messages are counted."""

    TIMEZONE = "timezone"
    OPERATOR_CODE = "operator_code"


# The status under which a group counts all its messages, beside the statuses in which they end.
PLANNED = "planned"


class ReconciledCount(StrEnum):
    """Counts that the daily reconciliation compares with message rows.

    `OUTCOME` counts rows whose status and times contradict each other, `ATTEMPT` sent messages without an attempt,
    `DELIVERY` deliveries by receipts.
    """

    STATUS = "status"
    HOUR = "hour"
    TIMEZONE = GroupKind.TIMEZONE
    OPERATOR_CODE = GroupKind.OPERATOR_CODE
    ERROR = "error"
    OUTCOME = "outcome"
    ATTEMPT = "attempt"
    DELIVERY = "delivery"


class BreakerState(StrEnum):
    """States of the provider's circuit breaker."""

    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


class RatePhase(StrEnum):
    """Phase of the rate limiter: no limit, a limit being looked for, a limit known, or a higher rate being tried."""

    FREE = "free"
    GROWING = "growing"
    HOLDING = "holding"
    PROBING = "probing"


class ProviderKind(StrEnum):
    """Kinds of providers that the sender can call: by HTTP, Amazon SNS, AWS End User Messaging."""

    HTTP = "http"
    SNS = "sns"
    EUM = "eum"

    @property
    def needs_sender(self) -> bool:
        """Return True if the provider takes no message without a sender identity."""
        return self is ProviderKind.EUM

    @property
    def deduplicates(self) -> bool:
        """Return True if the provider recognises a repeated message by its id."""
        return self is ProviderKind.HTTP

    @property
    def default_on_unknown(self) -> OnUnknown:
        """Return the default of `on_unknown` for mailings with this provider."""
        return OnUnknown.RESEND if self.deduplicates else OnUnknown.HOLD


class Http500Meaning(StrEnum):
    """Meanings of HTTP 500 from a provider: it may have accepted the message, or certainly has not."""

    UNKNOWN = "unknown"
    NOT_ACCEPTED = "not_accepted"


class AuditKind(StrEnum):
    """Kinds of resources in the audit log."""

    CLIENT = "client"
    TAG = "tag"
    MAILING = "mailing"
    TEST_SEND = "test_send"
    JOB = "job"
    PROVIDER = "provider"
    IMPORT = "import"
    OPT_OUT = "opt_out"


class AuditAction(StrEnum):
    """Actions in the audit log."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    IMPORT = "import"
    LAUNCH = "launch"
    WITHDRAW = "withdraw"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"
    RESOLVE = "resolve"
    RESET = "reset"
    ERASE = "erase"


class Role(IntEnum):
    """Roles, each with the rights of the ones before it. Their names are the groups of the user pool."""

    viewer = 1
    operator = 2
    admin = 3


class ReportLanguage(StrEnum):
    """Languages of the daily report."""

    EN = "en"
    RU = "ru"


class SmsEncoding(StrEnum):
    """Encodings of an SMS."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"
