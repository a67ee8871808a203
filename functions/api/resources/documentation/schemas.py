"""The service's own state."""

from typing import Literal

from api.fields import Given


class Health(Given):
    """The service answers."""

    status: Literal["ok"]
