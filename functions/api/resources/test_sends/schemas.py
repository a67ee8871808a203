"""Test sends."""

from typing import Annotated

from pydantic import Field

from api.fields import Attributes, Given, Input, Phone, ShownMoment, Text
from notifications.contracts.enumerations import TrialStatus


class TrialInput(Input):
    """A text to try on one phone."""

    phone: Phone
    text: Text
    attributes: Annotated[
        Attributes | None, Field(description="what fills the text; null: what the client with this phone has")
    ] = None


class Trial(Given):
    """A text on its way to one phone, outside all mailings and counts."""

    id: int
    phone: str
    text: Annotated[str, Field(description="as it is sent, every placeholder filled in")]
    status: TrialStatus
    error: str | None
    created_at: ShownMoment
