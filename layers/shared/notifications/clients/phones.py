"""Validation of phones and mobile operator codes."""

import re

from notifications.contracts.characters import require_visible
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

_PHONE = re.compile(r"7[0-9]{10}")
_OPERATOR_CODE = re.compile(r"[0-9]{3}")


def parse_phone(phone: str) -> str:
    """Check a phone: a 7 and ten digits.

    Raises:
        InvalidInput: it is anything else.
    """
    if not _PHONE.fullmatch(phone):
        require_visible("phone", phone)
        raise InvalidInput("phone", ProblemCode.PHONE_FORMAT)
    return phone


def operator_code_of(phone: str) -> str:
    """Return the mobile operator's code in a phone: its digits 2 to 4."""
    return phone[1:4]


def parse_operator_code(code: str) -> str:
    """Check a mobile operator's code: three digits.

    Raises:
        InvalidInput: it is anything else.
    """
    if not _OPERATOR_CODE.fullmatch(code):
        require_visible("operator_code", code)
        raise InvalidInput("operator_code", ProblemCode.OPERATOR_CODE_FORMAT)
    return code
