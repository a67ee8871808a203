"""Opt-outs and the result of their import."""

from typing import Annotated

from pydantic import Field

from api.fields import Country, GivenReason, Input, NextCursor, Output, PhoneOfCountry
from api.resources.clients.file_schemas import Refused
from api.resources.clients.schemas import ClientOptOut
from api.routing import Csv
from notifications.contracts.enumerations import OptOutScope

CSV_OPT_OUTS = Csv("""\
phone,scope,reason,at,source
79261234567,all,asked by telephone,2026-11-23T10:00:00Z,operator
79031234567,marketing,,,
""")


class OptOutInput(Input):
    """An opt-out to record."""

    country: Country | None = None
    phone: PhoneOfCountry
    scope: Annotated[OptOutScope, Field(description="messages that the person does not want")] = OptOutScope.ALL
    reason: Annotated[GivenReason | None, Field(description="in words of your own")] = None


class OptOut(ClientOptOut):
    """A person who must not be messaged."""

    phone: Annotated[str, Field(examples=["79261234567"])]


class OptOutPage(Output):
    """A page of opt-outs."""

    items: list[OptOut]
    next: NextCursor


class OptOutImportResult(Output):
    """Result of an import of opt-outs."""

    created: Annotated[int, Field(description="number of phones that had no opt-out")]
    updated: Annotated[int, Field(description="number of opt-outs that cover all messages now, and not just marketing")]
    unchanged: Annotated[
        int, Field(description="number of valid rows that change nothing: an opt-out of the phone is as wide")
    ]
    refused: Annotated[list[Refused], Field(description="invalid rows, which were not stored")]
