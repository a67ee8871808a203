"""Receipts as providers send them."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.fields import Input, Moment, Output
from notifications.contracts.enumerations import ReceiptState
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.redaction import hide_phones

MAX_RECEIPTS = 1_000
MAX_PARTS = 255

Part = Annotated[int, Field(strict=True, ge=1, le=MAX_PARTS)]


class ReceiptInput(Input):
    """Receipt for a message, or for one part of it."""

    id: Annotated[int, Field(strict=True, ge=1, lt=2**63, description="id under which the message was sent")]
    state: Annotated[ReceiptState, Field(description="`refused`: the provider has never taken the message")]
    part: Annotated[Part, Field(description="number of the part, from 1 on")] = 1
    parts: Annotated[Part, Field(description="number of the message's parts")] = 1
    code: Annotated[
        Annotated[str, StringConstraints(max_length=100)] | None, Field(description="the provider's code of the cause")
    ] = None
    words: Annotated[
        Annotated[str, StringConstraints(max_length=400), AfterValidator(hide_phones)] | None,
        Field(description="the provider's words for the cause; phones in them are not stored"),
    ] = None
    at: Annotated[Moment, Field(description="time of the state; at most five minutes in the future")]

    @model_validator(mode="after")
    def _require_part_of_message(self) -> Self:
        if self.part > self.parts:
            raise InvalidInput("part", ProblemCode.ABOVE_MAXIMUM, maximum=self.parts)
        return self


class ReceiptsInput(Input):
    """Receipts of one call."""

    receipts: Annotated[list[ReceiptInput], Field(min_length=1, max_length=MAX_RECEIPTS)]


class ReceiptsAccepted(Output):
    """Number of receipts that were accepted. They are applied within seconds."""

    receipts: int
