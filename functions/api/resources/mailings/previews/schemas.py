"""Preview of a mailing."""

from typing import Annotated

from pydantic import Field

from api.fields import Output, ShownMoment
from api.resources.mailings.forecast import Forecast
from api.resources.mailings.schemas import MailingWarning
from notifications.contracts.enumerations import SmsEncoding


class Segments(Output):
    """SMS that one text needs."""

    encoding: SmsEncoding
    count: Annotated[int, Field(description="number of SMS")]


class PreviewZone(Output):
    """Clients of a time zone, and when they can be sent to."""

    timezone: str
    clients: Annotated[int, Field(description="number of clients")]
    first_send: Annotated[ShownMoment | None, Field(description="null if no send window opens before the end")]
    last_send: Annotated[ShownMoment | None, Field(description="null if no send window opens before the end")]


class PreviewPlaceholder(Output):
    """A placeholder whose values are attributes of clients."""

    name: str
    has_default: Annotated[bool, Field(description="false: clients without a value do not get the message")]
    clients_without: Annotated[int, Field(description="number of clients without a visible value")]
    similar_names: Annotated[list[str], Field(description="known names that differ only by case")]


class Preview(Output):
    """Reach and send times of a mailing."""

    audience: Annotated[int, Field(description="number of clients that the filter selects")]
    unreachable: Annotated[int, Field(description="number of them whose send window never opens before the end")]
    default_timezones: Annotated[
        int, Field(description="number of them whose time zone is the default of the stack, since none was given")
    ]
    estimated: Annotated[bool, Field(description="true if the numbers are estimated from a sample")]
    segments: Annotated[Segments, Field(description="SMS of the text that needs most")]
    typical: Annotated[Segments, Field(description="SMS of the text of median length")]
    sampled_texts: Annotated[int | None, Field(description="number of clients whose text was filled in; null for all")]
    placeholders: Annotated[
        list[PreviewPlaceholder], Field(description="in the order of the text; `operator_code` if clients have none")
    ]
    too_long: Annotated[int, Field(description="number of clients whose message is too long to be sent")]
    zones: list[PreviewZone]
    forecast: Annotated[Forecast, Field(description="at the maximum rate; `will_miss_end` includes `unreachable`")]
    warnings: list[MailingWarning]
