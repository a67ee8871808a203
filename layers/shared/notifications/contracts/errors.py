"""The project's own exceptions.

NotificationsError
├── Problem                  answered to the caller of the API: a code with its parameters
│   ├── InvalidInput         a field is not valid
│   ├── NotFound             the requested object does not exist
│   ├── Conflict             the request contradicts the object's state
│   ├── PreconditionFailed   the object has changed since the caller read it
│   └── KeyReused            the idempotency key was used for another request
├── UnsendableText           a text cannot be sent to a client
│   └── MissingValue         the client lacks a value that the text needs
└── BadDatabaseSecret        the database's secret has no usable address
"""

from typing import Self

from notifications.contracts.phrases import Json, Params, fill
from notifications.contracts.problem_codes import PHRASES, ProblemCode
from notifications.contracts.reasons import Cause, Reason, cause


class NotificationsError(Exception):
    """Base of the project's own exceptions."""


class Problem(NotificationsError):
    """An error that is answered to the caller of the API. Its text is the code's phrase.

    Attributes:
        params: values of the phrase's placeholders, safe for JSON.
    """

    def __init__(self, code: ProblemCode, /, **params: Json) -> None:
        super().__init__(fill(PHRASES[code], params))
        self.code = code
        self.params: Params = params


class InvalidInput(Problem, ValueError):
    """A field is not valid. Also a ValueError, so that pydantic reports it with the field.

    Attributes:
        field: the field's name in the API.
        reason: the code's phrase.
    """

    def __init__(self, field: str, code: ProblemCode, /, **params: Json) -> None:
        super().__init__(code, **params)
        self.field = field
        self.reason = str(self.args[0])

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"

    def at(self, field: str) -> Self:
        """Return the same error for another field."""
        return type(self)(field, self.code, **self.params)


class NotFound(Problem):
    """The requested object does not exist."""


class Conflict(Problem):
    """The request contradicts the object's state."""


class PreconditionFailed(Problem):
    """The object has changed since the caller read it."""


class KeyReused(Problem):
    """The idempotency key was used for another request."""


class UnsendableText(NotificationsError):
    """A text, filled in for a client, cannot be sent.

    Attributes:
        cause: the reason why the message is not sent.
    """

    def __init__(self, why: Cause) -> None:
        self.cause = why
        super().__init__(why.text)


class MissingValue(UnsendableText):
    """A client has no value for a placeholder that has no default.

    Attributes:
        name: the placeholder's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(cause(Reason.MISSING_VALUE, name=name))


class BadDatabaseSecret(NotificationsError):
    """The database's secret has no usable address. The text quotes nothing of the secret.

    Args:
        fault: what is wrong with the secret.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"The secret of the database cannot be used: {fault}. Its text must be a URL, "
            "postgresql://user:password@host:port/name, or JSON of RDS with username, password, host, port and dbname. "
            'See docs/runbook.md, "Database".'
        )
