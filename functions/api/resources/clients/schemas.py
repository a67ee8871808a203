"""Clients and the result of an import."""

from typing import Annotated

from pydantic import Field

from api.fields import UNSET, Attributes, Input, OperatorCode, Output, Params, Phone, Tags, Timezone
from api.routing import Csv
from notifications.contracts.problem_codes import ProblemCode

CSV_CLIENTS = Csv("""\
phone,operator_code,tags,timezone,name
79261234567,926,vip|new,Europe/Moscow,Ann
79031234567,,,Asia/Omsk,
""")


class ClientInput(Input):
    """A client to create."""

    phone: Phone
    operator_code: OperatorCode | None = None
    tags: Tags = Field(default=[])
    timezone: Timezone
    attributes: Attributes = Field(default={})


class ClientChange(Input):
    """Fields of a client to update; omitted ones keep their values."""

    phone: Phone = UNSET
    operator_code: OperatorCode = UNSET
    tags: Tags = UNSET
    timezone: Timezone = UNSET
    attributes: Attributes = UNSET


class Client(Output):
    """A client."""

    phone: Annotated[str, Field(examples=["79261234567"])]
    operator_code: Annotated[str, Field(examples=["926"])]
    tags: Annotated[list[str], Field(examples=[["vip"]])]
    timezone: Annotated[str, Field(examples=["Europe/Moscow"])]
    attributes: dict[str, str | bool | int | float]


class ClientPage(Output):
    """A page of clients; `next` is the cursor of the next page."""

    items: list[Client]
    next: str | None


class Refused(Output):
    """A rejected import row: its line, its field and the reason."""

    line: int
    field: str
    reason: Annotated[str, Field(description="English; translate `code` with `params`")]
    code: ProblemCode
    params: Params


class ImportResult(Output):
    """Numbers of created and updated clients, and the refused rows."""

    created: int
    updated: int
    refused: list[Refused]
