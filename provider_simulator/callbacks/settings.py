"""Settings of callbacks: which receipts and replies are sent, with which delays and faults, and where to."""

import base64
import binascii
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator

from provider_simulator.shares import require_at_most_one

type ReceiptState = Literal["delivered", "undeliverable", "delayed", "refused"]

# Faults of a whole call, which its headers show.
type CallFault = Literal["unsigned", "wrong_signature", "future", "too_old"]

type ReceiptFaultKind = CallFault | Literal["late", "early", "twice", "reordered", "lying", "unknown_id"]

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of each secret

Share = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[float, Field(ge=0)]


class Settings(BaseModel):
    """Base of all settings: frozen, without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ReceiptFault(Settings):
    """A fault of receipts and its share (0 to 1) of the messages."""

    kind: ReceiptFaultKind
    share: Share = 1


class FailureReason(Settings):
    """A reason why a message is undeliverable, in the provider's code and words."""

    code: str
    words: str


# Errors that mobile networks report, with their numbers in GSM 09.02.
FAILURE_REASONS = (
    FailureReason(code="1", words="Unknown subscriber"),
    FailureReason(code="13", words="Call barred"),
    FailureReason(code="27", words="Absent subscriber"),
    FailureReason(code="32", words="Memory of the handset is full"),
)


class ReceiptBehaviour(Settings):
    """Receipts of messages.

    Attributes:
        delivered, undeliverable, delayed, refused: shares of the accepted messages with this receipt; `delayed` is
            followed by `delivered`. The rest gets no receipt.
        refused_calls: share of the calls with a valid message that were not accepted, and get a `refused` receipt.
        delay_ms: the time from the call to its receipt, plus or minus up to `jitter_ms`.
        delayed_ms: the time from `delayed` to `delivered`.
        late_ms: the additional time before a `late` receipt is sent.
        reasons: the reasons of undeliverable messages, each equally likely.
        faults: the faults of receipts; their shares add up to at most 1.
    """

    delivered: Share = 0.97
    undeliverable: Share = 0.02
    delayed: Share = 0
    refused: Share = 0
    refused_calls: Share = 0
    delay_ms: Milliseconds = 5_000
    jitter_ms: Milliseconds = 2_000
    delayed_ms: Milliseconds = 5_000
    late_ms: Milliseconds = 60_000
    reasons: tuple[FailureReason, ...] = Field(default=FAILURE_REASONS, min_length=1)
    faults: tuple[ReceiptFault, ...] = ()

    @property
    def outcomes(self) -> tuple[tuple[ReceiptState, float], ...]:
        """Outcomes of accepted messages with their shares."""
        return (
            ("delivered", self.delivered),
            ("undeliverable", self.undeliverable),
            ("delayed", self.delayed),
            ("refused", self.refused),
        )

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        require_at_most_one((share for _, share in self.outcomes), of="receipts")
        require_at_most_one((fault.share for fault in self.faults), of="faults of receipts")
        return self


class ReplyBehaviour(Settings):
    """Replies of recipients.

    Attributes:
        stop_share: share of the recipients that answer their first message by one of `stop_texts`.
        delay_ms: the time from the message to the reply, plus or minus up to `jitter_ms`.
    """

    stop_share: Share = 0
    stop_texts: tuple[str, ...] = Field(default=("STOP", "СТОП"), min_length=1)
    delay_ms: Milliseconds = 3_000
    jitter_ms: Milliseconds = 1_000


def _secret(secret: SecretStr) -> SecretStr:
    try:
        key = decode_secret(secret)
    except binascii.Error:
        key = b""
    if not (secret.get_secret_value().startswith(SECRET_PREFIX) and key):
        raise ValueError(f"must be {SECRET_PREFIX} and base64")
    return secret


def decode_secret(secret: SecretStr) -> bytes:
    """Return the key that a secret encodes."""
    return base64.b64decode(secret.get_secret_value().removeprefix(SECRET_PREFIX), validate=True)


class Targets(Settings):
    """Where callbacks are sent; without a URL, none of its kind are.

    Attributes:
        secret: the secret that signs the calls: `whsec_` and base64.
    """

    receipt_url: HttpUrl | None = None
    inbound_url: HttpUrl | None = None
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None

    @model_validator(mode="after")
    def _has_secret(self) -> Self:
        if (self.receipt_url or self.inbound_url) and self.secret is None:
            raise ValueError("a URL needs a secret")
        return self
