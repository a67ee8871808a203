"""Personal attributes of clients: named values that a mailing's text may use."""

import json
from collections.abc import Mapping

from notifications.clients.client import FIELDS, Value
from notifications.contracts.enumerations import AttributeType
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.placeholders import parse_name
from notifications.texts.storable import require_storable

MAX_ATTRIBUTES = 50
MAX_VALUE_LENGTH = 1_000
# Names that a text may use for every client.
BUILT_IN = frozenset({"phone", "operator_code"})
# Other columns of the CSV file: an attribute of that name would be ambiguous.
RESERVED = frozenset(FIELDS) - {"attributes"}

# Largest integer that all JSON parsers read exactly (RFC 8259, section 6). PostgreSQL writes larger floats with all
# their digits.
LARGEST_INTEGER = 2**53 - 1


def parse_attributes(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Check and normalize a client's attributes.

    Raises:
        InvalidInput: there are too many, or a name or a value is not valid.
    """
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidInput("attributes", ProblemCode.ATTRIBUTES_TOO_MANY, max_items=MAX_ATTRIBUTES)
    return {parse_attribute_name(name): _parse_value(name, value) for name, value in attributes.items()}


def parse_attribute_name(name: str) -> str:
    """Check and normalize an attribute's name.

    Raises:
        InvalidInput: it is not a valid placeholder name, or is reserved.
    """
    try:
        parsed = parse_name(name)
    except InvalidInput as error:
        raise error.at("attributes") from None
    if parsed in RESERVED:
        raise InvalidInput("attributes", ProblemCode.ATTRIBUTE_NAME_RESERVED, name=parsed)
    return parsed


def _parse_value(name: str, value: Value) -> Value:
    if isinstance(value, str):
        require_storable("attributes", value)
        if len(value) > MAX_VALUE_LENGTH:
            raise InvalidInput(
                "attributes", ProblemCode.ATTRIBUTE_TOO_LONG, name=shorten(name), max_length=MAX_VALUE_LENGTH
            )
    elif abs(value) > LARGEST_INTEGER:
        raise InvalidInput(
            "attributes", ProblemCode.ATTRIBUTE_NUMBER_RANGE, name=shorten(name), largest=LARGEST_INTEGER
        )
    return value


def type_of(value: Value) -> AttributeType:
    """Return the type of a value."""
    if isinstance(value, bool):
        return AttributeType.BOOLEAN
    return AttributeType.STRING if isinstance(value, str) else AttributeType.NUMBER


def value_as_text(value: Value) -> str:
    """Format a value for a message or CSV: strings unchanged, numbers and booleans as in JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def placeholder_values(phone: str, operator_code: str | None, attributes: Mapping[str, Value]) -> dict[str, str]:
    """Return a client's values by placeholder name."""
    personal = {name: value_as_text(value) for name, value in attributes.items()}
    return personal | {"phone": phone, "operator_code": operator_code or ""}
