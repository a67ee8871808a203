"""The project's own exceptions.

NotificationsError
├── InvalidInput         what was given is wrong; names the field
├── NotFound             what was asked for is not there
├── Conflict             what was asked for contradicts what is there
├── PreconditionFailed   what was to be changed has changed since it was read
├── KeyReused            an idempotency key came before with another request
└── MissingValue         a client lacks what a text needs
"""


class NotificationsError(Exception):
    """Base of every exception that is the project's own."""


class InvalidInput(NotificationsError, ValueError):
    """Input that is refused. A ValueError too, so that pydantic reports it at its field.

    Attributes:
        field: the name of the field, as the API spells it.
        reason: what is wrong with it, for the person who gave it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(NotificationsError):
    """There is no such thing."""


class Conflict(NotificationsError):
    """The request contradicts the state of what it is about."""


class PreconditionFailed(NotificationsError):
    """The thing has changed since the caller read it."""


class KeyReused(NotificationsError):
    """The idempotency key was used for another request."""


class MissingValue(NotificationsError):
    """A client has no value for a placeholder that has no default.

    Attributes:
        name: the placeholder's name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"the client has no {name}, and the text gives no default for it")
        self.name = name
