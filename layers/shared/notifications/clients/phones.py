"""Phones of any country: E.164 without the plus sign. Codes of mobile operators.

Digits are an international number. A number as it is written inside a country is read only where that country is named.
See docs/decisions/0060-phones-of-any-country.md.
"""

import re

from notifications.contracts.characters import require_visible
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# Stands for clients without an operator code in filters and statistics.
NO_OPERATOR_CODE = "none"

_MAX_DIGITS = 15
_SPACES = " \u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_MARKS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d./()\uff0e\uff0f\uff08\uff09"
_FULL_WIDTH = {chr(ord("\uff10") + digit): str(digit) for digit in range(10)} | {"\uff0b": "+"}
_PLAIN = str.maketrans(_FULL_WIDTH | dict.fromkeys(_SPACES + _MARKS, ""))
# With room for a prefix for calls abroad, and for a carrier's code.
_WRITTEN = re.compile(r"\+?[0-9]{1,24}")
_INTERNATIONAL_PREFIX = re.compile(r"\+|00")
_SEVEN_AND_TEN = re.compile(r"7[0-9]{10}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_OPERATOR_CODE = re.compile(r"[0-9]{3}")


def parse_phone(phone: str, country: str | None = None) -> str:
    """Return a phone as E.164 digits, without separators, `+` and a leading `00`.

    Args:
        country: code of the country whose national writing is accepted as well; None for international numbers only.

    Raises:
        InvalidInput: no country has such a number, or the digits are valid both as an international number and as
            another number of the country.
    """
    written = phone.translate(_PLAIN)
    if not _WRITTEN.fullmatch(written):
        require_visible("phone", phone)
        raise InvalidInput("phone", ProblemCode.PHONE_FORMAT)
    international = _read_international(written)
    national = None if country is None or written[0] == "+" else _read(written, country)
    if international and national and international != national:
        raise InvalidInput(
            "phone",
            ProblemCode.PHONE_AMBIGUOUS,
            international=f"+{international}",
            national=f"+{national}",
            country=country,
        )
    if found := international or national:
        return found
    raise InvalidInput("phone", ProblemCode.PHONE_FORMAT)


def _read_international(written: str) -> str | None:
    digits = _INTERNATIONAL_PREFIX.sub("", written, count=1) if written[0] in "+0" else written
    # Accepted before other countries were, whether the numbering plan has the number or not.
    return digits if _SEVEN_AND_TEN.fullmatch(digits) else _read(f"+{digits}", None)


def _read(written: str, country: str | None) -> str | None:
    """Return the digits of a valid number, or None."""
    import phonenumbers  # noqa: PLC0415 - 18 ms of a cold start, and few calls need it

    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    return digits if len(digits) <= _MAX_DIGITS and phonenumbers.is_valid_number(number) else None


def parse_country(country: str) -> str:
    """Check the ISO 3166 code of a country whose numbering plan is known.

    Raises:
        InvalidInput: there is no such country.
    """
    import phonenumbers  # noqa: PLC0415 - the same

    if not (_COUNTRY.fullmatch(country) and country in phonenumbers.SUPPORTED_REGIONS):
        raise InvalidInput("country", ProblemCode.COUNTRY_UNKNOWN)
    return country


def country_of(phone: str) -> str | None:
    """Return the ISO 3166 code of a phone's country; None for a number of no country, such as a satellite phone's.

    A number that no numbering plan has belongs to the largest country of its calling code.

    Args:
        phone: E.164 digits.
    """
    import phonenumbers  # noqa: PLC0415 - the same

    try:
        number = phonenumbers.parse(f"+{phone}")
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


def operator_code_of(phone: str) -> str | None:
    """Return the mobile operator's code in a phone: digits 2 to 4 of a +7 number; None for another country."""
    return phone[1:4] if phone.startswith("7") else None


def parse_operator_code_filter(code: str) -> str:
    """Check a mobile operator's code, or `none` for clients without one.

    Raises:
        InvalidInput: it is anything else.
    """
    return code if code == NO_OPERATOR_CODE else parse_operator_code(code)


def parse_operator_code(code: str) -> str:
    """Check a mobile operator's code: three digits.

    Raises:
        InvalidInput: it is anything else.
    """
    if not _OPERATOR_CODE.fullmatch(code):
        require_visible("operator_code", code)
        raise InvalidInput("operator_code", ProblemCode.OPERATOR_CODE_FORMAT)
    return code
