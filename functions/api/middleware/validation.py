"""Translates pydantic's validation errors into problem codes, by pydantic's error types ("Validation Errors")."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from api.fields import CLOCK_TIME_PATTERN, PHONE_PART_PATTERN
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import Json, Params, fill
from notifications.contracts.problem_codes import PHRASES, ProblemCode


class Kind(NamedTuple):
    """Code of an error type.

    Attributes:
        params: names of the code's parameters, by the names of pydantic's values.
    """

    code: ProblemCode
    params: Mapping[str, str] = {}


KINDS: Mapping[str, Kind] = {
    "missing": Kind(ProblemCode.FIELD_MISSING),
    "extra_forbidden": Kind(ProblemCode.FIELD_UNKNOWN),
    "string_type": Kind(ProblemCode.NOT_TEXT),
    "string_too_short": Kind(ProblemCode.TOO_SHORT, {"min_length": "min_length"}),
    "string_too_long": Kind(ProblemCode.TOO_LONG, {"max_length": "max_length"}),
    "int_type": Kind(ProblemCode.NOT_INTEGER),
    "int_parsing": Kind(ProblemCode.NOT_INTEGER),
    "int_parsing_size": Kind(ProblemCode.NOT_INTEGER),
    "int_from_float": Kind(ProblemCode.NOT_INTEGER),
    "float_type": Kind(ProblemCode.NOT_NUMBER),
    "float_parsing": Kind(ProblemCode.NOT_NUMBER),
    "finite_number": Kind(ProblemCode.NOT_NUMBER),
    "bool_type": Kind(ProblemCode.NOT_BOOLEAN),
    "bool_parsing": Kind(ProblemCode.NOT_BOOLEAN),
    "list_type": Kind(ProblemCode.NOT_LIST),
    "dict_type": Kind(ProblemCode.NOT_OBJECT),
    "model_type": Kind(ProblemCode.NOT_OBJECT),
    "model_attributes_type": Kind(ProblemCode.NOT_OBJECT),
    "literal_error": Kind(ProblemCode.NOT_ALLOWED, {"expected": "expected"}),
    "enum": Kind(ProblemCode.NOT_ALLOWED, {"expected": "expected"}),
    "too_short": Kind(ProblemCode.ITEMS_TOO_FEW, {"min_length": "min_items"}),
    "too_long": Kind(ProblemCode.ITEMS_TOO_MANY, {"max_length": "max_items"}),
    "greater_than_equal": Kind(ProblemCode.BELOW_MINIMUM, {"ge": "minimum"}),
    "less_than_equal": Kind(ProblemCode.ABOVE_MAXIMUM, {"le": "maximum"}),
    "less_than": Kind(ProblemCode.NOT_BELOW_LIMIT, {"lt": "limit"}),
    "date_type": Kind(ProblemCode.NOT_DATE),
    "date_parsing": Kind(ProblemCode.NOT_DATE),
    "date_from_datetime_parsing": Kind(ProblemCode.NOT_DATE),
    "date_from_datetime_inexact": Kind(ProblemCode.NOT_DATE),
    "datetime_parsing": Kind(ProblemCode.TIME_FORMAT),
    "datetime_from_date_parsing": Kind(ProblemCode.TIME_FORMAT),
    "timezone_aware": Kind(ProblemCode.TIME_FORMAT),
}

# Codes of pydantic's "string_pattern_mismatch".
FORMATS: Mapping[str, ProblemCode] = {
    CLOCK_TIME_PATTERN: ProblemCode.CLOCK_TIME_FORMAT,
    PHONE_PART_PATTERN: ProblemCode.PHONE_PART_FORMAT,
}


def described(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Json]]:
    """Return the entries of `errors` for pydantic's errors: `loc`, `msg`, `code` and `params`."""
    return [_described(error) for error in errors]


def field_error(loc: Iterable[str | int], code: ProblemCode, params: Params) -> dict[str, Json]:
    """Return an entry of `errors` for a field."""
    return {"loc": list(loc), "msg": fill(PHRASES[code], params), "code": code, "params": params}


def _described(error: Mapping[str, Any]) -> dict[str, Json]:
    context = error.get("ctx", {})
    own = context.get("error")
    if isinstance(own, InvalidInput):
        return field_error(error["loc"], own.code, own.params)
    if error["type"] == "string_pattern_mismatch":
        return field_error(error["loc"], FORMATS[context["pattern"]], {})
    kind = KINDS.get(error["type"])
    if kind is None:
        return field_error(error["loc"], ProblemCode.INVALID_VALUE, {"reason": error["msg"]})
    return field_error(error["loc"], kind.code, {param: context[name] for name, param in kind.params.items()})
