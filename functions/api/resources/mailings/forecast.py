"""Forecast of a mailing's end, in its statistics and its preview."""

from typing import Annotated

from pydantic import Field

from api.fields import Output, ShownMoment


class Forecast(Output):
    """Forecast at the observed rate while sending, otherwise at the mailing's maximum rate."""

    finishes_at: Annotated[ShownMoment | None, Field(description="null if it cannot be told")]
    will_miss_end: Annotated[int, Field(description="number of messages that will expire")]
    rate_needed: Annotated[
        int | None,
        Field(description="messages per second at which none expires; null if none will"),
    ]
    paused: Annotated[
        bool,
        Field(description="true for a paused mailing, which has no finish; the numbers hold if it is resumed now"),
    ]
