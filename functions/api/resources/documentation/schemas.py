"""The health check."""

from typing import Literal

from api.fields import Output


class Health(Output):
    """Result of the health check: the service and its database answer."""

    status: Literal["ok"]
