"""What a mailing would do."""

from typing import Annotated

from pydantic import Field

from api.fields import Given, ShownMoment
from notifications.contracts.enumerations import SmsEncoding


class Segments(Given):
    """What a text takes as SMS."""

    encoding: SmsEncoding
    count: int


class PreviewZone(Given):
    """A time zone's part of the audience; the moments are null where no window opens before the end."""

    timezone: str
    clients: int
    first_send: ShownMoment | None
    last_send: ShownMoment | None


class Preview(Given):
    """What a mailing would do."""

    audience: int
    unreachable: Annotated[int, Field(description="clients whose window never opens before the end")]
    estimated: Annotated[bool, Field(description="whether clients were counted in a part of them")]
    segments: Annotated[Segments, Field(description="of the longest text")]
    typical: Annotated[Segments, Field(description="of the text in the middle, by length")]
    sampled_texts: Annotated[int | None, Field(description="for how many clients the text was filled in, if not all")]
    zones: list[PreviewZone]
