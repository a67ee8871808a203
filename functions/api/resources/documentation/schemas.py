"""The health check."""

from typing import Literal

from api.fields import Output


class Health(Output):
    """The service answers, and so does its database."""

    status: Literal["ok"]
