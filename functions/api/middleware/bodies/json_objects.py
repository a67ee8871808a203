"""Parses JSON bodies strictly: without NaN and Infinity, and with each key of an object once."""

import json
from collections import deque
from collections.abc import Iterable
from typing import NoReturn

from api.middleware.problems import RepeatedKey
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import Json
from notifications.contracts.problem_codes import ProblemCode


class _Object(dict[str, Json]):
    """A JSON object.

    Attributes:
        repeated: first key that the object has again; None if it has each key once.
    """

    def __init__(self, pairs: list[tuple[str, Json]]) -> None:
        super().__init__()
        self.repeated: str | None = None
        for name, value in pairs:
            if name in self and self.repeated is None:
                self.repeated = name
            self[name] = value


def parse_object(text: str) -> dict[str, Json]:
    """Parse a body that is a JSON object.

    Raises:
        InvalidInput: the text is not a JSON object.
        RepeatedKey: an object in it has a key twice.
    """
    try:
        value: Json = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        raise InvalidInput("body", ProblemCode.BODY_NOT_JSON) from None
    if not isinstance(value, _Object):
        raise InvalidInput("body", ProblemCode.BODY_NOT_OBJECT)
    _require_unique_keys(value)
    return value


def _require_unique_keys(body: _Object) -> None:
    waiting: deque[tuple[tuple[str | int, ...], Json]] = deque([((), body)])
    while waiting:
        path, value = waiting.popleft()
        if isinstance(value, _Object) and value.repeated is not None:
            raise RepeatedKey((*path, value.repeated))
        waiting += [((*path, place), each) for place, each in _children(value)]


def _children(value: Json) -> Iterable[tuple[str | int, Json]]:
    match value:
        case dict():
            return value.items()
        case list():
            return enumerate(value)
    return ()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
