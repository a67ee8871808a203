"""Check for text that PostgreSQL can store."""

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode


def require_storable(field: str, text: str) -> None:
    """Check that PostgreSQL can store a text.

    Raises:
        InvalidInput: it has a NUL character or an unpaired surrogate.
    """
    if "\0" in text:
        raise InvalidInput(field, ProblemCode.NUL_CHARACTER)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(field, ProblemCode.SURROGATE_CHARACTER)
