"""The preview of a mailing."""

from typing import Annotated

from pydantic import Field

from api.fields import Output, ShownMoment
from notifications.contracts.enumerations import SmsEncoding


class Segments(Output):
    """Encoding and number of the SMS that a text needs."""

    encoding: SmsEncoding
    count: int


class PreviewZone(Output):
    """The clients of a time zone; the times are null if no send window opens before the end."""

    timezone: str
    clients: int
    first_send: ShownMoment | None
    last_send: ShownMoment | None


class Preview(Output):
    """Reach and send times of a mailing."""

    audience: int
    unreachable: Annotated[int, Field(description="clients without sending hours before the end")]
    estimated: Annotated[bool, Field(description="true if the numbers are estimated from a sample")]
    segments: Annotated[Segments, Field(description="SMS of the longest text")]
    typical: Annotated[Segments, Field(description="SMS of the text of median length")]
    sampled_texts: Annotated[int | None, Field(description="number of clients whose text was rendered; null: all")]
    zones: list[PreviewZone]
