"""Parameters of the calls of clients: the phone of a path, and the filters of a list."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator

from api.fields import PHONE_PART_PATTERN, Moment, OperatorCodeOrNone, Tag, Timezone
from api.middleware.normalization import decode_segment
from notifications.clients.phones import parse_phone
from notifications.contracts.errors import InvalidInput


def _phone_in_path(segment: str) -> str:
    """Return the phone as it is stored, or unchanged if it is none: no client has it."""
    given = decode_segment(segment)
    try:
        return parse_phone(given)
    except InvalidInput:
        return given


PhonePath = Annotated[
    str,
    AfterValidator(_phone_in_path),
    Path(description="phone with its country code", examples=["79261234567"]),
]
NewPhonePath = Annotated[PhonePath, AfterValidator(parse_phone)]
TagFilter = Annotated[Tag | None, Query(description="clients with this tag")]
OperatorCodeFilter = Annotated[
    OperatorCodeOrNone | None, Query(description="clients with this operator code; `none`: clients without one")
]
TimezoneFilter = Annotated[Timezone | None, Query(description="clients in this time zone")]
Search = Annotated[
    str | None,
    Query(
        description="digits of the phone one after the other, such as its last four; + and separators are skipped",
        pattern=PHONE_PART_PATTERN,
        examples=["4567"],
    ),
]
UpdatedSince = Annotated[
    Moment | None,
    Query(
        description="clients that were created or changed at this time or later. A change is seen when it is committed:"
        " to miss none, begin a minute before the previous call"
    ),
]
