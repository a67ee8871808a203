"""Test sends."""

from typing import Annotated

from pydantic import Field

from api.fields import (
    Attributes,
    CategoryField,
    Country,
    DeliveryField,
    Input,
    KnownReason,
    Output,
    Params,
    PhoneOfCountry,
    ShownMoment,
    Text,
)
from notifications.contracts.enumerations import Category, MessageStatus


class TestSendInput(Input):
    """A text to send to one phone as a test."""

    country: Country | None = None
    phone: PhoneOfCountry
    text: Text
    attributes: Annotated[
        Attributes | None,
        Field(description="values of the placeholders; null for those of the client with this phone"),
    ] = None
    category: CategoryField = Category.MARKETING


class Recipient(Output):
    """A test send in the audit log, without its text."""

    phone: str


class TestSend(Output):
    """A test send of a text to one phone, outside all mailings and counts."""

    id: int
    phone: Annotated[str | None, Field(description="null if the data of the person was erased")]
    text: Annotated[
        str | None,
        Field(
            description="text with its placeholders filled in; null if retention has removed it, or if the data of the"
            " person was erased"
        ),
    ]
    category: CategoryField
    status: MessageStatus
    delivery: DeliveryField
    error: Annotated[str | None, Field(description="last error in English, or in the provider's own words")]
    error_code: KnownReason
    error_params: Params | None
    created_at: ShownMoment
