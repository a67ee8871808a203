"""Test sends."""

from typing import Annotated

from pydantic import Field

from api.fields import Attributes, Input, Output, Phone, ShownMoment, Text
from notifications.contracts.enumerations import TrialStatus


class TrialInput(Input):
    """A text to send to one phone as a test."""

    phone: Phone
    text: Text
    attributes: Annotated[
        Attributes | None,
        Field(description="values of the placeholders; null: those of the client with this phone"),
    ] = None


class Trial(Output):
    """A test send of a text to one phone, outside all mailings and counts."""

    id: int
    phone: str
    text: Annotated[str, Field(description="the text as it is sent, with its placeholders filled in")]
    status: TrialStatus
    error: str | None
    created_at: ShownMoment
