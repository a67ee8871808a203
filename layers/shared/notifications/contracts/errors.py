"""The project's own exceptions.

NotificationsError
├── Problem                  what the caller of the API is told: a code with its parameters
│   ├── InvalidInput         what was given is wrong; names the field
│   ├── NotFound             what was asked for is not there
│   ├── Conflict             what was asked for contradicts what is there
│   ├── PreconditionFailed   what was to be changed has changed since it was read
│   └── KeyReused            an idempotency key came before with another request
└── MissingValue             a client lacks what a text needs
"""

from typing import Self

from notifications.contracts.phrases import Json, Params, fill
from notifications.contracts.problem_codes import PHRASES, ProblemCode
from notifications.contracts.reasons import Reason, cause


class NotificationsError(Exception):
    """Base of every exception that is the project's own."""


class Problem(NotificationsError):
    """An error that the caller of the API is told. Its text is the code's phrase.

    Attributes:
        params: exactly what the phrase names, safe for JSON.
    """

    def __init__(self, code: ProblemCode, /, **params: Json) -> None:
        super().__init__(fill(PHRASES[code], params))
        self.code = code
        self.params: Params = params


class InvalidInput(Problem, ValueError):
    """Input that is refused. A ValueError too, so that pydantic reports it at its field.

    Attributes:
        field: the name of the field, as the API spells it.
        reason: what is wrong with it, for the person who gave it.
    """

    def __init__(self, field: str, code: ProblemCode, /, **params: Json) -> None:
        super().__init__(code, **params)
        self.field = field
        self.reason = str(self.args[0])

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"

    def at(self, field: str) -> Self:
        """Return the same error of another field."""
        return type(self)(field, self.code, **self.params)


class NotFound(Problem):
    """There is no such thing."""


class Conflict(Problem):
    """The request contradicts the state of what it is about."""


class PreconditionFailed(Problem):
    """The thing has changed since the caller read it."""


class KeyReused(Problem):
    """The idempotency key was used for another request."""


class MissingValue(NotificationsError):
    """A client has no value for a placeholder that has no default.

    Attributes:
        name: the placeholder's name.
        cause: why a message that needs the value is not sent.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.cause = cause(Reason.MISSING_VALUE, name=name)
        super().__init__(self.cause.text)
