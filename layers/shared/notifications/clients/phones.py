"""Phones and mobile operator codes: each comes in as text and leaves in one form."""

import re

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

_PHONE = re.compile(r"7[0-9]{10}")
_OPERATOR_CODE = re.compile(r"[0-9]{3}")


def parse_phone(phone: str) -> str:
    """The phone itself: a 7 and ten digits; anything else is InvalidInput."""
    if not _PHONE.fullmatch(phone):
        raise InvalidInput("phone", ProblemCode.PHONE_FORMAT)
    return phone


def operator_code_of(phone: str) -> str:
    """The mobile operator's code in a phone: its digits 2 to 4."""
    return phone[1:4]


def parse_operator_code(code: str) -> str:
    """The code itself: three digits; anything else is InvalidInput."""
    if not _OPERATOR_CODE.fullmatch(code):
        raise InvalidInput("operator_code", ProblemCode.OPERATOR_CODE_FORMAT)
    return code
