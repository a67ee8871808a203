"""Check for text that PostgreSQL can store."""

import re

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

_SURROGATE = re.compile("[\ud800-\udfff]")


def require_storable(field: str, text: str) -> None:
    """Check that PostgreSQL can store a text.

    Raises:
        InvalidInput: it has a NUL character or an unpaired surrogate.
    """
    if "\0" in text:
        raise InvalidInput(field, ProblemCode.NUL_CHARACTER)
    if _SURROGATE.search(text):
        raise InvalidInput(field, ProblemCode.SURROGATE_CHARACTER)
