"""Text that PostgreSQL and UTF-8 can hold."""

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode


def require_storable(field: str, text: str) -> None:
    """InvalidInput for what neither PostgreSQL nor UTF-8 can hold: NUL characters and halves of surrogate pairs."""
    if "\0" in text:
        raise InvalidInput(field, ProblemCode.NUL_CHARACTER)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(field, ProblemCode.SURROGATE_CHARACTER)
