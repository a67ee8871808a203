"""Moments in RFC 3339: read from text, written as text, compared with the present."""

import re
from datetime import UTC, datetime, timedelta

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# Bounds of given times: local times around them must not leave the years that `datetime` has.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
# A caller's clock may be ahead by this much.
CLOCK_DIFFERENCE = timedelta(minutes=1)

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def require_rfc3339(field: str, moment: object) -> None:
    """Raise InvalidInput unless a value is text in the form of RFC 3339, with an offset."""
    if not (isinstance(moment, str) and _RFC3339.fullmatch(moment)):
        raise InvalidInput(field, ProblemCode.TIME_FORMAT)


def in_bounds(field: str, moment: datetime) -> datetime:
    """Return a moment in UTC, or raise InvalidInput if it is not in the interval from `EARLIEST` to `LATEST`."""
    if not EARLIEST <= moment < LATEST:
        raise InvalidInput(field, ProblemCode.TIME_RANGE, first_year=EARLIEST.year, last_year=LATEST.year - 1)
    return moment.astimezone(UTC)


def parse_moment(field: str, text: str) -> datetime:
    """Return the moment of a text in UTC.

    Raises:
        InvalidInput: it is not in RFC 3339 with an offset, or out of bounds.
    """
    require_rfc3339(field, text)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise InvalidInput(field, ProblemCode.TIME_FORMAT) from None
    return in_bounds(field, moment)


def require_past(field: str, moment: datetime | None, *, now: datetime) -> None:
    """Raise InvalidInput if a moment is in the future by more than clocks may differ."""
    if moment is not None and moment > now + CLOCK_DIFFERENCE:
        raise InvalidInput(field, ProblemCode.TIME_IN_FUTURE)


def as_text(moment: datetime) -> str:
    """Return a moment as the API shows it: RFC 3339 in UTC, such as `2026-11-23T10:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
