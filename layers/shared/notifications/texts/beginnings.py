"""Beginnings of files that are no text in UTF-8."""

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# Stands in decoded text for bytes that are not UTF-8.
REPLACEMENT = "\ufffd"

# The other bytes of these beginnings are not UTF-8.
_ZIP = "PK\x03\x04"
_OLD_WORKBOOK = f"{2 * REPLACEMENT}\x11"
_UTF16_MARK = 2 * REPLACEMENT


def require_text(beginning: str) -> None:
    """Check that a decoded file, or its beginning, is neither a workbook nor UTF-16.

    Raises:
        InvalidInput: it is one.
    """
    if beginning.startswith((_ZIP, _OLD_WORKBOOK)):
        raise InvalidInput("body", ProblemCode.BODY_IS_WORKBOOK)
    # Its first character is ASCII, so that one of two bytes is zero.
    if "\0" in beginning[:2] or (beginning.startswith(_UTF16_MARK) and "\0" in beginning[2:4]):
        raise InvalidInput("body", ProblemCode.BODY_UTF16)
