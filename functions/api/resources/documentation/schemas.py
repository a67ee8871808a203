"""The health check."""

from typing import Literal

from api.fields import Given


class Health(Given):
    """The service answers, and so does its database."""

    status: Literal["ok"]
