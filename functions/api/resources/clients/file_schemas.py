"""CSV files of clients, and the result of an import."""

from typing import Annotated

from pydantic import Field

from api.fields import Output, Params, ShownMoment
from api.routing import Csv
from notifications.contracts.problem_codes import ProblemCode

CSV_CLIENTS = Csv("""\
phone,operator_code,tags,timezone,consent_at,consent_source,name
79261234567,926,vip|new,Europe/Moscow,2026-11-23T10:00:00Z,form,Ann
79031234567,,,Asia/Omsk,,,
""")


class Refused(Output):
    """A rejected import row: its line, its field and the reason."""

    line: Annotated[int, Field(description="line of the file on which the row begins; the header is line 1")]
    field: Annotated[str, Field(description="field at fault, such as `phone`; `row` for the whole row")]
    reason: Annotated[str, Field(description="English for people; programs read `code` and `params`")]
    code: ProblemCode
    params: Params


class ReadRow(Output):
    """A valid import row, as it was read."""

    line: Annotated[int, Field(description="line of the file on which the row begins")]
    written: Annotated[str, Field(description="phone as the file has it", examples=["8 (926) 123-45-67"])]
    phone: Annotated[str, Field(examples=["79261234567"])]
    operator_code: Annotated[str | None, Field(description="null if it is not known", examples=["926"])]
    tags: list[str]
    timezone: Annotated[str, Field(examples=["Europe/Moscow"])]
    attributes: dict[str, str | bool | int | float]
    consent_at: ShownMoment | None
    consent_source: str | None


class Overridden(Output):
    """A valid import row that a later row with the same phone overrides."""

    line: Annotated[int, Field(description="line of the file on which the row begins")]
    by_line: Annotated[int, Field(description="line of the later row")]
    phone: Annotated[str, Field(examples=["79261234567"])]


class ImportResult(Output):
    """Result of an import."""

    created: Annotated[int, Field(description="number of created clients")]
    updated: Annotated[int, Field(description="number of updated clients")]
    refused: Annotated[list[Refused], Field(description="invalid rows, which were not stored")]
    overridden_rows: Annotated[
        int, Field(description="number of valid rows that were not stored, since a later row has their phone")
    ]
    overridden: Annotated[list[Overridden], Field(description="these rows, at most the first 10,000")]
    rows: Annotated[list[ReadRow], Field(description="the first ten valid rows, as they were read")]
